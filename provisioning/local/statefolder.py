"""Claims, locks and empties the folder of a cluster; never touches one that is not ours."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.paths import ClusterPaths

LAYOUT_VERSION = 1
"""Raised when an older folder could no longer be used as it is."""


def claim(paths: ClusterPaths, cluster: str) -> None:
    """Make the folder ours, or make sure that it already is.

    Raises:
        LocalError: it holds something else, another cluster, or another layout.
    """
    if paths.owner.is_file():
        _check_owner(paths, cluster)
        return
    if paths.root.exists() and not paths.root.is_dir():
        raise LocalError(f"{paths.root} is a file;", hint="move it away or set SHOPFLEET_STATE.")
    if paths.root.is_dir() and (foreign := sorted(path.name for path in paths.root.iterdir())):
        raise LocalError(
            f"{paths.root} holds {len(foreign)} entries that are not ours (such as '{foreign[0]}');",
            hint="move them away or set SHOPFLEET_STATE to another folder.",
        )
    paths.root.mkdir(parents=True, exist_ok=True)
    paths.owner.write_text(json.dumps({"cluster": cluster, "layout": LAYOUT_VERSION}) + "\n")


def is_claimed(paths: ClusterPaths) -> bool:
    return paths.owner.is_file()


@contextmanager
def locked(paths: ClusterPaths, cluster: str) -> Iterator[None]:
    """Hold the cluster for one start, stop or wipe.

    Raises:
        LocalError: another process is at it.
    """
    with paths.lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(
                f"Cluster '{cluster}' is being started or stopped by another process;",
                hint="wait for it to end and try again.",
            ) from None
        yield


def remove_data(paths: ClusterPaths, *, keep_images: bool) -> None:
    """Delete what the cluster knows; with `keep_images` its image store stays.

    Raises:
        LocalError: the folder is not ours.
    """
    if not paths.root.exists():
        return
    if not paths.owner.is_file():
        raise LocalError(f"{paths.root} was not made by this installer;", hint="delete it by hand.")
    kept = {paths.owner, paths.lock} | ({paths.containerd} if keep_images else set())
    for path in paths.root.iterdir():
        if path not in kept:
            _delete(path)
    if not keep_images:
        # The mark of ownership goes last, so that an interrupted wipe can be repeated.
        paths.lock.unlink(missing_ok=True)
        paths.owner.unlink()
        paths.root.rmdir()


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _check_owner(paths: ClusterPaths, cluster: str) -> None:
    try:
        owner = json.loads(paths.owner.read_text())
    except ValueError:
        raise LocalError(f"{paths.owner} is damaged;", hint="delete the folder by hand.") from None
    if owner.get("cluster") != cluster:
        raise LocalError(f"{paths.root} belongs to cluster '{owner.get('cluster')}', not to '{cluster}'.")
    if owner.get("layout") != LAYOUT_VERSION:
        raise LocalError(
            f"{paths.root} has layout {owner.get('layout')}, this version needs {LAYOUT_VERSION};",
            hint="run `make clean` to start anew.",
        )
