from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioning.local.errors import LocalError
from provisioning.local.spec import cluster_index, cluster_spec

IFNAMSIZ = 15


def test_demo_owns_the_ports_and_keeps_its_data() -> None:
    demo = cluster_spec("demo")
    assert [forward.port for forward in demo.forwards] == [443, 80]
    assert not demo.throwaway
    assert demo.api_url == "https://10.213.1.2:6443"


def test_test_cluster_meets_demo_nowhere() -> None:
    demo, test = cluster_spec("demo"), cluster_spec("test")
    assert test.throwaway
    assert test.forwards == ()
    for attribute in ("network_namespace", "cgroup", "host_link", "host_address", "node_address", "node_name"):
        assert getattr(demo, attribute) != getattr(test, attribute)


@given(st.from_regex(r"[a-z][a-z0-9-]{0,19}", fullmatch=True))
def test_every_name_gets_usable_addresses(name: str) -> None:
    spec = cluster_spec(name)
    assert 1 <= spec.index <= 250
    assert len(spec.host_link) <= IFNAMSIZ
    assert spec.index == cluster_index(name)
    if name not in {"demo", "test"}:
        assert spec.index >= 3


@pytest.mark.parametrize("name", ["", "Demo", "1st", "a b", "../etc", "x" * 21])
def test_unusable_names_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(LocalError, match="1 to 20 lower-case letters"):
        cluster_spec(name)
