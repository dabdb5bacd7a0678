"""What an installed folder of wheels holds: each addon's manifest, and what its distribution asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

from release.addons.wanted import Wanted

ADDONS = Path("odoo/addons")
"""Where a wheel has its addon; this folder is the addons path."""

# Modules that open connections. An addon that imports one has to be read by somebody.
_OUTSIDE = re.compile(
    r"^\s*(?:from|import)\s+(requests|urllib\.request|urllib3|http\.client|httplib2|smtplib|imaplib|poplib|ftplib"
    r"|paramiko|socket|ssl|xmlrpc|suds|zeep|boto3|websocket)\b",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Addon:
    """`python` are the distributions that its wheel requires besides other addons, in normal form."""

    name: str
    version: str
    licence: str
    depends: tuple[str, ...]
    installable: bool
    python: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    """Modules it imports that open connections."""


class ManifestError(Exception):
    """An addon's manifest cannot be read."""


def read_addon(folder: Path, python: tuple[str, ...] = ()) -> Addon:
    """One addon from its folder. Raises ManifestError."""
    try:
        manifest = ast.literal_eval((folder / "__manifest__.py").read_text())
        return Addon(
            name=folder.name,
            version=str(manifest.get("version", "")),
            licence=str(manifest.get("license", "")),
            depends=tuple(manifest.get("depends", ["base"])),
            installable=bool(manifest.get("installable", True)),
            python=python,
            outside=tuple(sorted(set(_imports(folder)))),
        )
    except (OSError, ValueError, SyntaxError, AttributeError) as error:
        raise ManifestError(f"{folder.name}: its manifest cannot be read: {error}") from error


def read_tree(target: Path, wanted: Wanted) -> list[Addon]:
    """Every addon of a folder that wheels were installed into. Raises ManifestError."""
    python = {_module(name, wanted): asked for name, asked in _distributions(target, wanted)}
    return [
        read_addon(path.parent, python.get(path.parent.name, ()))
        for path in sorted((target / ADDONS).glob("*/__manifest__.py"))
    ]


def normal(name: str) -> str:
    """A distribution's name as all spellings of it are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _module(distribution: str, wanted: Wanted) -> str:
    return distribution.removeprefix(wanted.prefix).replace("-", "_")


def _distributions(target: Path, wanted: Wanted) -> Iterator[tuple[str, tuple[str, ...]]]:
    for path in target.glob("*.dist-info/METADATA"):
        head = message_from_string(path.read_text(errors="replace"))
        required = (re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in head.get_all("Requires-Dist") or ())
        asked = (normal(name) for name in required)
        yield normal(head["Name"]), tuple(name for name in asked if not name.startswith(wanted.prefix))


def _imports(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.py"):
        if "tests" not in path.relative_to(folder).parts:
            yield from _OUTSIDE.findall(path.read_text(errors="replace"))
