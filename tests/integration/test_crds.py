"""A real API server accepts every CRD, and every rule in them refuses what it should."""

import json
import uuid
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, config

from provisioning import defaults
from provisioning.audit import AuditRecord
from provisioning.crd import KINDS, Kind
from provisioning.databaseserver import DatabaseServer
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, GROUP, VERSION, Manifest
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
IMAGE = "shopfleet.local/odoo-14.0:0123456789ab"

Change = Callable[[Manifest], Any]
"""Edits an object in place."""


def baseline() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())
    return content


def valid(kind: Kind) -> Manifest:
    """A full object of the kind, with every optional field that a rule looks at."""
    specs: dict[str, Manifest] = {
        "Partner": defaults.partner().manifest()["spec"],
        "Plan": defaults.plans()[0].manifest()["spec"],
        "DatabaseServer": defaults.database_server().manifest()["spec"],
        "Release": defaults.release(baseline(), IMAGE).manifest()["spec"],
        "Tenant": {
            "id": "a123456789",
            "displayName": "Rua",
            "hostnames": ["rua.shops.localhost", "old.shops.localhost"],
            "plan": "small",
            "release": "14.0",
            "country": "PT",
            "languages": ["pt_PT", "en_US"],
            "currency": "EUR",
            "timeZone": "Europe/Lisbon",
            "stores": [{"code": "WH", "name": "Armazém", "openingHours": {"mon": "09:00-18:00"}}],
            "storage": "10Gi",
            "cloneOf": {"tenant": "source"},
        },
        "Procedure": {
            "kind": "Create",
            "tenant": "rua",
            "requestedBy": "ana",
            "onBehalfOf": "rui",
            "requestId": "r1",
            "retries": 1,
        },
        "AuditRecord": {
            "who": "ana",
            "component": "cli",
            "action": "tenant.create",
            "result": "done",
            "requestId": "r1",
            "at": "2026-03-02T09:00:00Z",
        },
    }
    # Every test has names of its own, so that none meets another's object.
    name = f"x{uuid.uuid4().hex[:12]}"
    metadata = {"name": name, **({"namespace": "default"} if kind.NAMESPACED else {})}
    return {"apiVersion": API_VERSION, "kind": kind.KIND, "metadata": metadata, "spec": deepcopy(specs[kind.KIND])}


class Api:
    """Writes our resources as any client would, unknown fields refused."""

    def __init__(self, connection: client.ApiClient) -> None:
        # The client types our resources as `object`.
        self.custom: Any = client.CustomObjectsApi(connection)
        self.extensions: Any = client.ApiextensionsV1Api(connection)

    def create(self, kind: Kind, manifest: Manifest) -> Manifest:
        place = (GROUP, VERSION, manifest["metadata"]["namespace"]) if kind.NAMESPACED else (GROUP, VERSION)
        write = (
            self.custom.create_namespaced_custom_object
            if kind.NAMESPACED
            else self.custom.create_cluster_custom_object
        )
        created: Manifest = write(*place, kind.PLURAL, manifest, field_validation="Strict")
        return created

    def replace(self, kind: Kind, manifest: Manifest) -> Manifest:
        name = manifest["metadata"]["name"]
        place = (GROUP, VERSION, manifest["metadata"]["namespace"]) if kind.NAMESPACED else (GROUP, VERSION)
        write = (
            self.custom.replace_namespaced_custom_object
            if kind.NAMESPACED
            else self.custom.replace_cluster_custom_object
        )
        replaced: Manifest = write(*place, kind.PLURAL, name, manifest, field_validation="Strict")
        return replaced


@pytest.fixture(scope="module")
def api(api_server: ControlPlane) -> Iterator[Api]:
    with config.new_client_from_config(  # type: ignore[no-untyped-call]
        config_file=str(api_server.kubeconfig)
    ) as connection:
        yield Api(connection)


