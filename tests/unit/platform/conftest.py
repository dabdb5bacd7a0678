"""A platform as the bare machine gets it, and one with every choice the other way."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from provisioning.meta import Manifest
from provisioning.platform import material
from provisioning.platform.images import Images
from provisioning.platform.install import Extras, Stage, build_platform
from provisioning.platform.settings import (
    DatabaseSettings,
    GatewaySettings,
    InstallSettings,
    ObjectStoreSettings,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = "alertmanager controller coredns envoy envoy-gateway shared-folder-provisioner postgres prometheus"
IMAGES = Images({name: f"shopfleet.local/{name}:0123456789ab" for name in (*NAMES.split(), "versitygw")})

SMALL = InstallSettings()
LARGE = InstallSettings(
    database=DatabaseSettings(members=3, max_connections=1000, memory="16Gi"),
    object_store=ObjectStoreSettings(second_region="elsewhere-1"),
    gateway=GatewaySettings(host_ports=False, replicas=3, trusted_hops=1, domain="shops.example.com"),
)
EXTRAS = Extras(rules={"rules.yaml": "groups: []\n"}, nodes={"node": "10.0.0.1"})


def stages_of(settings: InstallSettings) -> list[Stage]:
    return build_platform(settings, IMAGES, material.ensure(settings, {}, NOW), EXTRAS)


@pytest.fixture(params=[SMALL, LARGE], ids=["small", "large"])
def stages(request: pytest.FixtureRequest) -> list[Stage]:
    return stages_of(request.param)


@pytest.fixture
def manifests(stages: list[Stage]) -> list[Manifest]:
    return [manifest for stage in stages for manifest in stage.manifests]


def pod_specs(manifests: list[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """(owner, pod spec) of everything that makes pods."""
    for manifest in manifests:
        template = manifest.get("spec", {}).get("template")
        if template:
            yield f"{manifest['kind']} {manifest['metadata']['name']}", template["spec"]


def find(manifests: list[Manifest], kind: str, name: str) -> Manifest:
    return next(m for m in manifests if m["kind"] == kind and m["metadata"]["name"] == name)
