"""A real API server accepts every CRD and every good object, and shows what people look for."""

import json
from pathlib import Path

import pytest
import yaml

from provisioning import defaults
from provisioning.crd import KINDS, Kind
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import GROUP, VERSION, Manifest
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant
from tests.integration.crds.api import Api
from tests.integration.crds.objects import IMAGE, ROOT, baseline, valid

pytestmark = pytest.mark.integration

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))


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


def test_a_server_may_say_that_everybody_trusts_it(api: Api) -> None:
    manifest = valid(DatabaseServer)
    assert api.create(DatabaseServer, manifest)["spec"]["caConfigMap"] == "platform-ca"
    other = valid(DatabaseServer)
    other["spec"]["caConfigMap"] = None
    created = api.create(DatabaseServer, other)
    assert DatabaseServer.parse(created).spec.ca_config_map is None


def _fresh(manifest: Manifest) -> Manifest:
    """Under a name of this test's own: the server is shared, and other suites install the defaults too."""
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "name": f"fresh-{metadata['name']}"}}


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
