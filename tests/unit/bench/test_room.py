"""A cluster without room is refused with numbers, before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from provisioning.defaults import plans
from tests.bench.cluster import NoClusterError
from tests.bench.room import check_room

SMALL = next(plan.spec for plan in plans() if plan.metadata.name == "small")
NODES = [{"status": {"allocatable": {"cpu": "2"}}}]


def pod(cpu: str, phase: str = "Running") -> dict[str, Any]:
    container = {"resources": {"requests": {"cpu": cpu}}}
    return {"spec": {"containers": [container, {}]}, "status": {"phase": phase}}


def test_ten_tenants_fit_beside_the_platform() -> None:
    check_room(NODES, [pod("950m")], SMALL, 10)


def test_a_full_cluster_is_refused_with_numbers() -> None:
    with pytest.raises(NoClusterError, match=r"10 tenants need 850m CPU, and 450m .*--tenants"):
        check_room(NODES, [pod("1550m")], SMALL, 10)


def test_pods_that_have_ended_hold_nothing() -> None:
    check_room(NODES, [pod("950m"), pod("900m", "Succeeded")], SMALL, 10)
