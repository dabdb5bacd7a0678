"""A plan that tenants may have keeps its sizes; only its price may change. Checked by the API server."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning import defaults
from provisioning.local.controlplane import ControlPlane
from provisioning.plan import PlanSpec

pytestmark = pytest.mark.integration

CHANGES: dict[str, Any] = {
    "workers": 3,
    "replicas": {"min": 2, "max": 2},
    "cpuRequest": "60m",
    "cpuLimit": "3",
    "memory": "2Gi",
    "storage": "6Gi",
    "connections": 60,
    "backupClass": "critical",
}


@pytest.fixture(scope="module")
def kube(api_server: ControlPlane) -> KubeAdapter:
    return connect(api_server.kubeconfig, effects=Unfenced())


@pytest.fixture
def plan(kube: KubeAdapter) -> Iterator[Ref]:
    """A plan of the test's own, with room for one more of everything."""
    small = defaults.plans()[0].manifest()
    spec = {**small["spec"], "connections": 100}
    name = f"x{uuid.uuid4().hex[:12]}"
    where = Ref.of(kube.create({**small, "metadata": {"name": name}, "spec": spec}))
    yield where
    kube.delete(where)


def test_every_field_is_looked_at() -> None:
    fields = {field.alias for field in PlanSpec.model_fields.values()}
    assert fields == {*CHANGES, "price"}


@pytest.mark.parametrize("field", CHANGES)
def test_a_size_cannot_be_edited(kube: KubeAdapter, plan: Ref, field: str) -> None:
    with pytest.raises(ShopfleetError, match=f"{field} cannot change: tenants may have this plan"):
        kube.patch(plan, {"spec": {field: CHANGES[field]}})


def test_the_price_may_change(kube: KubeAdapter, plan: Ref) -> None:
    price = {"amount": 49.0, "currency": "EUR", "unit": "month"}
    assert kube.patch(plan, {"spec": {"price": price}})["spec"]["price"] == price


def test_applying_the_same_plan_again_is_no_change(kube: KubeAdapter, plan: Ref) -> None:
    present = kube.get(plan)
    assert present is not None
    content = {key: present[key] for key in ("apiVersion", "kind", "spec")}
    kube.apply({**content, "metadata": {"name": plan.name}})
