"""Is this machine big enough, and is it the kind of machine we know? Numbers first, then a verdict."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from provisioning.local import cgroups
from provisioning.local.findings import Finding, failed, ok, warning

GIB = 1024**3

SUPPORTED = ("debian", "12")


@dataclass(frozen=True)
class Needs:
    """What has to be free before a start, in bytes. Measured, and rounded up."""

    cache_disk: int
    """Where what can be made again is kept, shared by all clusters."""
    state_disk: int
    """Where one cluster's own folder is."""
    memory: int


COLD = Needs(cache_disk=20 * GIB, state_disk=10 * GIB, memory=5 * GIB)
"""Go modules 3.5, Go build cache 8, binaries 0.5, image roots and archives 6; then image store 6, data 4."""
RENEWED = Needs(cache_disk=6 * GIB, state_disk=8 * GIB, memory=5 * GIB)
"""For another version: some programs and images are made anew, and Go's modules and build cache are there."""
WARM = Needs(cache_disk=GIB, state_disk=8 * GIB, memory=4 * GIB)
"""With binaries and images in the cache: image store and data, and dumps of templates that are kept."""
SERVERS_COLD = Needs(cache_disk=12 * GIB, state_disk=0, memory=2 * GIB)
"""To compile the servers of the tests, without a node: Go modules and build cache are most of it."""
SERVERS_WARM = Needs(cache_disk=GIB, state_disk=0, memory=GIB)
"""To run them."""


@dataclass(frozen=True)
class Disk:
    """One file system, as seen from a folder on it."""

    path: Path
    """The folder that is wanted, or the nearest of its parents that exists."""
    device: int
    free: int


@dataclass(frozen=True)
class HostFacts:
    """What was read from the machine."""

    user_id: int
    distribution: str
    release: str
    cache_disk: Disk
    state_disk: Disk
    memory_available: int
    cpu_count: int
    cgroups: cgroups.Layout


def gather(cache: Path, state: Path) -> HostFacts:
    """Read the facts; the folders of cache and state need not exist yet."""
    release = _os_release(Path("/etc/os-release"))
    return HostFacts(
        user_id=os.geteuid(),
        distribution=release.get("ID", "unknown"),
        release=release.get("VERSION_ID", "unknown"),
        cache_disk=_disk_of(cache),
        state_disk=_disk_of(state),
        memory_available=_memory_available(Path("/proc/meminfo")),
        cpu_count=os.cpu_count() or 1,
        cgroups=cgroups.detect(),
    )


def assess(facts: HostFacts, needs: Needs) -> list[Finding]:
    """The verdict on the facts. Pure."""
    return [*assess_kind(facts), *assess_room(facts, needs)]


def assess_kind(facts: HostFacts) -> list[Finding]:
    """Whether a node can run on this kind of machine, however large it is."""
    return [_user(facts), _distribution(facts), _control_groups(facts.cgroups)]


def assess_room(facts: HostFacts, needs: Needs) -> list[Finding]:
    """Whether there is enough of everything."""
    return [*_disks(facts, needs), _memory(facts, needs), _cores(facts)]


def _user(facts: HostFacts) -> Finding:
    if facts.user_id == 0:
        return ok("user", "Running as root.")
    return failed(
        "user",
        f"A node needs root (namespaces, mounts), this is user {facts.user_id}.",
        "Run as root; what needs no node runs without.",
    )


def _distribution(facts: HostFacts) -> Finding:
    found = f"{facts.distribution} {facts.release}"
    if facts.distribution != SUPPORTED[0]:
        return failed("distribution", f"This is {found}, packages come from Debian.", "Use Debian 12.")
    if facts.release != SUPPORTED[1]:
        return warning("distribution", f"This is {found}, tested is 12.", "Other releases may lack a package.")
    return ok("distribution", f"This is {found}.")


def _disks(facts: HostFacts, needs: Needs) -> list[Finding]:
    """One finding for each file system: cache and state are often on the same, and then share its room."""
    if facts.cache_disk.device == facts.state_disk.device:
        variables = "SHOPFLEET_CACHE and SHOPFLEET_STATE"
        return [_disk(facts.state_disk, needs.cache_disk + needs.state_disk, "cache and state", variables)]
    return [
        _disk(facts.cache_disk, needs.cache_disk, "the cache", "SHOPFLEET_CACHE"),
        _disk(facts.state_disk, needs.state_disk, "the state", "SHOPFLEET_STATE"),
    ]


def _disk(disk: Disk, needed: int, what: str, variables: str) -> Finding:
    numbers = f"{_gib(disk.free)} free on the disk of {disk.path}, {_gib(needed)} needed for {what}."
    if disk.free < needed:
        return failed("disk", numbers, f"Make room or set {variables} to another disk.")
    return ok("disk", numbers)


def _memory(facts: HostFacts, needs: Needs) -> Finding:
    numbers = f"{_gib(facts.memory_available)} of memory available, {_gib(needs.memory)} needed."
    if facts.memory_available < needs.memory:
        return failed("memory", numbers, "End other programs or use a larger machine.")
    return ok("memory", numbers)


def _cores(facts: HostFacts) -> Finding:
    if facts.cpu_count < 2:
        return warning("cores", "1 core, 2 are wanted.", "Everything works but takes more than twice as long.")
    return ok("cores", f"{facts.cpu_count} cores.")


def _control_groups(layout: cgroups.Layout) -> Finding:
    if layout.missing:
        return failed(
            "control groups",
            f"Control groups (version {layout.version}) lack: {', '.join(sorted(layout.missing))}.",
            "Mount them, or enable them on the kernel's command line.",
        )
    return ok("control groups", f"Version {layout.version}.")


def _disk_of(folder: Path) -> Disk:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return Disk(existing, existing.stat().st_dev, shutil.disk_usage(existing).free)


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB"


def _os_release(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def _memory_available(path: Path) -> int:
    """In bytes; the kernel's own estimate of what new programs can have."""
    for line in path.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0
