"""Keeps dumps of golden templates in the machine's cache, so that a fresh cluster need not build them again.

A dump is named by the digests of its release and variant, so a stale one is never found. The object store of a
local cluster keeps each object as a plain file below its bucket's folder; copying that file is all it takes.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.paths import CachePaths, ClusterPaths

BUCKET = "shopfleet-templates"
PREFIX = "templates"

# Seconds. The operator makes the bucket in its first moments as leader; without it there is nothing to fill.
BUCKET_PATIENCE = 30.0


@dataclass(frozen=True)
class Copied:
    """What came of copying dumps, which is never worth failing for: without one a template is built anew."""

    new: int = 0
    missed: tuple[str, ...] = ()
    """Why something was not copied, one sentence each."""


def seed(paths: ClusterPaths, cache: CachePaths, patience: float = BUCKET_PATIENCE) -> Copied:
    """Put every kept dump into the cluster's object store."""
    dumps = list(_dumps(cache.templates))
    if not dumps:
        return Copied()
    bucket = _await_bucket(paths, patience)
    if bucket is None:
        why = f"the object store has no bucket {BUCKET} after {patience:.0f} s; is the operator running?"
        return Copied(missed=(f"{len(dumps)} kept dumps of golden templates are not used: {why}",))
    return _copy_all(dumps, cache.templates, bucket / PREFIX, bucket)


def keep(paths: ClusterPaths, cache: CachePaths) -> Copied:
    """Copy dumps that the cluster made into the cache."""
    bucket = _bucket(paths)
    if bucket is None:
        # A cluster in which no operator ever ran has made no dumps either.
        return Copied()
    try:
        cache.templates.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Copied(missed=(f"no dump of a golden template was kept: {cache.templates}: {error.strerror}",))
    made = bucket / PREFIX
    return _copy_all(list(_dumps(made)), made, cache.templates, cache.templates)


def _copy_all(dumps: Sequence[Path], source: Path, target: Path, owned_like: Path) -> Copied:
    new, missed = 0, []
    for dump in dumps:
        name = dump.relative_to(source)
        try:
            new += _copy(dump, target / name, owned_like)
        except OSError as error:
            missed.append(f"the dump {name} of a golden template was not copied to {target}: {error.strerror}")
    return Copied(new, tuple(missed))


def _dumps(folder: Path) -> Iterator[Path]:
    return folder.glob("*/*.dump")


def _bucket(paths: ClusterPaths) -> Path | None:
    return next(paths.volumes.glob(f"*_data-objectstore-0/buckets/{BUCKET}"), None)


def _await_bucket(paths: ClusterPaths, patience: float) -> Path | None:
    deadline = time.monotonic() + patience
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
    try:
        shutil.copyfile(source, partial)
        os.chown(partial, owner.st_uid, owner.st_gid)
        partial.rename(target)
    except OSError:
        # On a full disk half a dump would only make things worse.
        partial.unlink(missing_ok=True)
        raise
    return True
