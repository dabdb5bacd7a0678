"""Keeps dumps of golden templates in the machine's cache, so that a fresh cluster need not build them again.

A dump is named by the digests of its release and variant, so a stale one is never found. The object store of a
local cluster keeps each object as a plain file below its bucket's folder; copying that file is all it takes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from provisioning.local.paths import CachePaths, ClusterPaths

BUCKET = "shopfleet-templates"
PREFIX = "templates"

# Seconds. The operator makes the bucket in its first moments as leader; without it there is nothing to fill.
BUCKET_PATIENCE = 30.0


def seed(paths: ClusterPaths, cache: CachePaths) -> int:
    """Put every kept dump into the cluster's object store; returns how many were new to it."""
    dumps = list(_dumps(cache.templates))
    bucket = _await_bucket(paths) if dumps else None
    if bucket is None:
        return 0
    return sum(_copy(dump, bucket / PREFIX / dump.relative_to(cache.templates), bucket) for dump in dumps)


def keep(paths: ClusterPaths, cache: CachePaths) -> int:
    """Copy dumps that the cluster made into the cache; returns how many were new to it."""
    bucket = _bucket(paths)
    if bucket is None:
        return 0
    made = bucket / PREFIX
    cache.templates.mkdir(parents=True, exist_ok=True)
    return sum(
        _copy(dump, cache.templates / dump.relative_to(made), cache.templates) for dump in list(_dumps(made))
    )


def _dumps(folder: Path) -> Iterator[Path]:
    return folder.glob("*/*.dump")


def _bucket(paths: ClusterPaths) -> Path | None:
    return next(paths.volumes.glob(f"*_data-objectstore-0/buckets/{BUCKET}"), None)


def _await_bucket(paths: ClusterPaths) -> Path | None:
    deadline = time.monotonic() + BUCKET_PATIENCE
    while (bucket := _bucket(paths)) is None and time.monotonic() < deadline:
        time.sleep(0.25)
    return bucket


def _copy(source: Path, target: Path, owned_like: Path) -> bool:
    """Copy whole or not at all, for whoever owns `owned_like`; False when it is there already."""
    if target.exists():
        return False
    owner = owned_like.stat()
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(exist_ok=True)
        os.chown(folder, owner.st_uid, owner.st_gid)
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    os.chown(partial, owner.st_uid, owner.st_gid)
    partial.rename(target)
    return True
