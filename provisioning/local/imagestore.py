"""Brings the image archives of the cache into the image store of a node."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.local import containers
from provisioning.local.errors import LocalError
from provisioning.local.paths import CachePaths, ClusterPaths

PAUSE = "pause"


@dataclass(frozen=True)
class ImageArchive:
    """One entry of the index: a name of ours, its full reference, and the file."""

    name: str
    reference: str
    archive: Path


def read_index(cache: CachePaths) -> list[ImageArchive]:
    """Every image that was built, by name.

    Raises:
        LocalError: nothing was built yet, or the index is damaged.
    """
    if not cache.image_index.is_file():
        raise LocalError(f"No images have been built: {cache.image_index} is missing.")
    try:
        entries = json.loads(cache.image_index.read_text())
        return [
            # An absolute path stays what it is.
            ImageArchive(name, entry["ref"], cache.images / entry["archive"])
            for name, entry in sorted(entries.items())
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LocalError(
            f"{cache.image_index} is damaged ({error!r});", hint="delete it and build the images again."
        ) from error


def pause_reference(images: Sequence[ImageArchive]) -> str:
    """The sandbox image, which the container runtime must know before the first pod."""
    for image in images:
        if image.name == PAUSE:
            return image.reference
    raise LocalError("The image 'pause' has not been built.")


def absent(images: Sequence[ImageArchive], present: set[str]) -> list[ImageArchive]:
    """Those to import, the sandbox image first. A reference carries its recipe's hash, so equal is equal."""
    missing = [image for image in images if image.reference not in present]
    return sorted(missing, key=lambda image: image.name != PAUSE)


def import_archive(image: ImageArchive, paths: ClusterPaths) -> None:
    """Import one archive.

    Raises:
        LocalError: the file is missing or does not carry the reference it should.
    """
    if not image.archive.is_file():
        raise LocalError(f"The archive of image '{image.name}' is missing: {image.archive}.")
    containers.import_image(paths, image.archive)
    if image.reference not in containers.image_references(paths):
        raise LocalError(f"{image.archive} does not contain {image.reference}.")