def refusal(write: Callable[[], Any]) -> str:
    """The API server's sentence; fails when it accepts."""
    with pytest.raises(client.ApiException) as caught:
        write()
    assert caught.value.status in (400, 422), caught.value
    return str(caught.value.body)


def put(*path: str | int, value: Any) -> Change:
    def change(manifest: Manifest) -> None:
        target: Any = manifest
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


def spec(*path: str | int, value: Any) -> Change:
    return put("spec", *path, value=value)


def without(*path: str) -> Change:
    def change(manifest: Manifest) -> None:
        target: Any = manifest["spec"]
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change


def store(**fields: Any) -> dict[str, Any]:
    return {"code": "WH", "name": "Armazém", **fields}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.KIND)
def test_the_definition_is_established(api: Api, kind: Kind) -> None:
    found = api.extensions.read_custom_resource_definition(f"{kind.PLURAL}.{GROUP}")
    conditions = {condition.type: condition for condition in found.status.conditions}
    assert conditions["Established"].status == "True"
    assert conditions["NamesAccepted"].status == "True"
    assert "NonStructuralSchema" not in conditions
    assert found.spec.names.categories == ["shopfleet"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.KIND)
def test_a_full_object_is_accepted_and_read_back_as_its_model(api: Api, kind: Kind) -> None:
    manifest = valid(kind)
    created = api.create(kind, manifest)
    assert kind.parse(created).spec == kind.parse(manifest).spec


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_accepted(api: Api, path: Path) -> None:
    manifest = yaml.safe_load(path.read_text())
    manifest["metadata"]["namespace"] = "default"
    created = api.create(Tenant, manifest)
    assert Tenant.parse(created).spec == Tenant.parse(manifest).spec


def test_defaults_are_accepted(api: Api) -> None:
    api.create(Partner, _fresh(defaults.partner().manifest()))
    api.create(DatabaseServer, _fresh(defaults.database_server().manifest()))
    for plan in defaults.plans():
        api.create(Plan, _fresh(plan.manifest()))
    api.create(Release, _fresh(defaults.release(baseline(), IMAGE).manifest()))


