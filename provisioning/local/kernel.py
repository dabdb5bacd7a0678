"""Tries what a node needs of the kernel, in namespaces that vanish with the attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import CommandError, run
from provisioning.local.findings import Finding, failed, ok

SYSCTL = Path("/proc/sys")

MINIMUM_SETTINGS = {
    # Each kubelet, runtime and log reader holds some; the kernel's 128 is for one desktop.
    "fs/inotify/max_user_instances": 1024,
    "fs/inotify/max_user_watches": 262144,
}

_MASQUERADE = (
    "table ip probe { chain out { type nat hook postrouting priority srcnat; ip saddr 10.0.0.0/8 masquerade; }; }"
)
_OVERLAY = (
    "set -e; mount -t tmpfs probe /mnt; mkdir /mnt/lower /mnt/upper /mnt/work /mnt/all; "
    "mount -t overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work probe /mnt/all"
)


@dataclass(frozen=True)
class Probe:
    """A program that succeeds when the kernel has the feature."""

    feature: str
    argv: tuple[str, ...]


BARE_PROBES = (
    Probe("namespaces", ("unshare", "--mount", "--pid", "--ipc", "--uts", "--net", "--fork", "true")),
    Probe("overlay file system", ("unshare", "--mount", "sh", "-c", _OVERLAY)),
)
"""With programs that every machine has, so that they can be asked before anything is installed."""

PROBES = (
    *BARE_PROBES,
    Probe(
        "veth links",
        ("unshare", "--net", "ip", "link", "add", "name", "a0", "type", "veth", "peer", "name", "a1"),
    ),
    Probe("nftables with NAT", ("unshare", "--net", "nft", _MASQUERADE)),
)


def check_kernel(probes: Sequence[Probe] = PROBES) -> list[Finding]:
    """Run every probe. Needs root and, but for BARE_PROBES, the Debian packages."""
    return [_try(probe) for probe in probes]


def raise_settings(root: Path = SYSCTL) -> None:
    """Bring kernel settings up to what a node needs; never lowers one."""
    for name, minimum in MINIMUM_SETTINGS.items():
        path = root / name
        if path.is_file() and int(path.read_text()) < minimum:
            path.write_text(f"{minimum}\n")


def _try(probe: Probe) -> Finding:
    try:
        run(*probe.argv)
    except CommandError as error:
        return failed(
            f"kernel: {probe.feature}",
            f"This kernel, or the container we run in, does not give us {probe.feature}.",
            error.output.strip(),
        )
    return ok(f"kernel: {probe.feature}", f"{probe.feature.capitalize()} work.")
