"""The stages as a whole: order, parts that others bring, what changes when something changes."""

import re

import pytest
import yaml

from controller.config import OperatorSettings
from provisioning.meta import Manifest
from provisioning.platform import material
from provisioning.platform.install import Extras, Stage, build_platform, tenant_settings
from provisioning.platform.objects import CHECKSUM
from provisioning.platform.readiness import AnnotationSet, CRDEstablished
from provisioning.platform.settings import (
    ALL_PARTS,
    ON_AN_EXISTING_CLUSTER,
    DatabaseSettings,
    GatewaySettings,
    InstallSettings,
    ObjectStoreSettings,
    Part,
)
from provisioning.settings import PlatformSettings
from tests.unit.platform.conftest import IMAGES, NOW, SMALL, find, stages_of


def names(stages: list[Stage]) -> list[str]:
    return [stage.name for stage in stages]


def test_a_stage_comes_after_all_that_it_needs(stages: list[Stage]) -> None:
    seen: set[str] = set()
    for stage in stages:
        assert stage.needs <= seen, stage.name
        seen.add(stage.name)


def test_no_object_is_applied_twice(manifests: list[Manifest]) -> None:
    keys = [(m["kind"], m["metadata"].get("namespace"), m["metadata"]["name"]) for m in manifests]
    assert len(keys) == len(set(keys))


def test_checks_look_at_what_was_applied_or_what_a_controller_makes_of_it(stages: list[Stage]) -> None:
    made_by_controllers = {"shopfleet-gateway", "postgres-sync"}
    for stage in stages:
        applied = {(m["kind"], m["metadata"]["name"]) for m in stage.manifests}
        for check in stage.checks:
            assert (check.kind, check.name) in applied or check.name in made_by_controllers


def test_every_namespace_comes_before_what_is_in_it(stages: list[Stage]) -> None:
    made = {"kube-system"}
    for stage in stages:
        for manifest in stage.manifests:
            if manifest["kind"] == "Namespace":
                made.add(manifest["metadata"]["name"])
            assert manifest["metadata"].get("namespace", "kube-system") in made


@pytest.mark.parametrize("part", ALL_PARTS)
def test_each_part_can_be_somebody_elses(part: Part) -> None:
    settings = InstallSettings(
        parts=tuple(other for other in ALL_PARTS if other is not part),
        object_store=ObjectStoreSettings(url="https://s3.example.com"),
    )
    assert len(stages_of(settings)) < len(stages_of(SMALL))


def test_an_existing_cluster_keeps_its_dns_and_its_storage() -> None:
    stages = stages_of(InstallSettings(parts=ON_AN_EXISTING_CLUSTER))
    assert not {"dns", "storage"} & set(names(stages))
    namespaces = {m["metadata"]["name"] for stage in stages for m in stage.manifests if m["kind"] == "Namespace"}
    assert namespaces == {"shopfleet-system", "shopfleet-gateway"}


def test_two_members_are_ready_when_one_of_them_replicates_synchronously() -> None:
    stages = stages_of(InstallSettings(database=DatabaseSettings(members=2)))
    checks = next(stage for stage in stages if stage.name == "database").checks
    assert AnnotationSet("postgres-sync", "shopfleet-system", "sync_standby") in checks


def test_definitions_are_waited_for_and_what_uses_them_waits() -> None:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "tenants.shopfleet.dev"},
        "spec": {"group": "shopfleet.dev"},
    }
    secrets = material.ensure(SMALL, {}, NOW)
    stages = {stage.name: stage for stage in build_platform(SMALL, IMAGES, secrets, Extras(crds=[crd]))}
    own = "definitions of shopfleet.dev"
    assert stages[own].checks == (CRDEstablished("tenants.shopfleet.dev"),)
    assert all(own in stages[name].needs for name in ("operator", "defaults"))


def test_definitions_say_what_they_are_so_that_they_are_not_applied_again() -> None:
    def marked(text: str) -> str:
        crd = {
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "x", "annotations": {"a": text}},
            "spec": {"group": "gateway.envoyproxy.io"},
        }
        stages = build_platform(SMALL, IMAGES, material.ensure(SMALL, {}, NOW), Extras(crds=[crd]))
        (stage,) = (stage for stage in stages if stage.name.startswith("definitions"))
        annotations = stage.manifests[0]["metadata"]["annotations"]
        assert annotations["a"] == text
        return str(annotations[CHECKSUM])

    assert marked("one") == marked("one") != marked("two")


def pod_template(stages: list[Stage], kind: str, name: str) -> Manifest:
    manifests = [manifest for stage in stages for manifest in stage.manifests]
    found: Manifest = find(manifests, kind, name)["spec"]["template"]
    return found


def test_pods_are_replaced_when_their_configuration_changes_and_only_then() -> None:
    secrets = material.ensure(SMALL, {}, NOW)
    same = build_platform(SMALL, IMAGES, secrets, Extras())
    other = SMALL.model_copy(update={"database": DatabaseSettings(memory="3Gi")})
    changed = build_platform(other, IMAGES, secrets, Extras())
    for kind, name in (("Deployment", "coredns"), ("Deployment", "shopfleet-operator")):
        assert pod_template(same, kind, name) == pod_template(changed, kind, name)
    before, after = (pod_template(stages, "StatefulSet", "postgres") for stages in (same, changed))
    assert before["metadata"] != after["metadata"]


