"""`doctor` and `fleet status`: each finding says what, why and what to do."""

import base64
import datetime as dt
import json
from typing import Any

import pytest
import yaml

from controller.core.ports import Ref
from controller.errors import ExitCode, RefusedError, UnavailableError
from provisioning.crd import crds
from provisioning.meta import API_VERSION
from provisioning.platform.certificates import AUTHORITY_LIFETIME, ensure_authority
from provisioning.platform.policies import guards
from provisioning.settings import PlatformSettings
from tests.unit.cli.world import NAMESPACE, World

SYSTEM = "shopfleet-system"
DEPLOYMENT = {"replicas": 1, "selector": {}, "template": {}}
OPERATOR = Ref("apps/v1", "Deployment", "shopfleet-operator", SYSTEM)
INVENTORY = {
    "workloads": [f"Deployment {SYSTEM}/shopfleet-operator", "Deployment kube-system/coredns"],
    "certificates": [f"{SYSTEM}/gateway-tls", "shopfleet-gateway/envoy"],
}


def write_inventory(world: World, inventory: dict[str, list[str]] | None) -> None:
    settings = PlatformSettings.model_validate({"tools_image": "any", "inventory": inventory})
    data = {"settings.yaml": yaml.safe_dump(settings.model_dump(mode="json", by_alias=True))}
    metadata = {"name": "shopfleet-settings", "namespace": SYSTEM}
    world.kube.seed({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})


def write_certificate(world: World, place: str, days: int, authority_days: int = 1000) -> None:
    """A Secret whose certificate ends in so many days, and that of who signed it."""
    namespace, _, name = place.partition("/")
    data = {}
    for key, left in (("tls.crt", days), ("ca.crt", authority_days)):
        made = world.clock.now() + dt.timedelta(days=left) - AUTHORITY_LIFETIME
        data[key] = base64.b64encode(ensure_authority(None, "any", made).certificate.encode()).decode()
    metadata = {"name": name, "namespace": namespace}
    world.kube.seed({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data})


@pytest.fixture
def healthy(world: World) -> World:
    """A cluster in which nothing is wrong but that no plugin enforces network policies."""
    kube = world.kube
    for definition in (*crds(), *(each for guard in guards() for each in guard.manifests)):
        kube.seed(definition)
    kube.seed(
        {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": "shopfleet-operator", "namespace": SYSTEM},
            "spec": {
                "holderIdentity": "operator-1",
                "leaseDurationSeconds": 15,
                "renewTime": world.clock.now().isoformat(),
            },
        }
    )
    for namespace in ("kube-system", "shopfleet-gateway"):
        kube.seed({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    for name, namespace in (("shopfleet-operator", SYSTEM), ("coredns", "kube-system")):
        kube.seed(
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": name, "namespace": namespace},
                "spec": DEPLOYMENT,
                "status": {"readyReplicas": 1},
            }
        )
    write_inventory(world, INVENTORY)
    for place in INVENTORY["certificates"]:
        write_certificate(world, place, days=100)
    kube.seed(
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {"name": "shopfleet", "namespace": SYSTEM},
            "spec": {},
            "status": {"conditions": [{"type": "Programmed", "status": "True"}]},
        }
    )
    kube.seed(
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": "shopfleet-rwx"},
            "provisioner": "example.com/shared",
        }
    )
    server = Ref(API_VERSION, "DatabaseServer", "default")
    ready = {"type": "Ready", "status": "True", "reason": "Answers"}
    kube.set_status(
        server,
        {"serverVersion": "15.6", "connectionsUsed": 10, "connectionsLimit": 300, "conditions": [ready]},
    )
    return world


def findings(world: World, code: ExitCode) -> dict[str, list[dict[str, Any]]]:
    """Findings by check, of a run that ends with this code; each that is not fine says why and what next."""
    result = world.run("--output", "json", "doctor")
    assert result.exit_code == code, result.output
    found: dict[str, list[dict[str, Any]]] = {}
    for each in json.loads(result.stdout):
        found.setdefault(each["check"], []).append(each)
        if each["level"] != "ok":
            assert each["why"]
            assert each["next"]
    assert world.changes() == []
    return found