def _fresh(manifest: Manifest) -> Manifest:
    """Under a name of this test's own: the server is shared, and other suites install the defaults too."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "name": f"fresh-{metadata['name']}"}}


TOO_MANY = [f"h{number}.shops.localhost" for number in range(21)]

# (kind, what is wrong, the edit, a part of the API server's answer)
CREATIONS: list[tuple[Kind, str, Change, str]] = [
    (Tenant, "id too short", spec("id", value="a1"), "spec.id"),
    (Tenant, "id with a capital", spec("id", value="A123456789"), "spec.id"),
    (Tenant, "no display name", spec("displayName", value=""), "spec.displayName"),
    (Tenant, "no hostname", spec("hostnames", value=[]), "spec.hostnames"),
    (Tenant, "too many hostnames", spec("hostnames", value=TOO_MANY), "spec.hostnames"),
    (Tenant, "hostname twice", spec("hostnames", value=["a.b", "a.b"]), "hostnames must not repeat"),
    (Tenant, "hostname with a capital", spec("hostnames", value=["Rua.shops"]), "spec.hostnames[0]"),
    (Tenant, "hostname of one label", spec("hostnames", value=["localhost"]), "spec.hostnames[0]"),
    (Tenant, "hostname with a path", spec("hostnames", value=["a.b/c"]), "spec.hostnames[0]"),
    (Tenant, "hostname with a wildcard", spec("hostnames", value=["*.b.c"]), "spec.hostnames[0]"),
    (Tenant, "label over 63", spec("hostnames", value=[f"{'a' * 64}.b"]), "spec.hostnames[0]"),
    (Tenant, "no plan", without("plan"), "spec.plan"),
    (Tenant, "no release", without("release"), "spec.release"),
    (Tenant, "plan with a slash", spec("plan", value="a/b"), "spec.plan"),
    (Tenant, "country in lower case", spec("country", value="pt"), "spec.country"),
    (Tenant, "no country", without("country"), "spec.country"),
    (Tenant, "no language", spec("languages", value=[]), "spec.languages"),
    (Tenant, "language twice", spec("languages", value=["pt_PT", "pt_PT"]), "languages must not repeat"),
    (Tenant, "not a language", spec("languages", value=["portuguese"]), "spec.languages[0]"),
    (Tenant, "not a currency", spec("currency", value="euro"), "spec.currency"),
    (Tenant, "not a time zone", spec("timeZone", value="Lisbon time"), "spec.timeZone"),
    (Tenant, "store code too long", spec("stores", value=[store(code="PORTO1")]), "spec.stores[0].code"),
    (Tenant, "store code twice", spec("stores", value=[store(), store()]), "Duplicate value"),
    (Tenant, "store without a name", spec("stores", value=[{"code": "WH"}]), "spec.stores[0].name"),
    (
        Tenant,
        "hour 25",
        spec("stores", value=[store(openingHours={"mon": "25:00-26:00"})]),
        "spec.stores[0].openingHours.mon",
    ),
    (
        Tenant,
        "a day nobody knows",
        spec("stores", value=[store(openingHours={"monday": "09:00-18:00"})]),
        "openingHours.monday",
    ),
    (Tenant, "an unknown kind of shop", spec("shop", value={"kind": "kiosk"}), "spec.shop.kind"),
    (Tenant, "an unknown ring", spec("ring", value="alpha"), "spec.ring"),
    (Tenant, "recovery priority 0", spec("recoveryPriority", value=0), "spec.recoveryPriority"),
    (Tenant, "recovery priority 6", spec("recoveryPriority", value=6), "spec.recoveryPriority"),
    (Tenant, "an unknown environment", spec("environment", value="test"), "spec.environment"),
    (Tenant, "storage in words", spec("storage", value="much"), "spec.storage"),
    (Tenant, "clone of nothing", spec("cloneOf", value={}), "spec.cloneOf.tenant"),
    (Tenant, "a misspelt field", spec("hostname", value="a.b"), "spec.hostname"),
    (Tenant, "a name with a dot", put("metadata", "name", value="a.b"), "metadata.name must match"),
    (Tenant, "a name over 63", put("metadata", "name", value="a" * 64), "metadata.name must match"),
    (Partner, "a name over 55", put("metadata", "name", value="p" * 56), "metadata.name must match"),
    (Partner, "no domain", spec("domains", value=[]), "spec.domains"),
    (Partner, "domain twice", spec("domains", value=["a.b", "a.b"]), "Duplicate value"),
    (Partner, "not a mail address", spec("contactEmail", value="ana"), "spec.contactEmail"),
    (Partner, "no tenants", spec("maxTenants", value=0), "spec.maxTenants"),
    (Plan, "one worker", spec("workers", value=1), "spec.workers"),
    (Plan, "seventeen workers", spec("workers", value=17), "spec.workers"),
    (Plan, "no replica", spec("replicas", value={"min": 0, "max": 2}), "spec.replicas.min"),
    (Plan, "min above max", spec("replicas", value={"min": 2, "max": 1}), "replicas.min is above replicas.max"),
    (Plan, "too few connections", spec("connections", value=35), "connections is too low"),
    (Plan, "too many workers", spec("workers", value=3), "connections is too low"),
    (Plan, "memory in words", spec("memory", value="2 GB"), "spec.memory"),
    (Plan, "an unknown backup class", spec("backupClass", value="gold"), "spec.backupClass"),
    (Plan, "a negative price", spec("price", value={"amount": -1, "currency": "EUR"}), "spec.price.amount"),
    (Plan, "price per day", spec("price", value={"amount": 1, "currency": "EUR", "unit": "day"}), "price.unit"),
    (DatabaseServer, "port 0", spec("port", value=0), "spec.port"),
    (DatabaseServer, "unencrypted", spec("sslMode", value="disable"), "spec.sslMode"),
    (DatabaseServer, "no secret", without("adminSecret"), "spec.adminSecret"),
    (DatabaseServer, "no host", spec("host", value=""), "spec.host"),
    (Release, "image :latest", spec("image", value="shopfleet.local/odoo:latest"), "must name a fixed version"),
    (Release, "image without a tag", spec("image", value="shopfleet.local/odoo"), "spec.image"),
    (Release, "image with half a digest", spec("image", value="odoo@sha256:12ab"), "spec.image"),
    (Release, "series 14", spec("series", value="14"), "spec.series"),
    (Release, "no modules", spec("modules", value=[]), "spec.modules"),
    (Release, "module twice", spec("modules", value=["sale", "sale"]), "Duplicate value"),
    (Release, "not a module", spec("modules", value=["Sale"]), "spec.modules[0]"),
    (Release, "country twice", spec("countries", value=["FR", "FR"]), "Duplicate value"),
    (Release, "language twice", spec("languages", value=["fr_FR", "fr_FR"]), "Duplicate value"),
    (Release, "lock without a digest", spec("addonsLock", value="abc"), "spec.addonsLock"),
    (Procedure, "an unknown kind", spec("kind", value="Explode"), "spec.kind"),
    (Procedure, "nobody asked", spec("requestedBy", value=""), "spec.requestedBy"),
    (Procedure, "no request id", without("requestId"), "spec.requestId"),
    (Procedure, "a long parameter", spec("parameters", value={"a": "b" * 6001}), "spec.parameters.a"),
    (AuditRecord, "from nowhere", spec("component", value="robot"), "spec.component"),
    (AuditRecord, "at no time", spec("at", value="yesterday"), "spec.at"),
]


@pytest.mark.parametrize(
    ("kind", "change", "answer"),
    [pytest.param(kind, change, answer, id=f"{kind.KIND}: {what}") for kind, what, change, answer in CREATIONS],
)
def test_creation_is_refused(api: Api, kind: Kind, change: Change, answer: str) -> None:
    manifest = valid(kind)
    change(manifest)
    assert answer in refusal(lambda: api.create(kind, manifest))


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


def test_null_in_a_spec_is_the_same_as_nothing(api: Api) -> None:
    manifest = valid(Tenant)
    manifest["spec"]["brand"] = None
    assert "brand" not in api.create(Tenant, manifest)["spec"]


def test_spec_and_status_are_written_apart(api: Api) -> None:
    created = api.create(Tenant, valid(Tenant))
    name = created["metadata"]["name"]
    status: Manifest = {"phase": "Ready", "url": None, "lock": None, "conditions": []}
    api.custom.patch_namespaced_custom_object_status(
        GROUP, VERSION, "default", "tenants", name, {"status": status, "spec": {"displayName": "Nobody"}}
    )
    found = api.custom.get_namespaced_custom_object(GROUP, VERSION, "default", "tenants", name)
    assert found["status"]["phase"] == "Ready"
    assert found["spec"] == created["spec"]
    assert found["metadata"]["generation"] == 1


def test_columns_show_what_people_look_for(api: Api) -> None:
    created = api.create(Tenant, valid(Tenant))
    name = created["metadata"]["name"]
    api.custom.patch_namespaced_custom_object_status(
        GROUP,
        VERSION,
        "default",
        "tenants",
        name,
        {"status": {"url": "https://rua.shops.localhost", "ready": "1/1"}},
    )
    answer = api.custom.get_namespaced_custom_object(
        GROUP,
        VERSION,
        "default",
        "tenants",
        name,
        _headers={"Accept": "application/json;as=Table;g=meta.k8s.io;v=v1"},
        _preload_content=False,
    )
    table = json.loads(answer.data)
    columns = [column["name"] for column in table["columnDefinitions"]]
    assert columns == ["Name", "URL", "Phase", "Release", "Ready", "Age"]
    assert table["rows"][0]["cells"][1:3] == ["https://rua.shops.localhost", "Pending"]
