"""Images and tasks of the node's container runtime, by its own command-line client."""

from __future__ import annotations

import time
from pathlib import Path

from provisioning.local.commands import CommandError, run
from provisioning.local.paths import ClusterPaths

IMPORT_TIMEOUT_S = 600.0
"""A gigabyte on a slow disk: unpacking is most of it."""

_POD_CONTAINERS = 'labels."io.cri-containerd.kind"==container'
"""Without the sandboxes, which hold a pod's network until its containers are done."""


def is_serving(paths: ClusterPaths) -> bool:
    try:
        _ctr(paths, "version", timeout_s=5)
    except CommandError:
        return False
    return True


def image_references(paths: ClusterPaths) -> set[str]:
    """Names of the images in the store."""
    return set(_ctr(paths, "image", "ls", "-q").split())


def import_image(paths: ClusterPaths, archive: Path) -> None:
    """Load an OCI or Docker archive, with every name that it carries.

    Raises:
        CommandError: the archive is damaged or the disk is full.
    """
    _ctr(paths, "image", "import", str(archive), timeout_s=IMPORT_TIMEOUT_S)


def images_in_use(paths: ClusterPaths) -> set[str]:
    """Images of all containers, running or not."""
    rows = [line.split() for line in _ctr(paths, "containers", "ls").splitlines()[1:]]
    return {row[1] for row in rows if len(row) > 1}


def remove_images(paths: ClusterPaths, references: set[str]) -> None:
    """Remove images and wait until their space is free."""
    if references:
        _ctr(paths, "images", "rm", "--sync", *sorted(references), timeout_s=IMPORT_TIMEOUT_S)


def stop_all(paths: ClusterPaths, timeout_s: float) -> int:
    """Ask every container to end and wait for it; returns how many had not by then."""
    running = _running(paths)
    for container in running:
        _ask_to_end(paths, container)
    deadline = time.monotonic() + timeout_s
    while running and time.monotonic() < deadline:
        time.sleep(0.25)
        running = _running(paths)
    return len(running)


def _running(paths: ClusterPaths) -> set[str]:
    ours = set(_ctr(paths, "containers", "ls", "-q", _POD_CONTAINERS).split())
    rows = [line.split() for line in _ctr(paths, "tasks", "ls").splitlines()[1:]]
    return {row[0] for row in rows if row[-1] == "RUNNING"} & ours


def _ask_to_end(paths: ClusterPaths, container: str) -> None:
    try:
        _ctr(paths, "tasks", "kill", "--signal", "SIGTERM", container)
    except CommandError as failed:
        if "not found" not in failed.output and "already finished" not in failed.output:
            raise


def _ctr(paths: ClusterPaths, *arguments: str, timeout_s: float = 30) -> str:
    # The k8s.io namespace is the one the kubelet looks into.
    return run(
        "ctr",
        "--address",
        str(paths.containerd_socket),
        "--namespace",
        "k8s.io",
        *arguments,
        timeout_s=timeout_s,
    )
