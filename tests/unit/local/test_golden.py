"""Dumps of golden templates go into the cache and out of it, and what does not is said."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from provisioning.local.golden import Copied, keep, seed
from provisioning.local.paths import CachePaths, ClusterPaths

DUMP = "release/variant.dump"


@pytest.fixture
def paths(tmp_path: Path) -> ClusterPaths:
    """A cluster whose object store has the bucket, and nothing in it."""
    paths = ClusterPaths(tmp_path / "test")
    bucket(paths).mkdir(parents=True)
    return paths


@pytest.fixture
def cache(tmp_path: Path) -> CachePaths:
    return CachePaths(tmp_path / "cache")


def bucket(paths: ClusterPaths) -> Path:
    return paths.volumes / "pvc-1_shopfleet-system_data-objectstore-0" / "buckets" / "shopfleet-templates"


def write(folder: Path, content: str = "a dump") -> Path:
    dump = folder / DUMP
    dump.parent.mkdir(parents=True)
    dump.write_text(content)
    return dump


def full(source: Path, target: Path) -> None:
    Path(target).write_text("half a d")
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_one_cluster_made_is_there_for_the_next(
    paths: ClusterPaths, cache: CachePaths, tmp_path: Path
) -> None:
    write(bucket(paths) / "templates")
    assert keep(paths, cache) == Copied(1)
    fresh = ClusterPaths(tmp_path / "fresh")
    bucket(fresh).mkdir(parents=True)
    assert seed(fresh, cache) == Copied(1)
    assert (bucket(fresh) / "templates" / DUMP).read_text() == "a dump"


def test_what_is_there_already_stays(paths: ClusterPaths, cache: CachePaths) -> None:
    write(cache.templates, "of the cache")
    there = write(bucket(paths) / "templates", "of the cluster")
    assert (seed(paths, cache), keep(paths, cache)) == (Copied(), Copied())
    assert there.read_text() == "of the cluster"


def test_without_dumps_nobody_waits_for_the_bucket(tmp_path: Path, cache: CachePaths) -> None:
    assert seed(ClusterPaths(tmp_path / "none"), cache) == Copied()


def test_a_bucket_that_does_not_come_is_said(tmp_path: Path, cache: CachePaths) -> None:
    write(cache.templates)
    (reason,) = seed(ClusterPaths(tmp_path / "none"), cache, patience=0).missed
    assert reason.startswith("1 kept dumps of golden templates are not used: the object store has no bucket")


def test_a_cluster_without_a_bucket_has_nothing_to_keep(tmp_path: Path, cache: CachePaths) -> None:
    assert keep(ClusterPaths(tmp_path / "none"), cache) == Copied()


def test_a_full_disk_is_said_and_leaves_no_half_dump(
    paths: ClusterPaths, cache: CachePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(bucket(paths) / "templates")
    monkeypatch.setattr(shutil, "copyfile", full)
    copied = keep(paths, cache)
    assert copied.new == 0
    assert copied.missed == (
        f"the dump {DUMP} of a golden template was not copied to {cache.templates}: No space left on device",
    )
    assert list(cache.templates.glob("*/*")) == []


def test_a_cache_that_cannot_be_made_does_not_keep_a_node_from_stopping(
    paths: ClusterPaths, cache: CachePaths
) -> None:
    write(bucket(paths) / "templates")
    cache.root.write_text("a file")
    (reason,) = keep(paths, cache).missed
    assert "Not a directory" in reason
