"""A cluster that somebody else runs: its DNS and storage are its own, and it has never heard of a shop."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.adapters.web import Address, GatewayWeb
from controller.core.ports import Ref
from provisioning.installer import assets
from provisioning.installer import cluster as installer
from provisioning.installer.platform import Plan, install, plan
from provisioning.local.cluster import LocalCluster
from provisioning.local.images import ImageIndex
from provisioning.local.progress import Progress
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE
from provisioning.platform.install import Extras, Stage
from provisioning.platform.settings import (
    STORAGE_NAMESPACE,
    GatewaySettings,
    InstallSettings,
    Part,
    StorageSettings,
)

pytestmark = pytest.mark.deep

REPOSITORY = Path(__file__).resolve().parents[2]
NAME = "existing"
CLASS = "house-files"
HOST = "northlight.shops.localhost"
# Two golden templates are built from nothing, side by side on a machine that may have two cores.
DEMO_TIMEOUT_SECONDS = 3600


@dataclass(frozen=True)
class Existing:
    """A node without the platform, and the environment of a command line that is to install into it."""

    cluster: LocalCluster
    environment: Mapping[str, str]

    def shopfleet(self, *words: str, timeout: int = 600) -> subprocess.CompletedProcess[str]:
        kubeconfig = str(self.cluster.kubeconfig)
        command = [sys.executable, "-m", "controller.cli", "--kubeconfig", kubeconfig, *words]
        return subprocess.run(
            command,
            cwd=REPOSITORY,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@pytest.fixture(scope="module")
def existing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Existing]:
    cluster = LocalCluster(NAME, {**os.environ, "SHOPFLEET_STATE": str(tmp_path_factory.mktemp("state"))})
    # What the demo writes down of a cluster must not take the place of what a person keeps there.
    cache = tmp_path_factory.mktemp("cache")
    for folder in (cluster.cache.images, cluster.cache.assets):
        (cache / folder.name).symlink_to(folder)
    try:
        with Progress(Console(stderr=True)) as progress:
            cluster.start(progress, ImageIndex.read(cluster.cache.image_index))
        _install_its_own(cluster)
        yield Existing(cluster, {**os.environ, "SHOPFLEET_CACHE": str(cache)})
    finally:
        cluster.wipe(keep_images=False)


def _install_its_own(cluster: LocalCluster) -> None:
    """DNS that knows other shops than ours, and a default StorageClass of another name than ours."""
    settings = InstallSettings(
        parts=(Part.DNS, Part.STORAGE),
        storage=StorageSettings(class_name=CLASS, path=str(cluster.paths.volumes)),
        gateway=GatewaySettings(domain="shops.elsewhere.example"),
    )
    api = installer.connect(cluster.kubeconfig)
    images = assets.load_images(cluster.cache.image_index)
    made = plan(api, settings, images, Extras(), dt.datetime.now(dt.UTC))
    install(api, replace(made, stages=tuple(_own_stages(made))), lambda _: None)
    assert [each["metadata"]["name"] for each in api.storage_classes()] == [CLASS]
    assert api.read("v1", "Namespace", SYSTEM_NAMESPACE, None) is None


def _own_stages(made: Plan) -> Iterator[Stage]:
    """Without what an installation of ours brings in any case: its namespace, Secrets and rights."""
    for stage in made.stages:
        if stage.name == "namespaces":
            kept = [each for each in stage.manifests if each["metadata"]["name"] == STORAGE_NAMESPACE]
            yield replace(stage, manifests=kept)
        if stage.name in {"dns", "storage"}:
            yield stage


def test_a_class_that_is_not_there_is_refused_and_nothing_applied(existing: Existing, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("storage: {className: shopfleet-rwx}\n")
    done = existing.shopfleet("local", "demo", "--cluster", "current", "--settings", str(settings))
    assert done.returncode != 0
    assert "settings.storage.className" in done.stderr
    assert CLASS in done.stderr
    kube = connect(existing.cluster.kubeconfig, effects=Unfenced())
    assert kube.get(Ref("v1", "Namespace", SYSTEM_NAMESPACE)) is None


def test_the_demo_ends_with_shops_that_serve(existing: Existing, tmp_path: Path) -> None:
    done = existing.shopfleet("local", "demo", "--cluster", "current", timeout=DEMO_TIMEOUT_SECONDS)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert f"https://{HOST}" in done.stdout
    assert CLASS in done.stderr, "it says which class it took"
    kube = connect(existing.cluster.kubeconfig, effects=Unfenced())
    authority = kube.get(Ref("v1", "ConfigMap", "platform-ca", SYSTEM_NAMESPACE))
    assert authority is not None
    ca_file = tmp_path / "ca.crt"
    ca_file.write_text(authority["data"]["ca.crt"])
    web = GatewayWeb(ca_file, Address(existing.cluster.spec.node_address))
    assert web.status(HOST, "/web/login", timeout=60) == 200
    tenant = kube.get(Ref(API_VERSION, "Tenant", "northlight", "partner-default"))
    assert tenant is not None
    files = kube.list("v1", "PersistentVolumeClaim", f"sf-{tenant['spec']['id']}")
    assert [each["spec"]["storageClassName"] for each in files] == [CLASS]
