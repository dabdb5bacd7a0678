"""Writes image archives in the OCI image layout, which containerd imports as they are.

Format: https://github.com/opencontainers/image-spec (image-layout, manifest, config).
Written here rather than by a tool because the one that Debian packages compresses
with gzip only, which triples the time of an import.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from provisioning.local.images.layerstore import LayerBlob, LayerStore
from provisioning.local.images.recipe import SEARCH_PATH, Recipe
from provisioning.local.images.rootfs import EPOCH

_INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar+zstd"

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def image_config(recipe: Recipe, layers: Sequence[LayerBlob]) -> dict[str, object]:
    """What the container runtime reads: user, entry point, environment, the layers' contents."""
    created = datetime.fromtimestamp(EPOCH, UTC).isoformat()
    environment = {"PATH": SEARCH_PATH, **recipe.environment}
    return {
        "created": created,
        "architecture": _ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {
            "User": recipe.user,
            "Entrypoint": list(recipe.entrypoint),
            "Env": [f"{name}={value}" for name, value in environment.items()],
            "WorkingDir": recipe.working_directory,
            "Labels": {"org.opencontainers.image.title": recipe.name},
        },
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id for layer in layers]},
        "history": [{"created": created, "created_by": layer.kind} for layer in recipe.layers],
    }


def write_archive(recipe: Recipe, tag: str, layers: Sequence[LayerBlob], store: LayerStore, archive: Path) -> str:
    """Write the archive and return the image's digest, `sha256:…`, by which it can be pulled or pinned.

    `archive` appears complete or not at all.
    """
    config = _encode(image_config(recipe, layers))
    manifest = _encode(
        {
            "schemaVersion": 2,
            "mediaType": _MANIFEST,
            "config": _descriptor(_CONFIG, config),
            "layers": [{"mediaType": _LAYER, "digest": one.digest, "size": one.size} for one in layers],
        }
    )
    named = {
        **_descriptor(_MANIFEST, manifest),
        # The first is what containerd calls the image, the second what other tools do.
        "annotations": {
            "io.containerd.image.name": recipe.reference(tag),
            "org.opencontainers.image.ref.name": tag,
        },
    }
    partial = archive.with_name(f".{archive.name}.{os.getpid()}")
    try:
        with tarfile.open(partial, "w", format=tarfile.PAX_FORMAT) as out:
            _add_bytes(out, "oci-layout", _encode({"imageLayoutVersion": "1.0.0"}))
            _add_bytes(out, "index.json", _encode({"schemaVersion": 2, "mediaType": _INDEX, "manifests": [named]}))
            for blob in (config, manifest):
                _add_bytes(out, f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}", blob)
            for layer in {one.digest: one for one in layers}.values():
                _add_file(out, _blob_name(layer.digest), store.path(layer.key))
        partial.replace(archive)
    finally:
        partial.unlink(missing_ok=True)
    return str(named["digest"])


def _descriptor(media_type: str, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


def _blob_name(digest: str) -> str:
    return f"blobs/{digest.replace(':', '/')}"


def _encode(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o644, EPOCH
    return entry


def _add_bytes(out: tarfile.TarFile, name: str, content: bytes) -> None:
    out.addfile(_entry(name, len(content)), io.BytesIO(content))


def _add_file(out: tarfile.TarFile, name: str, path: Path) -> None:
    with path.open("rb") as content:
        out.addfile(_entry(name, path.stat().st_size), content)