def test_the_operator_reads_the_settings_that_its_model_knows() -> None:
    secrets = material.ensure(SMALL, {}, NOW)
    manifests = [m for stage in build_platform(SMALL, IMAGES, secrets, Extras()) for m in stage.manifests]
    text = find(manifests, "ConfigMap", "shopfleet-settings")["data"]["settings.yaml"]
    settings = PlatformSettings.model_validate(yaml.safe_load(text))
    assert settings.tools_image == IMAGES["controller"]
    assert settings.platform_ca == secrets.authority


def test_settings_refuse_a_part_named_twice() -> None:
    with pytest.raises(ValueError, match="one part twice"):
        InstallSettings(parts=(Part.DNS, Part.DNS))


def test_a_gateway_of_others_gets_our_listeners_and_keeps_its_own_definitions() -> None:
    settings = InstallSettings(
        parts=(Part.OPERATOR, Part.OBJECT_STORE),
        gateway=GatewaySettings(class_name="eg", proxy_namespace="envoy-gateway-system"),
    )
    crds = [
        {"kind": "CustomResourceDefinition", "metadata": {"name": f"things.{group}"}, "spec": {"group": group}}
        for group in ("shopfleet.dev", "gateway.networking.k8s.io")
    ]
    secrets = material.ensure(settings, {}, NOW)
    stages = {stage.name: stage for stage in build_platform(settings, IMAGES, secrets, Extras(crds=crds))}
    assert [name for name in stages if name.startswith("definitions")] == ["definitions of shopfleet.dev"]
    kinds = [manifest["kind"] for manifest in stages["gateway"].manifests]
    assert kinds == ["Gateway", "ClientTrafficPolicy", "ClientTrafficPolicy", "HTTPRoute"]
    assert stages["gateway"].manifests[0]["spec"]["gatewayClassName"] == "eg"
    known = tenant_settings(settings, IMAGES, secrets)
    assert known.gateway.proxy_namespace == "envoy-gateway-system"


def test_a_store_of_others_is_where_the_operator_and_the_tenants_look() -> None:
    settings = InstallSettings(
        parts=(Part.OPERATOR,), object_store=ObjectStoreSettings(url="https://s3.example.com", region="eu-1")
    )
    secrets = material.ensure(settings, {}, NOW)
    stages = build_platform(settings, IMAGES, secrets, Extras())
    (container,) = pod_template(stages, "Deployment", "shopfleet-operator")["spec"]["containers"]
    environment = {variable["name"]: variable.get("value") for variable in container["env"]}
    assert environment["SHOPFLEET_OBJECTSTORE_URL"] == "https://s3.example.com"
    assert environment["SHOPFLEET_OBJECTSTORE_REGION"] == "eu-1"
    known = tenant_settings(settings, IMAGES, secrets).object_store
    assert (known.host, known.port) == ("s3.example.com", 443)


def test_the_operator_asks_for_pages_at_our_proxies_because_only_our_dns_knows_the_shops() -> None:
    def address(settings: InstallSettings) -> str | None:
        (container,) = pod_template(stages_of(settings), "Deployment", "shopfleet-operator")["spec"]["containers"]
        return {each["name"]: each.get("value") for each in container["env"]}.get("SHOPFLEET_GATEWAY_ADDRESS")

    found = address(InstallSettings(parts=ON_AN_EXISTING_CLUSTER))
    assert found == "shopfleet-gateway.shopfleet-gateway.svc.cluster.local:443"
    field = OperatorSettings.model_fields["gateway_address"]
    assert any(re.fullmatch(each.pattern, found) for each in field.metadata if hasattr(each, "pattern"))
    others = InstallSettings(parts=(Part.OPERATOR, Part.OBJECT_STORE), gateway=GatewaySettings(class_name="eg"))
    assert address(others) is None, "their Service's name is not known"


def test_the_operator_is_told_nothing_that_it_does_not_read() -> None:
    (container,) = pod_template(stages_of(SMALL), "Deployment", "shopfleet-operator")["spec"]["containers"]
    told = {each["name"] for each in container["env"] if each["name"].startswith("SHOPFLEET_")}
    assert told <= {f"SHOPFLEET_{name.upper()}" for name in OperatorSettings.model_fields}


def test_the_installation_lists_what_it_consists_of(manifests: list[Manifest]) -> None:
    written = find(manifests, "ConfigMap", "shopfleet-settings")["data"]["settings.yaml"]
    inventory = PlatformSettings.model_validate(yaml.safe_load(written)).inventory
    assert inventory is not None
    applied = {
        f"{each['kind']} {each['metadata']['namespace']}/{each['metadata']['name']}"
        for each in manifests
        if each["kind"] in ("Deployment", "StatefulSet")
    }
    assert set(inventory.workloads) == applied | {"Deployment shopfleet-gateway/shopfleet-gateway"}
    secrets = {
        f"{each['metadata']['namespace']}/{each['metadata']['name']}"
        for each in manifests
        if each["kind"] == "Secret" and "tls.key" in each["data"] and "-ca-key" not in each["metadata"]["name"]
    }
    assert set(inventory.certificates) == secrets


def test_a_certificate_that_others_bring_is_listed_too() -> None:
    brought = InstallSettings(gateway=GatewaySettings(own_certificate=False))
    assert ("shopfleet-system", "gateway-tls") in material.certificates(brought)
    assert "gateway-tls" not in {leaf for _, leaf in material.wanted(brought)}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"parts": ["operator"]}, "objectStore.url is needed"),
        ({"gateway": {"className": "eg"}}, "not among the parts"),
        ({"database": {"members": 4}}, "less than or equal to 3"),
        ({"database": {"memory": "1Gi"}}, "1Gi is too little for 300 connections.*holds 192; raise memory"),
        ({"gateway": {"domain": "localhost"}}, "pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        InstallSettings.model_validate(settings)
