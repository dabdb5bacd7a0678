"""`fleet status`: phases, releases, plans, what is under way, and drift."""

from controller.core.conditions import AS_DECLARED
from controller.core.drift import differences
from controller.core.lifecycle import effective
from controller.core.ports import Ref
from controller.errors import RefusedError
from controller.services.resources import Resources, ref
from provisioning import defaults
from provisioning.bundle import build
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets
from tests.unit.cli.world import NAMESPACE, World


def apply_objects(world: World) -> str:
    """Put all of northlight's objects into the cluster; returns its namespace."""
    world.kube.seed(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "platform-ca", "namespace": SYSTEM_NAMESPACE},
            "data": {"ca.crt": "-"},
        }
    )
    tenant = effective(world.tenant("northlight"))
    resources = Resources(world.kube)
    objects = build(
        tenant,
        resources.need(Plan, tenant.spec.plan).spec,
        resources.need(Release, tenant.spec.release).spec,
        defaults.database_server().spec,
        PlatformSettings(tools_image="shopfleet.local/controller:0123456789ab"),
        TenantSecrets("secret-a", "secret-b"),
        server_ca="-",
    )
    for manifest in objects.all():
        world.kube.apply(manifest)
    looked(world, "True", "Same")
    return tenant.names.namespace


def looked(world: World, status: str, reason: str, message: str = "") -> None:
    """What the operator says of northlight's configuration and modules."""
    condition = {"type": AS_DECLARED, "status": status, "reason": reason, "message": message}
    world.kube.patch_status(ref(Tenant, "northlight", NAMESPACE), {"conditions": [condition]})


def test_a_settled_fleet_has_no_drift(shop: World) -> None:
    apply_objects(shop)
    report = shop.json("fleet", "status")
    assert report["drift"] == []
    assert (report["phases"], report["plans"]) == ({"Ready": 1}, {"medium": 1})
    assert "northlight" in shop.run("fleet", "status").stdout


def test_changed_and_missing_objects_are_told(shop: World) -> None:
    place = apply_objects(shop)
    web = Ref("apps/v1", "Deployment", "web", place)
    stored = shop.kube.get(web)
    assert stored is not None
    containers = stored["spec"]["template"]["spec"]["containers"]
    containers[0]["image"] = "example.com/odoo:mine"
    shop.kube.patch(web, {"spec": {"template": {"spec": {"containers": containers}}}})
    shop.kube.delete(Ref("policy/v1", "PodDisruptionBudget", "web", place))
    drift = {each["object"]: each["difference"] for each in shop.json("fleet", "status")["drift"]}
    assert "example.com/odoo:mine" in drift[f"Deployment {place}/web"]
    assert drift[f"PodDisruptionBudget {place}/web"] == "is missing"


def test_what_the_operator_found_inside_is_told_and_counted(shop: World) -> None:
    apply_objects(shop)
    told = "Secret sf-a/odoo-conf: odoo.conf has another content; modules of t_a: not installed: crm, sale"
    looked(shop, "False", "Drifted", told)
    report = shop.json("fleet", "status")
    assert [(each["object"], each["difference"]) for each in report["drift"]] == [
        ("Secret sf-a/odoo-conf", "odoo.conf has another content"),
        ("modules of t_a", "not installed: crm, sale"),
    ]
    assert report["tenants"][0]["drift"] == "2"
    assert "not installed: crm, sale" in shop.run("fleet", "status").stdout


def test_a_database_that_could_not_be_read_is_unknown_and_not_zero(shop: World) -> None:
    apply_objects(shop)
    looked(shop, "Unknown", "ReadFailed", "the server gives no answer")
    report = shop.json("fleet", "status")
    assert report["tenants"][0]["drift"] == "0?"
    assert [(each["difference"], each["unknown"]) for each in report["drift"]] == [
        ("the server gives no answer", True)
    ]
    assert "unknown: the server gives no answer" in shop.run("fleet", "status").stdout


def test_requests_grow_with_kinds_and_not_with_tenants(shop: World) -> None:
    apply_objects(shop)
    shop.kube.faults.calls.clear()
    shop.json("fleet", "status")
    first = sum(call.method == "list" for call in shop.kube.faults.calls)
    shop.run("tenant", "create", "rua", "--country", "PT", "--plan", "small")
    shop.kube.faults.calls.clear()
    shop.json("fleet", "status")
    assert sum(call.method == "list" for call in shop.kube.faults.calls) == first


def test_what_may_not_be_read_is_unknown_and_not_zero(shop: World) -> None:
    apply_objects(shop)
    shop.kube.faults.fail("list", RefusedError("User x may not list deployments."), target="Deployment")
    report = shop.json("fleet", "status")
    assert report["drift"] == {"unknown": "User x may not list deployments."}
    assert report["tenants"][0]["drift"] == "?"


def test_only_declared_fields_count_and_quantities_are_numbers() -> None:
    declared = {"spec": {"cpu": "2", "empty": [], "list": [{"name": "a", "x": 1}]}}
    running = {"spec": {"cpu": "2000m", "added": True, "list": [{"name": "a", "x": 1, "y": 2}]}}
    assert differences(declared, running) == []
    assert differences({"spec": {"cpu": "2"}}, {"spec": {"cpu": "1"}}) == ["spec.cpu: '2' declared, '1' there"]
    assert differences({"spec": {"l": [1]}}, {"spec": {"l": []}}) == ["spec.l: 1 entries declared, 0 there"]


def test_settings_that_may_not_be_read_make_drift_unknown_too(shop: World) -> None:
    shop.kube.faults.fail("get", RefusedError("User x may not get configmaps."))
    assert shop.json("fleet", "status")["drift"] == {"unknown": "User x may not get configmaps."}


def test_a_tenant_that_refers_to_nothing_is_told(shop: World) -> None:
    shop.kube.delete(Ref(API_VERSION, "Plan", "medium"))
    (found,) = shop.json("fleet", "status")["drift"]
    assert found["object"] == "Tenant"
    assert "medium" in found["difference"]
