"""Unpacks Debian packages into a folder with mmdebstrap."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from provisioning.local.commands import CommandError, run, run_logged
from provisioning.local.errors import LocalError
from provisioning.local.images.mirror import Mirror, acquire_options
from provisioning.local.images.recipe import DebianLayer, Suite

EPOCH = 1795392000
"""2026-11-23: no file of an image is younger, so equal inputs give equal layers.

It must not lie before the packages' own dates: Python ignores byte code whose source has another time.
"""

TIMEOUT_S = 1800.0
"""Several hundred packages over a slow line."""

_UNREAD = ("doc", "man", "info", "locale", "lintian", "bug", "zoneinfo/posix", "zoneinfo/right")
"""Below /usr/share; the time zones are second copies of those one level up."""

_LEFTOVERS = (
    # Device nodes come from the container runtime.
    "dev/*",
    "run/*",
    "tmp/*",
    "var/tmp/*",
    "var/cache/apt/*",
    "var/cache/debconf/*-old",
    "var/lib/apt/lists/*",
    "var/lib/dpkg/*-old",
    "var/log/*.log",
    "var/log/apt",
    # Names this machine's mirror.
    "etc/apt/sources.list",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/hostname",
    "etc/resolv.conf",
)

_REFUSALS = (
    re.compile(r"E: (?P<what>Version '(?P<version>[^']+)' for '(?P<package>[^']+)' was not found)"),
    re.compile(r"E: (?P<what>Unable to locate package (?P<package>\S+))"),
    re.compile(r"E: (?P<what>Failed to fetch \S+/(?P<package>[^/_]+)_\S+\s+404\b.*)"),
    re.compile(r"E: (?P<what>The repository .* is not signed)"),
)

Variant = Literal["essential", "extract"]


def debian_root(layer: DebianLayer, root: Path, mirror: Mirror, log: Path) -> None:
    """Install and configure the layer's packages below `root`, then tidy up and renumber accounts.

    Raises:
        LocalError: the mirror lacks a package or the version that the recipe pins.
    """
    unpack(layer.suite, layer.packages, root, mirror, log, variant="essential", filters=path_filters(layer))
    for name, number in layer.accounts.items():
        set_account(root, name, number)
    remove(root, (*_LEFTOVERS, *layer.remove))


def unpack(
    suite: Suite,
    packages: Sequence[str],
    root: Path,
    mirror: Mirror,
    log: Path,
    *,
    variant: Variant = "extract",
    filters: Sequence[str] = (),
) -> None:
    """Run mmdebstrap; `extract` only unpacks packages and what they depend on."""
    apt = ('APT::Install-Recommends "false";', 'Acquire::Check-Valid-Until "false";', *acquire_options())
    log.parent.mkdir(parents=True, exist_ok=True)
    start = log.stat().st_size if log.exists() else 0
    try:
        run_logged(
            "mmdebstrap",
            f"--variant={variant}",
            "--mode=root",
            "--format=directory",
            *(f"--aptopt={option}" for option in apt),
            *(f"--dpkgopt={option}" for option in ("force-unsafe-io", *filters)),
            f"--include={','.join(packages)}",
            suite,
            str(root),
            *mirror.sources(suite),
            log=log,
            timeout_s=TIMEOUT_S,
            environment={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH), "DEBIAN_FRONTEND": "noninteractive"},
        )
    except CommandError as error:
        said = refusal(log.read_bytes()[start:].decode(errors="replace"))
        if said is None:
            raise
        raise LocalError(f"{suite}: {said}.", hint=f"Change the pin in the image recipe. Log: {log}") from error


def refusal(output: str) -> str | None:
    """What the mirror does not have, in apt's words, each package once; None when it was something else."""
    found = {match["what"]: None for pattern in _REFUSALS for match in pattern.finditer(output)}
    return "; ".join(found) or None


def path_filters(layer: DebianLayer) -> list[str]:
    """dpkg options that keep files out of the image; licences always stay. The last match wins."""
    excluded = [f"/usr/share/{folder}/*" for folder in _UNREAD]
    filters = [f"path-exclude={pattern}" for pattern in (*excluded, *layer.exclude)]
    return [*filters, "path-include=/usr/share/doc/*/copyright"]


def set_account(root: Path, name: str, number: int) -> None:
    """Give a system user and its group a fixed number; create them when no package did.

    Files of the old numbers below `root` follow.
    """
    account = f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin"
    user = _renumber(root / "etc/passwd", name, number, account)
    group = _renumber(root / "etc/group", name, number, f"{name}:x:{number}:")
    for path in root.rglob("*"):
        held = path.lstat()
        uid = number if held.st_uid == user else held.st_uid
        gid = number if held.st_gid == group else held.st_gid
        if (uid, gid) != (held.st_uid, held.st_gid):
            os.chown(path, uid, gid, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(held.st_mode & 0o7777)  # chown drops the set-id bits


def _renumber(table: Path, name: str, number: int, new_line: str) -> int | None:
    """Rewrite one account table; returns the number before, or None when the line is new."""
    lines = table.read_text().splitlines()
    before: int | None = None
    for index, line in enumerate(lines):
        fields = line.split(":")
        if fields[0] == name:
            before = int(fields[2])
            # In passwd the group's number follows the user's, and both are the same here.
            fields[2:4] = [str(number)] * 2 if table.name == "passwd" else [str(number), fields[3]]
            lines[index] = ":".join(fields)
    if before is None:
        lines.append(new_line)
    table.write_text("\n".join(lines) + "\n")
    return before


def remove(root: Path, patterns: Iterable[str]) -> None:
    """Delete what matches the globs, which are relative to `root`."""
    for pattern in patterns:
        for path in list(root.glob(pattern.lstrip("/"))):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def run_inside(root: Path, *argv: str, timeout_s: float = 300) -> str:
    """Run a program of the unpacked image, which needs no `/proc` or device of the host."""
    return run("chroot", str(root), *argv, timeout_s=timeout_s)
