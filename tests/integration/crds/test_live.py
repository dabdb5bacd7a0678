"""What live tenants stand on cannot be taken from below them: the API server refuses such an edit."""

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
from tests.support import samples

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def kube(api_server: ControlPlane) -> KubeAdapter:
    return connect(api_server.kubeconfig, effects=Unfenced())


@pytest.fixture
def server(kube: KubeAdapter) -> Iterator[Ref]:
    """A database server of the test's own."""
    manifest = defaults.database_server().manifest()
    manifest["metadata"]["name"] = f"x{uuid.uuid4().hex[:12]}"
    where = Ref.of(kube.create(manifest))
    yield where
    kube.delete(where)


@pytest.fixture
def tenant(kube: KubeAdapter) -> Iterator[Ref]:
    manifest = samples.tenant(f"x{uuid.uuid4().hex[:12]}", namespace="default").manifest()
    where = Ref.of(kube.create(manifest))
    yield where
    kube.delete(where)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("languages", ["fr_FR", "de_DE"], "install further ones inside Odoo"),
        ("languages", ["de_DE"], "install further ones inside Odoo"),
        ("timeZone", "Europe/Lisbon", "set it inside Odoo"),
    ],
)
def test_what_would_not_reach_a_tenant_is_refused_and_says_what_to_do(
    kube: KubeAdapter, tenant: Ref, field: str, value: Any, words: str
) -> None:
    with pytest.raises(ShopfleetError, match=f"{field} cannot change here.*{words}"):
        kube.patch(tenant, {"spec": {field: value}})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stores", [{"code": "WH", "name": "Warehouse", "timeZone": "Europe/Lisbon"}]),
        ("shop", {"kind": "chain", "size": "large"}),
        ("brand", "rua"),
        ("ring", "early"),
        ("recoveryPriority", 1),
        # Of one that named none.
        ("bundles", ["ecommerce", "wholesale"]),
    ],
)
def test_what_says_how_to_treat_a_tenant_may_change(
    kube: KubeAdapter, tenant: Ref, field: str, value: Any
) -> None:
    found = kube.patch(tenant, {"spec": {field: value}})["spec"][field]
    assert found if isinstance(value, list) else found == value


@pytest.mark.parametrize(("field", "value"), [("host", "elsewhere"), ("port", 6432)])
def test_a_database_server_is_not_led_to_another_one(
    kube: KubeAdapter, server: Ref, field: str, value: Any
) -> None:
    with pytest.raises(ShopfleetError, match=f"{field} cannot change: tenants' databases are there"):
        kube.patch(server, {"spec": {field: value}})


def test_what_says_how_to_reach_the_same_server_may_change(kube: KubeAdapter, server: Ref) -> None:
    change = {"sslMode": "verify-ca", "adminSecret": {"name": "other"}, "acceptsTenants": False, "maxTenants": 3}
    found = kube.patch(server, {"spec": change})["spec"]
    assert (found["sslMode"], found["adminSecret"]["name"]) == ("verify-ca", "other")
    assert (found["acceptsTenants"], found["maxTenants"]) == (False, 3)