POLICY = Ref("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "shopfleet-audit")
BINDING = Ref(POLICY.api_version, "ValidatingAdmissionPolicyBinding", "shopfleet-operator-fence-lease")


@pytest.mark.parametrize(
    ("gone", "why"),
    [(POLICY, "audit records can be forged"), (BINDING, "an operator that has lost its lease could still write")],
)
def test_what_the_api_server_should_refuse_and_does_not(healthy: World, gone: Ref, why: str) -> None:
    healthy.kube.delete(gone)
    healthy.kube.faults.calls.clear()
    (found,) = findings(healthy, ExitCode.FAILED)["policies"]
    assert (found["level"], found["what"]) == ("error", f"there is no {gone.kind} {gone.name}")
    assert why in found["why"]
    assert found["next"] == "shopfleet install"


def test_a_policy_that_only_warns_is_not_as_it_should_be(healthy: World) -> None:
    healthy.kube.patch(BINDING, {"spec": {"validationActions": ["Warn"]}})
    healthy.kube.faults.calls.clear()
    (found,) = findings(healthy, ExitCode.OK)["policies"]
    assert found["level"] == "warning"
    assert f"{BINDING.name} is not as this version has it: spec.validationActions" in found["what"]


def test_a_healthy_cluster(healthy: World) -> None:
    found = findings(healthy, ExitCode.OK)
    wrong = {check for check, each in found.items() if any(one["level"] != "ok" for one in each)}
    assert wrong == {"network policies"}
    assert "not enforced here" in found["network policies"][0]["what"]


def test_a_plugin_that_enforces_is_named(healthy: World) -> None:
    metadata = {"name": "cilium", "namespace": "default"}
    healthy.kube.seed({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": {}})
    assert findings(healthy, ExitCode.OK)["network policies"][0]["what"] == "enforced by cilium"


def test_an_empty_cluster_says_what_to_install(world: World) -> None:
    found = findings(world, ExitCode.FAILED)
    for check in ("definitions", "operator", "gateway"):
        assert found[check][0]["level"] == "error"
        assert "shopfleet install" in found[check][0]["next"]


def test_no_answer_ends_the_examination(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> str:
        raise UnavailableError("nothing listens there", hint="Is it running?")

    monkeypatch.setattr(world.review, "version", silent)
    found = findings(world, ExitCode.FAILED)
    assert list(found) == ["cluster"]
    assert found["cluster"][0]["next"] == "Is it running?"


def test_an_operator_that_went_silent(healthy: World) -> None:
    healthy.clock.advance(120)
    assert "has not renewed its lease for 120 s" in findings(healthy, ExitCode.FAILED)["operator"][0]["what"]


def test_definitions_of_another_version(healthy: World) -> None:
    name = crds()[0]["metadata"]["name"]
    where = Ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", name)
    versions = [{**crds()[0]["spec"]["versions"][0], "schema": {}}]
    healthy.kube.patch(where, {"spec": {"versions": versions}})
    healthy.kube.faults.calls.clear()
    found = findings(healthy, ExitCode.OK)["definitions"][0]
    assert (found["level"], name in found["what"]) == ("warning", True)


def test_a_missing_right_names_what_it_is_for(healthy: World) -> None:
    healthy.review.forbidden = {("create", "pods/exec")}
    found = findings(healthy, ExitCode.OK)["rights"]
    assert [(each["what"], each["why"]) for each in found] == [
        ("you may not create pods/exec", "needed to open shells")
    ]


def test_passwords_need_a_right_on_one_secret_only(healthy: World) -> None:
    healthy.review.forbidden = {("get", "secrets"), ("patch", "secrets")}
    assert findings(healthy, ExitCode.OK)["rights"][0]["level"] == "ok"
    healthy.review.forbidden = {("patch", "secrets/first-passwords")}
    (found,) = findings(healthy, ExitCode.OK)["rights"]
    assert found["what"] == "you may not patch secrets/first-passwords"
    assert found["next"] == "kubectl auth can-i patch secrets/first-passwords -n partner-default"


def test_what_may_not_be_looked_at_is_a_warning(healthy: World) -> None:
    healthy.kube.faults.fail("list", RefusedError("User x may not list storageclasses."), target="StorageClass")
    found = findings(healthy, ExitCode.OK)["storage"][0]
    assert (found["level"], found["what"]) == ("warning", "User x may not list storageclasses.")


def test_a_class_whose_volumes_cannot_be_shared_is_a_warning(healthy: World) -> None:
    where = Ref("storage.k8s.io/v1", "StorageClass", "shopfleet-rwx")
    healthy.kube.patch(where, {"provisioner": "ebs.csi.aws.com"})
    healthy.kube.faults.calls.clear()
    found = findings(healthy, ExitCode.OK)["storage"][0]
    assert (found["level"], "only one node can write" in found["what"]) == ("warning", True)


def test_a_database_server_that_is_down_or_nearly_full(healthy: World) -> None:
    server = Ref(API_VERSION, "DatabaseServer", "default")
    healthy.kube.set_status(server, {"connectionsUsed": 290})
    assert "290 of 300" in findings(healthy, ExitCode.OK)["database"][0]["what"]
    down = {"type": "Ready", "status": "False", "reason": "NoAnswer", "message": "connection refused"}
    healthy.kube.set_status(server, {"conditions": [down]})
    assert "connection refused" in findings(healthy, ExitCode.FAILED)["database"][0]["what"]


def test_a_part_without_ready_pods(healthy: World) -> None:
    healthy.kube.set_status(Ref("apps/v1", "Deployment", "shopfleet-operator", SYSTEM), {"readyReplicas": 0})
    assert "0 of 1 pods ready" in findings(healthy, ExitCode.FAILED)["parts"][0]["what"]


def test_parts_that_are_not_there_are_noticed(healthy: World) -> None:
    for each in healthy.kube.objects("Deployment"):
        healthy.kube.delete(Ref("apps/v1", "Deployment", each["metadata"]["name"], each["metadata"]["namespace"]))
    healthy.kube.faults.calls.clear()
    found = findings(healthy, ExitCode.FAILED)["parts"]
    assert [each["what"] for each in found] == [f"there is no {place}" for place in INVENTORY["workloads"]]


def test_a_part_that_was_told_to_run_no_pods(healthy: World) -> None:
    healthy.kube.patch(OPERATOR, {"spec": {"replicas": 0}})
    healthy.kube.set_status(OPERATOR, {"readyReplicas": 0})
    healthy.kube.faults.calls.clear()
    found = findings(healthy, ExitCode.FAILED)["parts"][0]
    assert found["what"] == f"Deployment {SYSTEM}/shopfleet-operator was told to run no pods"


def test_what_others_run_beside_our_parts_is_theirs(healthy: World) -> None:
    metadata = {"name": "theirs", "namespace": "kube-system"}
    healthy.kube.seed({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": DEPLOYMENT})
    assert findings(healthy, ExitCode.OK)["parts"][0]["what"] == "all 2 shared parts are ready"


def test_without_a_list_of_parts_nobody_claims_that_all_are_there(healthy: World) -> None:
    write_inventory(healthy, None)
    found = findings(healthy, ExitCode.OK)
    assert [each["level"] for each in found["parts"]] == ["warning"]
    assert "kept no list of its own" in found["parts"][0]["why"]
    assert [each["level"] for each in found["certificates"]] == ["ok", "warning"]


@pytest.mark.parametrize(("days", "level"), [(5, "warning"), (-1, "error"), (100, "ok")])
def test_certificates_that_end(healthy: World, days: int, level: str) -> None:
    write_certificate(healthy, "shopfleet-gateway/envoy", days)
    code = ExitCode.FAILED if level == "error" else ExitCode.OK
    assert findings(healthy, code)["certificates"][0]["level"] == level


def test_an_authority_that_ends(healthy: World) -> None:
    write_certificate(healthy, f"{SYSTEM}/gateway-tls", days=100, authority_days=7)
    found = findings(healthy, ExitCode.OK)["certificates"][0]
    assert (found["level"], f"authority of {SYSTEM}/gateway-tls ends on" in found["what"]) == ("warning", True)


def test_a_certificate_that_is_not_there_or_cannot_be_read(healthy: World) -> None:
    healthy.kube.delete(Ref("v1", "Secret", "envoy", "shopfleet-gateway"))
    where = {"name": "gateway-tls", "namespace": SYSTEM}
    healthy.kube.seed({"apiVersion": "v1", "kind": "Secret", "metadata": where, "data": {"tls.crt": "bm8="}})
    healthy.kube.faults.calls.clear()
    unreadable, absent = sorted(
        findings(healthy, ExitCode.FAILED)["certificates"], key=lambda each: -len(each["what"])
    )
    assert (absent["level"], absent["what"]) == ("error", "there is no certificate shopfleet-gateway/envoy")
    assert unreadable["level"] == "warning"
    assert f"certificate {SYSTEM}/gateway-tls: tls.crt holds no certificate" in unreadable["what"]


def test_a_certificate_that_may_not_be_looked_at_is_a_warning(healthy: World) -> None:
    secret = Ref("v1", "Secret", "envoy", "shopfleet-gateway")
    healthy.kube.faults.fail("get", RefusedError("User x may not get secrets."), target=str(secret))
    found = findings(healthy, ExitCode.OK)["certificates"]
    assert [each["level"] for each in found] == ["warning"]
    assert "User x may not get secrets." in found[0]["what"]


def test_connections_that_are_not_known(healthy: World) -> None:
    healthy.kube.set_status(Ref(API_VERSION, "DatabaseServer", "default"), {"connectionsUsed": None})
    found = findings(healthy, ExitCode.OK)["database"][0]
    assert (found["level"], "connections in use are not known" in found["what"]) == ("warning", True)


def test_a_version_that_cannot_be_read(healthy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(healthy.review, "version", lambda: "vnext")
    found = findings(healthy, ExitCode.OK)["cluster"][0]
    assert (found["level"], "'vnext' cannot be read" in found["what"]) == ("warning", True)


def test_tenants_in_trouble_and_procedures_that_wait(shop: World) -> None:
    shop.kube.set_status(
        Ref(API_VERSION, "Tenant", "northlight", NAMESPACE), {"phase": "Degraded", "message": "no pod"}
    )
    name = shop.json("procedure", "list")[0]["name"]
    shop.kube.set_status(Ref(API_VERSION, "Procedure", name, NAMESPACE), {"phase": "Failed", "message": "no room"})
    found = findings(shop, ExitCode.FAILED)
    assert "northlight is degraded: no pod" in found["tenants"][0]["what"]
    assert found["procedures"][0]["next"] == f"shopfleet procedure retry {name}"


def test_a_failed_procedure_of_a_former_tenant_is_nobody_s_business(shop: World) -> None:
    spec = {"kind": "Clone", "tenant": "northlight", "requestedBy": "x", "requestId": "r"}
    metadata = {"name": "northlight-clone-99999-1", "namespace": NAMESPACE}
    stored = {"apiVersion": API_VERSION, "kind": "Procedure", "metadata": metadata, "spec": spec}
    shop.kube.seed({**stored, "status": {"phase": "Failed", "message": "long ago"}})
    assert findings(shop, ExitCode.FAILED)["procedures"][0]["level"] == "ok"
