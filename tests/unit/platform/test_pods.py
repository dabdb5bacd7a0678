"""No part runs with more than it needs, or with an image of somebody else."""

import pytest

from provisioning.meta import Manifest
from provisioning.platform import storage
from tests.unit.platform.conftest import IMAGES, SMALL, find, pod_specs


def containers(spec: Manifest) -> list[Manifest]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def test_every_container_says_what_it_needs_and_runs_one_of_our_images(manifests: list[Manifest]) -> None:
    known = set(IMAGES.references.values())
    for owner, spec in pod_specs(manifests):
        for container in containers(spec):
            assert container["image"] in known, owner
            assert container["imagePullPolicy"] == "IfNotPresent", owner
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), owner
            assert "memory" in container["resources"]["limits"], owner


def test_every_other_pod_fits_pod_security_restricted(manifests: list[Manifest]) -> None:
    others = [(owner, spec) for owner, spec in pod_specs(manifests) if owner != f"Deployment {storage.NAME}"]
    assert others
    for owner, spec in others:
        pod = spec["securityContext"]
        assert pod["runAsNonRoot"] is True, owner
        assert pod["runAsUser"] > 0, owner
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}, owner
        assert not any(spec.get(host) for host in ("hostNetwork", "hostPID", "hostIPC")), owner
        assert all("hostPath" not in volume for volume in spec.get("volumes", [])), owner
        for container in containers(spec):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, owner
            assert context["readOnlyRootFilesystem"] is True, owner
            assert context["capabilities"] == {"drop": ["ALL"]}, owner
            assert not any("hostPort" in port for port in container.get("ports", [])), owner


def test_only_pods_that_call_the_api_server_get_a_token(manifests: list[Manifest]) -> None:
    with_token = {
        # A Job's name ends in a checksum.
        owner.rsplit("-", 1)[0] if owner.startswith("Job") else owner
        for owner, spec in pod_specs(manifests)
        if spec["automountServiceAccountToken"]
    }
    assert with_token == {
        "Deployment coredns",
        "Deployment shared-folder-provisioner",
        "Deployment envoy-gateway",
        "Deployment prometheus",
        "Deployment shopfleet-operator",
        "StatefulSet postgres",
        "Job postgres-setup",
    }


def test_every_mount_has_its_volume(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        template = manifest.get("spec", {}).get("template")
        if not template:
            continue
        claims = {claim["metadata"]["name"] for claim in manifest["spec"].get("volumeClaimTemplates", [])}
        volumes = claims | {volume["name"] for volume in template["spec"].get("volumes", [])}
        for container in containers(template["spec"]):
            mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
            assert mounts <= volumes, manifest["metadata"]["name"]


def test_selectors_find_their_own_pods(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        if "template" in manifest.get("spec", {}) and manifest["kind"] != "Job":
            wanted = manifest["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= manifest["spec"]["template"]["metadata"]["labels"].items()


def test_config_maps_and_secrets_that_pods_read_are_installed(manifests: list[Manifest]) -> None:
    present = {(m["kind"], m["metadata"].get("namespace"), m["metadata"]["name"]) for m in manifests}
    for manifest in manifests:
        template = manifest.get("spec", {}).get("template")
        if not template:
            continue
        namespace = manifest["metadata"]["namespace"]
        for volume in template["spec"].get("volumes", []):
            if "configMap" in volume:
                assert ("ConfigMap", namespace, volume["configMap"]["name"]) in present
            if "secret" in volume:
                assert ("Secret", namespace, volume["secret"]["secretName"]) in present
        for container in containers(template["spec"]):
            for variable in container.get("env", []):
                reference = variable.get("valueFrom", {}).get("secretKeyRef")
                if reference:
                    secret = find(manifests, "Secret", reference["name"])
                    assert reference["key"] in secret["data"], reference


def test_the_provisioner_may_write_as_anybody_in_one_folder_and_nothing_else() -> None:
    deployment = find(storage.manifests(SMALL, IMAGES), "Deployment", storage.NAME)
    spec = deployment["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"], "add": ["DAC_OVERRIDE", "FOWNER"]},
    }
    assert not any(spec.get(host) for host in ("hostNetwork", "hostPID", "hostIPC"))
    (volume,) = spec["volumes"]
    assert volume["hostPath"] == {"path": SMALL.storage.path, "type": "DirectoryOrCreate"}


def test_a_missing_image_is_named_together_with_those_that_exist() -> None:
    with pytest.raises(KeyError, match=r"no image 'redis'.*coredns"):
        IMAGES["redis"]
