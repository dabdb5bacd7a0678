"""Addons whose version was raised since the platform's last finished one, and what a live shop needs then."""

import ast
import io
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

Versions = Mapping[str, str]
"""Of addons, by name."""
Reasons = Mapping[str, Mapping[str, str]]
"""Why no migration is needed, by addon and version."""
# Odoo's own names of what it runs before the addon is loaded, after it, and after all are.
SCRIPTS = ("pre-*.py", "post-*.py", "end-*.py")


def version_of(manifest: str) -> str:
    version: str = ast.literal_eval(manifest)["version"]
    return version


def versions_in(folder: Path) -> dict[str, str]:
    return {path.parent.name: version_of(path.read_text()) for path in sorted(folder.glob("*/__manifest__.py"))}


def versions_at(root: Path, commit: str, folder: str) -> dict[str, str]:
    """Those that a commit had in this folder of the repository."""
    archive = subprocess.run(
        ["git", "-C", str(root), "archive", "--format=tar", commit, folder], check=True, stdout=subprocess.PIPE
    )
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        for member in tar.getmembers():
            path = Path(member.name)
            # Nothing further down is an addon of this folder.
            if path.name == "__manifest__.py" and str(path.parent.parent) == folder:
                content = tar.extractfile(member)
                assert content is not None
                found[path.parent.name] = version_of(content.read().decode())
    return found


def complaints(folder: Path, before: Versions, none_needed: Reasons) -> list[str]:
    """What the addons in this folder lack for a shop that has those of `before`; new addons lack nothing."""
    now = versions_in(folder)
    found = []
    for addon in sorted(before.keys() & now.keys()):
        version = now[addon]
        if _number(version) < _number(before[addon]):
            found.append(
                f"{addon} {version} is older than {before[addon]}, which shops have: no shop would update it"
            )
        elif version != before[addon]:
            found += _missing(folder / addon, version, none_needed.get(addon, {}))
    for addon, reasons in sorted(none_needed.items()):
        found += [
            f"{addon} {version} is excused, and has {now.get(addon, 'no such addon')}: take the line out"
            for version in reasons
            if now.get(addon) != version
        ]
    return found


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _missing(addon: Path, version: str, reasons: Mapping[str, str]) -> list[str]:
    scripts = [path for pattern in SCRIPTS for path in (addon / "migrations" / version).glob(pattern)]
    reason = (reasons.get(version) or "").strip()
    if scripts and version in reasons:
        return [f"{addon.name} has migrations/{version} and says that none is needed"]
    if version in reasons:
        return [] if reason else [f"{addon.name} {version}: say why no migration is needed"]
    if not scripts:
        return [f"{addon.name} {version} has no migrations/{version} with a pre-, post- or end-script"]
    tests = [path for path in (addon / "tests").glob("test_*.py") if version in path.read_text()]
    return [] if tests else [f"{addon.name}: no test names {version}, so nobody tried migrations/{version}"]
