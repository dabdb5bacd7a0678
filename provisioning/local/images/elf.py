"""Which shared libraries a program needs, asked of the loader that it will meet in the image."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.images.rootfs import run_inside

_MAGIC = b"\x7fELF\x02\x01"
"""64 bit, little endian: the only machines these images are built for."""

_PT_INTERP = 3
_LOADERS = ("lib64/ld-linux-*.so.*", "lib/ld-linux-*.so.*")
_LISTED = re.compile(r"^\s*(?:(?P<name>\S+) => )?(?P<path>/\S+|not found)(?: \(0x[0-9a-f]+\))?$")


def is_dynamic(program: Path) -> bool:
    """Whether an ELF program asks for a loader, and thereby for shared libraries."""
    with program.open("rb") as content:
        header = content.read(64)
        if len(header) < 64 or not header.startswith(_MAGIC):
            return False
        (table,) = struct.unpack_from("<Q", header, 32)
        size, count = struct.unpack_from("<HH", header, 54)
        content.seek(table)
        entries = content.read(size * count)
    return any(struct.unpack_from("<I", entries, size * index)[0] == _PT_INTERP for index in range(count))


def libraries(root: Path, program: str) -> list[str]:
    """Absolute paths, in the image, of the libraries and the loader that `program` needs.

    Raises:
        LocalError: the unpacked packages have no loader, or lack a library.
    """
    listing = run_inside(root, _loader(root), "--list", program)
    return list(parse_listing(listing, program))


def parse_listing(listing: str, program: str) -> Iterator[str]:
    """Paths out of the loader's `--list`; the kernel's own pseudo library has none."""
    for line in listing.splitlines():
        found = _LISTED.match(line)
        if found is None:
            continue
        if found["path"] == "not found":
            raise LocalError(f"{program} needs {found['name']}, which no package of its layer contains.")
        yield found["path"]


def _loader(root: Path) -> str:
    for pattern in _LOADERS:
        for path in sorted(root.glob(pattern)):
            return f"/{path.relative_to(root)}"
    raise LocalError(f"{root} has no dynamic loader.", hint="The layer's packages must include libc6.")
