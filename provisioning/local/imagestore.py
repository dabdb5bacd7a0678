"""Brings the images of the cache into the image store of a node."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from provisioning.local import containers
from provisioning.local.errors import LocalError
from provisioning.local.images import ImageIndex
from provisioning.local.paths import ClusterPaths

PAUSE = "pause"
"""The sandbox of every pod: the container runtime must know its name before the first one."""

OURS = "shopfleet.local/"

SIDE_BY_SIDE = 2
"""Unpacking keeps one core busy per image."""


def absent(index: ImageIndex, present: set[str]) -> list[str]:
    """Names of the images to import, the sandbox first, then the largest: so two workers end together.

    A reference carries the hash of its recipe, so the same name is the same image.
    """
    missing = [name for name in index.images if index.ref(name) not in present]
    return sorted(missing, key=lambda name: (name != PAUSE, -_size(name, index)))


def superseded(index: ImageIndex, present: set[str], in_use: set[str]) -> set[str]:
    """References of ours that are neither of today nor used by a container."""
    current = {index.ref(name) for name in index.images}
    return {reference for reference in present - current - in_use if reference.startswith(OURS)}


def import_images(index: ImageIndex, paths: ClusterPaths, report: Callable[[str], None]) -> int:
    """Import what the node does not have; returns how many images that was.

    `report` gets the name of each image as its turn comes.

    Raises:
        LocalError: an archive is missing, damaged, or the disk is full.
    """
    names = absent(index, containers.image_references(paths))

    def one(name: str) -> None:
        report(name)
        _import(name, index, paths)

    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        for done in [pool.submit(one, name) for name in names]:
            done.result()
    return len(names)


def remove_superseded(index: ImageIndex, paths: ClusterPaths) -> set[str]:
    """Remove images of earlier builds, which nobody else ever removes here; returns their references."""
    found = superseded(index, containers.image_references(paths), containers.images_in_use(paths))
    containers.remove_images(paths, found)
    return found


def _import(name: str, index: ImageIndex, paths: ClusterPaths) -> None:
    archive = index.archive(name)
    if not archive.is_file():
        raise LocalError(f"The archive of image '{name}' is missing: {archive}.")
    containers.import_image(paths, archive)
    if index.ref(name) not in containers.image_references(paths):
        raise LocalError(f"{archive} does not contain {index.ref(name)}.")


def _size(name: str, index: ImageIndex) -> int:
    """In bytes; the import itself complains about an archive that is missing."""
    archive = index.archive(name)
    return archive.stat().st_size if archive.is_file() else 0
