"""File systems left mounted below a folder of ours."""

from __future__ import annotations

import re
from pathlib import Path

from provisioning.local.commands import run

MOUNT_TABLE = Path("/proc/self/mountinfo")

_MOUNT_POINT_FIELD = 4
_ESCAPED = re.compile(r"\\([0-7]{3})")
"""The kernel writes blanks and backslashes in a path as octal numbers."""


def unmount_below(folder: Path) -> int:
    """Detach everything mounted below `folder`; returns how much that was.

    A node mounts only in its own view of the machine. Should anything show here
    all the same, deleting the folder would delete what is mounted.
    """
    found = mounts_below(MOUNT_TABLE.read_text(), folder)
    for mount_point in found:
        run("umount", "--lazy", str(mount_point))
    return len(found)


def mounts_below(table: str, folder: Path) -> list[Path]:
    """Mount points below `folder` in the text of a mountinfo table, innermost first. Pure."""
    points = [Path(_unescape(line.split()[_MOUNT_POINT_FIELD])) for line in table.splitlines()]
    return sorted((point for point in points if folder in point.parents), key=lambda point: -len(point.parts))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), text)
