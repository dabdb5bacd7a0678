"""Inputs and readings of bundles for tests."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from provisioning import defaults
from provisioning.bundle import TenantObjects, build
from provisioning.meta import Manifest
from provisioning.objects.inputs import Inputs
from provisioning.plan import PlanSpec, Replicas
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets

ROOT = Path(__file__).parents[3]
IMAGE = "shopfleet.local/odoo-14.0:0123456789ab"
SETTINGS = PlatformSettings(tools_image="shopfleet.local/controller:ba9876543210", platform_ca="PLATFORM CA\n")
SECRETS = TenantSecrets(database_password="database-canary", admin_passwd="master-canary")
SERVER_CA = "DATABASE CA\n"
# The examples leave the id to the platform.
IDS = {"northlight": "n0rthlight", "atelier-rua": "at3lierrua"}


def plan_spec(workers: int = 2, minimum: int = 1, maximum: int = 2, **changes: Any) -> PlanSpec:
    fields: dict[str, Any] = {
        "cpu_request": "100m",
        "cpu_limit": "2",
        "memory": "1536Mi",
        "storage": "5Gi",
        "connections": 2000,
    }
    return PlanSpec(workers=workers, replicas=Replicas(min=minimum, max=maximum), **{**fields, **changes})


@cache
def _checked_in(name: str) -> Tenant:
    manifest = yaml.safe_load((ROOT / "examples" / f"{name}.yaml").read_text())
    return Tenant.model_validate({"status": {}, **manifest})


def example(name: str = "atelier-rua", **changes: Any) -> Tenant:
    """One of the example tenants with an id; changes to its spec by field name."""
    tenant = _checked_in(name)
    spec = tenant.spec.model_copy(update={"id": IDS[name], **changes})
    return tenant.model_copy(update={"spec": spec})


def inputs(name: str = "atelier-rua", *, plan: PlanSpec | None = None, **changes: Any) -> Inputs:
    tenant = example(name, **changes)
    release = {"series": "14.0", "modules": ["point_of_sale", "sale"], "countries": ["FR", "PT"]}
    plans = {found.metadata.name: found.spec for found in defaults.plans()}
    return Inputs(
        tenant=tenant,
        plan=plan or plans[tenant.spec.plan],
        release=defaults.release({**release, "languages": ["fr_FR", "pt_PT", "en_US"]}, IMAGE).spec,
        server=defaults.database_server().spec,
        settings=SETTINGS,
        secrets=SECRETS,
        server_ca=SERVER_CA,
    )


def bundle(name: str = "atelier-rua", *, plan: PlanSpec | None = None, **changes: Any) -> TenantObjects:
    return built(inputs(name, plan=plan, **changes))


def built(given: Inputs, **changes: Any) -> TenantObjects:
    """The bundle of these inputs, some of them replaced."""
    given = replace(given, **changes)
    return build(
        given.tenant,
        given.plan,
        given.release,
        given.server,
        given.settings,
        given.secrets,
        server_ca=given.server_ca,
    )


def pod_specs(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    """Specs of the pods that these objects create."""
    for manifest in objects:
        template = manifest.get("spec", {}).get("template")
        if template:
            yield template["spec"]


def environment(container: Manifest) -> dict[str, str]:
    return {variable["name"]: variable["value"] for variable in container["env"]}


def of_kind(objects: Iterable[Manifest], kind: str) -> list[Manifest]:
    return [manifest for manifest in objects if manifest["kind"] == kind]


def readable(manifest: Manifest) -> Manifest:
    """A Secret with its data as text, so that a review sees what changed; anything else as it is."""
    if manifest["kind"] != "Secret":
        return manifest
    data = {key: base64.b64decode(value).decode() for key, value in manifest["data"].items()}
    return {**manifest, "data": data}
