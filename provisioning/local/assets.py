"""Copies files that we install but do not own out of the verified Go modules."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.paths import GO_MODULES, CachePaths
from provisioning.local.programs import required_version
from provisioning.local.toolchain import Toolchain

DOWNLOAD_TIMEOUT_S = 300.0


@dataclass(frozen=True)
class Asset:
    """YAML files of one folder of one module, in the version that one of our programs uses."""

    name: str
    """Of the folder below the cache's `assets`."""
    module: str
    folder: str
    pinned_by: str
    """The program whose `go.mod` and `go.sum` decide version and content."""


ASSETS = (
    Asset("gateway-api", "sigs.k8s.io/gateway-api", "config/crd/standard", "envoy-gateway"),
    Asset(
        "envoy-gateway",
        "github.com/envoyproxy/gateway",
        "charts/gateway-helm/charts/crds/crds/generated",
        "envoy-gateway",
    ),
)


def ensure_assets(cache: CachePaths, toolchain: Toolchain) -> list[Path]:
    """Copy what is missing or of another version; returns the folders, all of them filled.

    Raises:
        LocalError: a module cannot be downloaded or no longer has the files.
    """
    return [_ensure(asset, cache, toolchain) for asset in ASSETS]


def _ensure(asset: Asset, cache: CachePaths, toolchain: Toolchain) -> Path:
    target = cache.assets / asset.name
    module = GO_MODULES / asset.pinned_by
    version = required_version((module / "go.mod").read_text(), asset.module)
    stamp = target / "VERSION"
    if stamp.is_file() and stamp.read_text() == version:
        return target
    source = _download(asset, module, toolchain) / asset.folder
    files = sorted(source.glob("*.yaml"))
    if not files:
        raise LocalError(f"{asset.module} {version} has no YAML files in {asset.folder}.")
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for file in files:
        # The module cache is read-only, a copy of ours is not.
        (target / file.name).write_bytes(file.read_bytes())
    stamp.write_text(version)
    return target


def _download(asset: Asset, module: Path, toolchain: Toolchain) -> Path:
    """The unpacked module; its checksum is the one in our `go.sum`."""
    answer = run(
        *(toolchain.go, "-C", str(module), "mod", "download", "-json", asset.module),
        timeout_s=DOWNLOAD_TIMEOUT_S,
        environment=toolchain.environment,
    )
    return Path(json.loads(answer)["Dir"])
