"""The rules in the CRDs refuse a change of what is for ever, and no other."""

import pytest

from provisioning.audit import AuditRecord
from provisioning.crd import Kind
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant
from tests.integration.crds.api import Api, refusal
from tests.integration.crds.objects import Change, spec, valid, without

pytestmark = pytest.mark.integration

UPDATES: list[tuple[Kind, str, Change, str]] = [
    (Tenant, "another id", spec("id", value="b123456789"), "id cannot change"),
    (Tenant, "no id any more", without("id"), "id cannot be removed"),
    (Tenant, "another server", spec("databaseServer", value="other"), "databaseServer cannot change"),
    (Tenant, "another country", spec("country", value="FR"), "country cannot change"),
    (Tenant, "another environment", spec("environment", value="staging"), "environment cannot change"),
    (Tenant, "another currency", spec("currency", value="USD"), "currency cannot change"),
    (Tenant, "no currency any more", without("currency"), "currency cannot change"),
    (Tenant, "another source", spec("cloneOf", value={"tenant": "other"}), "cloneOf cannot change"),
    (Tenant, "no source any more", without("cloneOf"), "cloneOf cannot change"),
    (Tenant, "production after all", spec("cloneOf", "asProduction", value=True), "cloneOf cannot change"),
    (Tenant, "one bundle less", spec("bundles", value=["storeNetwork"]), "bundles can only be added"),
    (Tenant, "no bundles any more", without("bundles"), "bundles can only be added"),
    (Release, "another bundle", spec("bundles", value={"web": ["website"]}), "bundles cannot change"),
    (Release, "no bundles any more", without("bundles"), "bundles cannot change"),
    (Release, "another default", spec("defaultBundles", value=[]), "defaultBundles cannot change"),
    (Tenant, "less storage", spec("storage", value="9Gi"), "storage cannot shrink"),
    (Tenant, "less storage in other units", spec("storage", value="10G"), "storage cannot shrink"),
    (Tenant, "no storage any more", without("storage"), "storage cannot shrink"),
    (Procedure, "another kind", spec("kind", value="Delete"), "kind cannot change"),
    (Procedure, "another tenant", spec("tenant", value="other"), "tenant cannot change"),
    (Procedure, "somebody else", spec("requestedBy", value="eva"), "requestedBy cannot change"),
    (Procedure, "for somebody else", spec("onBehalfOf", value="eva"), "onBehalfOf cannot change"),
    (Procedure, "for nobody", without("onBehalfOf"), "onBehalfOf cannot change"),
    (Procedure, "fewer retries", spec("retries", value=0), "retries can only grow"),
    (AuditRecord, "another story", spec("result", value="nothing happened"), "audit record cannot change"),
    (AuditRecord, "more of it", spec("reason", value="because"), "audit record cannot change"),
]


@pytest.mark.parametrize(
    ("kind", "change", "answer"),
    [pytest.param(kind, change, answer, id=f"{kind.KIND}: {what}") for kind, what, change, answer in UPDATES],
)
def test_update_is_refused(api: Api, kind: Kind, change: Change, answer: str) -> None:
    created = api.create(kind, valid(kind))
    change(created)
    assert answer in refusal(lambda: api.replace(kind, created))


ALLOWED: list[tuple[Kind, str, Change]] = [
    (Tenant, "another name", spec("displayName", value="Rua Nova")),
    (
        Tenant,
        "hostnames in another order",
        spec("hostnames", value=["old.shops.localhost", "rua.shops.localhost"]),
    ),
    (Tenant, "bundles in another order", spec("bundles", value=["ecommerce", "storeNetwork"])),
    (Tenant, "a bundle more", spec("bundles", value=["storeNetwork", "ecommerce", "wholesale"])),
    (Tenant, "more storage", spec("storage", value="0.02Ti")),
    (Tenant, "the same storage in other units", spec("storage", value="10240Mi")),
    (Tenant, "another plan", spec("plan", value="large")),
    (Tenant, "suspended", spec("suspended", value=True)),
    (Procedure, "one more retry", spec("retries", value=2)),
    (Procedure, "cancelled", spec("cancel", value=True)),
]


@pytest.mark.parametrize(
    ("kind", "change"),
    [pytest.param(kind, change, id=f"{kind.KIND}: {what}") for kind, what, change in ALLOWED],
)
def test_update_is_allowed(api: Api, kind: Kind, change: Change) -> None:
    created = api.create(kind, valid(kind))
    change(created)
    assert api.replace(kind, created)["spec"] == created["spec"]


def test_an_id_can_be_chosen_later_once(api: Api) -> None:
    manifest = valid(Tenant)
    del manifest["spec"]["id"]
    created = api.create(Tenant, manifest)
    created["spec"]["id"] = "c123456789"
    chosen = api.replace(Tenant, created)
    chosen["spec"]["id"] = "d123456789"
    assert "id cannot change" in refusal(lambda: api.replace(Tenant, chosen))
