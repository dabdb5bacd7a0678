"""The stages as a whole: order, parts that others bring, what changes when something changes."""

import pytest
import yaml

from provisioning.meta import Manifest
from provisioning.platform import material
from provisioning.platform.install import Extras, Stage, build_platform
from provisioning.platform.readiness import AnnotationSet, CRDEstablished
from provisioning.platform.settings import (
    ALL_PARTS,
    ON_AN_EXISTING_CLUSTER,
    DatabaseSettings,
    InstallSettings,
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
    settings = InstallSettings(parts=tuple(other for other in ALL_PARTS if other is not part))
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
    }
    secrets = material.ensure(SMALL, {}, NOW)
    stages = {stage.name: stage for stage in build_platform(SMALL, IMAGES, secrets, Extras(crds=[crd]))}
    assert stages["definitions"].checks == (CRDEstablished("tenants.shopfleet.dev"),)
    assert all("definitions" in stages[name].needs for name in ("gateway", "operator", "defaults"))


def pod_template(stages: list[Stage], kind: str, name: str) -> Manifest:
    manifests = [manifest for stage in stages for manifest in stage.manifests]
    found: Manifest = find(manifests, kind, name)["spec"]["template"]
    return found


def test_pods_are_replaced_when_their_configuration_changes_and_only_then() -> None:
    secrets = material.ensure(SMALL, {}, NOW)
    same = build_platform(SMALL, IMAGES, secrets, Extras())
    other = SMALL.model_copy(update={"database": DatabaseSettings(memory="2Gi")})
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
