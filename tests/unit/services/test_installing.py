"""What an installation plans for a cluster that exists, which is read and not changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from controller.errors import UserError
from controller.services.installing import plan_installation, settings_for_cluster
from provisioning.installer.platform import Plan
from provisioning.meta import Manifest
from provisioning.names import TEMPLATES_NAMESPACE
from tests.unit.platform.conftest import IMAGES, find

DEFAULT = {"storageclass.kubernetes.io/is-default-class": "true"}
FILES: Manifest = {"metadata": {"name": "files", "annotations": DEFAULT}, "provisioner": "nfs.csi.k8s.io"}


class ExistingCluster:
    """Stands for provisioning.installer.cluster.Cluster, with nothing of ours in it."""

    def __init__(self, *classes: Manifest) -> None:
        self._classes = list(classes)

    def secrets(self, places: Any) -> dict[tuple[str, str], dict[str, str]]:
        return {}

    def node_addresses(self) -> dict[str, str]:
        return {"node": "10.0.0.1"}

    def storage_classes(self) -> list[Manifest]:
        return self._classes

    def read(self, api_version: str, kind: str, name: str, namespace: str | None) -> Manifest | None:
        return None


def planned(folder: Path, *classes: Manifest, settings: str = "") -> Plan:
    index = folder / "index.json"
    names = [*IMAGES.references, "odoo-14.0"]
    index.write_text(json.dumps({name: {"ref": f"shopfleet.local/{name}:0123456789ab"} for name in names}))
    definitions = folder / "gateway-api"
    definitions.mkdir()
    (definitions / "one.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata: {name: x}\nspec: {group: gateway.networking.k8s.io}\n"
    )
    file = None
    if settings:
        file = folder / "settings.yaml"
        file.write_text(settings)
    cluster: Any = ExistingCluster(*classes)
    return plan_installation(cluster, settings_for_cluster(file, None), index, folder)


def manifests(plan: Plan) -> list[Manifest]:
    return [manifest for stage in plan.stages for manifest in stage.manifests]


def test_volumes_and_tenants_get_the_clusters_own_class(tmp_path: Path) -> None:
    made = manifests(planned(tmp_path, FILES))
    for name in ("postgres", "objectstore"):
        (claim,) = find(made, "StatefulSet", name)["spec"]["volumeClaimTemplates"]
        assert claim["spec"]["storageClassName"] == "files"
    assert "storageClass: files" in find(made, "ConfigMap", "shopfleet-settings")["data"]["settings.yaml"]


def test_a_cluster_without_the_class_is_refused_before_anything_is_planned(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"settings\.storage\.className: there is no StorageClass fast") as caught:
        planned(tmp_path, FILES, settings="storage: {className: fast}")
    assert "files" in (caught.value.hint or "")


def test_builds_of_templates_reach_the_object_store_that_the_settings_name(tmp_path: Path) -> None:
    store = "parts: [database, gateway, operator]\nobjectStore: {url: 'https://store.example.com:8443'}\n"
    made = manifests(planned(tmp_path, FILES, settings=store))
    policies = [each for each in made if each["metadata"].get("namespace") == TEMPLATES_NAMESPACE]
    (way,) = find(policies, "NetworkPolicy", "object-store")["spec"]["egress"]
    assert way["ports"] == [{"protocol": "TCP", "port": 8443}]
    assert "ipBlock" in way["to"][0], "a name outside the cluster"
