"""The version before this one, as a person has it who is about to upgrade: a checkout of its own, set up."""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from provisioning.local.paths import CachePaths
from tests.support.odoo_process import ROOT

SETUP_TIMEOUT = 1800
# What a version puts its own builds into under names that the next one uses too; the rest is shared.
OWN = ("bin", "images")


@dataclass(frozen=True)
class VersionBefore:
    """`environment` points its command line, and that of the version after it, at a cache of their own."""

    name: str
    checkout: Path
    environment: Mapping[str, str]

    def shopfleet(self, *words: str, timeout: int = 600) -> subprocess.CompletedProcess[str]:
        command = [str(self.checkout / ".venv/bin/shopfleet"), *words]
        return subprocess.run(
            command, cwd=self.checkout, env=dict(self.environment), capture_output=True, text=True,
            timeout=timeout, check=False,
        )  # fmt: skip


def version_before(folder: Path) -> VersionBefore:
    """Unpack and set up the newest finished version of docs/versions.yaml that is older than this checkout's."""
    versions: dict[str, str | None] = yaml.safe_load((ROOT / "docs/versions.yaml").read_text())["versions"]
    own = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    name, commit = next((name, commit) for name, commit in versions.items() if commit and name != own)
    if subprocess.run(["git", "-C", str(ROOT), "cat-file", "-e", commit], check=False).returncode != 0:
        pytest.skip(f"left out: this clone does not have the commit of {name}; fetch the whole history")
    checkout = folder / "checkout"
    checkout.mkdir()
    archive = subprocess.run(
        ["git", "-C", str(ROOT), "archive", "--format=tar", commit], check=True, stdout=subprocess.PIPE
    )
    subprocess.run(["tar", "-x", "-C", str(checkout)], input=archive.stdout, check=True)
    environment = {**os.environ, "SHOPFLEET_CACHE": str(_cache(folder))}
    with (folder / "setup.log").open("wb") as log:
        subprocess.run(
            ["make", "-C", str(checkout), "setup"], env=environment, stdout=log, stderr=log, check=True,
            timeout=SETUP_TIMEOUT,
        )  # fmt: skip
    return VersionBefore(name, checkout, environment)


def _cache(folder: Path) -> Path:
    """This machine's cache, but for what the two versions would overwrite of each other."""
    shared = CachePaths.from_environment(os.environ).root
    cache = folder / "cache"
    cache.mkdir()
    for path in shared.iterdir():
        if path.name in OWN:
            shutil.copytree(path, cache / path.name, copy_function=_link, symlinks=True)
        elif path.is_dir():
            (cache / path.name).symlink_to(path)
    return cache


def _link(source: str, target: str) -> None:
    """A second name for a large file; what is written in place is copied."""
    if source.endswith(".json"):
        shutil.copy2(source, target)
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
