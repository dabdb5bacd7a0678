"""Container images of the platform, built without Docker from Debian packages, wheels and Go programs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from provisioning.local.images.builder import Builder, Report
from provisioning.local.images.catalog import load_recipes
from provisioning.local.images.fingerprint import Sources
from provisioning.local.images.index import BuiltImage, ImageIndex
from provisioning.local.paths import SOURCE, CachePaths

__all__ = ["BuiltImage", "ImageIndex", "Report", "build_images", "estimate", "image_builder", "image_names"]

REPOSITORY = SOURCE.parents[1]


def image_builder(cache: CachePaths | None = None, repository: Path = REPOSITORY) -> Builder:
    """A builder over this repository's recipes and the machine's cache."""
    paths = cache or CachePaths.from_environment(os.environ)
    return Builder(paths, load_recipes(repository), Sources(repository, paths.binaries))


def image_names(repository: Path = REPOSITORY) -> tuple[str, ...]:
    """Every image there is a recipe for, quick ones first."""
    return tuple(load_recipes(repository))


def build_images(
    names: Sequence[str], progress_callback: Report, *, cache: CachePaths | None = None
) -> ImageIndex:
    """Build those of `names` whose recipe or inputs changed since the last time.

    `progress_callback` gets the image's name and what is being done for it.

    Raises:
        LocalError: a program, an input, or a pinned package is missing; it says which.
    """
    return image_builder(cache).build(names, progress_callback)


def estimate(names: Sequence[str], *, cache: CachePaths | None = None) -> float:
    """Minutes to build what is not in the cache yet, on 2 cores."""
    return image_builder(cache).estimate_s(names) / 60
