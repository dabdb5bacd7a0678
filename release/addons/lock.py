"""Writes the lock of third-party addons: exact versions with the hashes of their files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from provisioning.local.commands import run
from release.addons.wanted import Wanted

_TIMEOUT_S = 600.0


def write_lock(wanted: Wanted, uv: Path, *, upgrade: bool) -> None:
    """Resolve and write; without `upgrade` versions stay that are locked and still fit.

    Raises CommandError when a wheel does not exist or two of them disagree.
    """
    with tempfile.TemporaryDirectory() as folder:
        requirements, overrides = Path(folder) / "wanted.in", Path(folder) / "provided.in"
        series = f"=={wanted.series}.*"
        requirements.write_text("".join(f"{wanted.wheel(name)}{series}\n" for name in wanted.addons))
        # A marker that is never true takes what the image brings out of the closure.
        overrides.write_text("".join(f"{name}; python_version < '3'\n" for name in wanted.provided))
        run(
            str(uv), "pip", "compile", "--quiet", "--no-config", "--generate-hashes", "--no-header",
            "--no-annotate", "--only-binary", ":all:", "--prerelease", "if-necessary-or-explicit",
            "--python-version", wanted.python, "--overrides", str(overrides), *(["--upgrade"] if upgrade else []),
            str(requirements), "--output-file", str(wanted.lock),
            timeout_s=_TIMEOUT_S,
        )  # fmt: skip
