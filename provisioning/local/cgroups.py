"""The control groups of one cluster, in whichever layout the machine has.

Version 1 has one tree per controller, version 2 a single one. In both, all of a
cluster's processes live below one folder named after it, so two kubelets never
meet each other's pods and leftovers are found by where they are.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.findings import Finding, failed, ok

ROOT = Path("/sys/fs/cgroup")
NEEDED_CONTROLLERS = frozenset({"cpu", "cpuset", "memory", "pids"})
"""What the kubelet insists on; version 1 needs `cpuacct` and `devices` besides."""
NEEDED_V1_EXTRA = frozenset({"cpuacct", "devices"})

_SYSTEM = "system"
_WHERE = "Run on the machine itself, or in a container that owns its control groups."
_EMPTYING_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Layout:
    """Where the machine's control groups are."""

    version: int
    hierarchies: tuple[Path, ...]
    controllers: frozenset[str]

    @property
    def missing(self) -> frozenset[str]:
        needed = NEEDED_CONTROLLERS | (NEEDED_V1_EXTRA if self.version == 1 else frozenset())
        return needed - self.controllers


def detect(root: Path = ROOT) -> Layout:
    """Read the layout from the mounted file systems below `root`."""
    unified = root / "cgroup.controllers"
    if unified.is_file():
        return Layout(2, (root,), frozenset(unified.read_text().split()))
    if not root.is_dir():
        return Layout(1, (), frozenset())
    # `cpu` and `cpuacct` are often links to one folder `cpu,cpuacct`. An empty version 2 tree may be
    # mounted among them; containers get a group in it as well, so it is treated like the others.
    folders = [path for path in sorted(root.iterdir()) if (path / "cgroup.procs").exists()]
    hierarchies = tuple(path for path in folders if not path.is_symlink())
    names = frozenset(name for path in folders for name in path.name.split(","))
    return Layout(1, hierarchies, names)


def entry_folders(layout: Layout, group: str) -> list[Path]:
    """The folders that the cluster's first process must join.

    In version 2 a group with groups of its own may hold no process, hence one for our own.
    """
    inner = (_SYSTEM,) if layout.version == 2 else ()
    return [_under(hierarchy, group).joinpath(*inner) for hierarchy in layout.hierarchies]


def create(layout: Layout, group: str) -> None:
    """Make the cluster's groups.

    Raises:
        LocalError: we may not, or the controllers cannot be handed down to a group of ours.
    """
    try:
        _create(layout, group)
    except OSError as refused:
        raise LocalError(
            f"The control groups below {refused.filename or ROOT} cannot be managed here ({refused.strerror}).",
            hint=_WHERE,
        ) from refused


def check(layout: Layout) -> Finding:
    """Whether groups can be made here, tried with one that vanishes: only the attempt tells in a container."""
    trial = f"/shopfleet-trial-{os.getpid()}"
    try:
        try:
            create(layout, trial)
        finally:
            remove(layout, trial)
    except LocalError as refused:
        return failed("control groups", refused.message, refused.hint)
    except OSError as refused:
        return failed("control groups", f"Control groups cannot be removed again ({refused}).", _WHERE)
    return ok("control groups", f"Version {layout.version}, and groups can be made.")


def _create(layout: Layout, group: str) -> None:
    for hierarchy in layout.hierarchies:
        folder = _under(hierarchy, group)
        if layout.version == 2:
            _delegate(hierarchy)
        folder.mkdir(exist_ok=True)
        if layout.version == 2:
            _delegate(folder)
        else:
            _fill_cpuset(hierarchy, folder)
    for folder in entry_folders(layout, group):
        folder.mkdir(exist_ok=True)


def remove(layout: Layout, group: str) -> None:
    """End every process left in the cluster's groups and remove the groups.

    Raises:
        LocalError: a process could not be ended.
    """
    for hierarchy in layout.hierarchies:
        folder = _under(hierarchy, group)
        if folder.is_dir():
            _empty(folder)
            for path in [*_descendants(folder), folder]:
                path.rmdir()


def processes(layout: Layout, group: str) -> set[int]:
    """Every process in the cluster's groups."""
    folders = [_under(hierarchy, group) for hierarchy in layout.hierarchies]
    return {pid for folder in folders if folder.is_dir() for pid in _members(folder)}


def memory_bytes(layout: Layout, group: str) -> int | None:
    """What the cluster's processes occupy, page cache included; None when unknown."""
    for hierarchy in layout.hierarchies:
        for name in ("memory.usage_in_bytes", "memory.current"):
            counter = _under(hierarchy, group) / name
            if counter.is_file():
                return int(counter.read_text())
    return None


def _under(hierarchy: Path, group: str) -> Path:
    return hierarchy / group.lstrip("/")


def _fill_cpuset(parent: Path, folder: Path) -> None:
    """In version 1 a new cpuset is empty, and a process cannot join an empty one."""
    for setting in ("cpuset.cpus", "cpuset.mems"):
        if (parent / setting).is_file():
            (folder / setting).write_text((parent / setting).read_text())


def _delegate(folder: Path) -> None:
    wanted = " ".join(f"+{name}" for name in (folder / "cgroup.controllers").read_text().split())
    (folder / "cgroup.subtree_control").write_text(wanted)


def _descendants(folder: Path) -> list[Path]:
    """Every group below `folder`, children before their parents."""
    return [Path(path) for path, _, _ in os.walk(folder, topdown=False) if Path(path) != folder]


def _members(folder: Path) -> set[int]:
    found: set[int] = set()
    for path in [folder, *_descendants(folder)]:
        try:
            found.update(int(pid) for pid in (path / "cgroup.procs").read_text().split())
        except FileNotFoundError:
            continue  # removed by its owner since it was listed
    return found


def _empty(folder: Path) -> None:
    deadline = time.monotonic() + _EMPTYING_TIMEOUT_S
    while left := _members(folder):
        if time.monotonic() > deadline:
            raise LocalError(f"Processes {sorted(left)} in {folder} do not end.", hint="Restart the machine.")
        for pid in left:
            _kill(pid)
        time.sleep(0.05)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
