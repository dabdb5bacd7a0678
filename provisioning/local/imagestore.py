"""Brings the images of the cache into the image store of a node."""

from __future__ import annotations

from provisioning.local import containers
from provisioning.local.errors import LocalError
from provisioning.local.images import ImageIndex
from provisioning.local.paths import ClusterPaths

PAUSE = "pause"
"""The sandbox of every pod: the container runtime must know its name before the first one."""


def absent(index: ImageIndex, present: set[str]) -> list[str]:
    """Names of the images to import, the sandbox first and large ones last.

    A reference carries the hash of its recipe, so the same name is the same image.
    """
    missing = [name for name in index.images if index.ref(name) not in present]
    return sorted(missing, key=lambda name: (name != PAUSE, index.archive(name).stat().st_size))


def import_image(name: str, index: ImageIndex, paths: ClusterPaths) -> None:
    """Import one image.

    Raises:
        LocalError: the archive is missing or does not carry the reference it should.
    """
    archive = index.archive(name)
    if not archive.is_file():
        raise LocalError(f"The archive of image '{name}' is missing: {archive}.")
    containers.import_image(paths, archive)
    if index.ref(name) not in containers.image_references(paths):
        raise LocalError(f"{archive} does not contain {index.ref(name)}.")
