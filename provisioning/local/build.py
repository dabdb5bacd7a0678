"""Compiles the programs, each only when something that decides its result has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from provisioning.local.commands import run_logged
from provisioning.local.paths import CachePaths
from provisioning.local.programs import GoProgram, linker_flags
from provisioning.local.toolchain import Toolchain

BUILD_TIMEOUT_S = 3600.0
"""Seven times the longest build on two idle cores."""

CORE_EFFICIENCY = 0.9
"""Linking keeps one core busy only."""


def fingerprint(program: GoProgram, go_version: str) -> str:
    """Changes with everything that decides the binary: sources, pinned modules, compiler, flags."""
    digest = hashlib.sha256()
    for part in (go_version, program.package, linker_flags(program)):
        digest.update(part.encode() + b"\0")
    for path in sorted(program.module.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def outdated(programs: Sequence[GoProgram], cache: CachePaths, go_version: str) -> list[GoProgram]:
    """Those that must be built before they can be used."""
    return [program for program in programs if not _is_current(program, cache, go_version)]


def estimated_minutes(programs: Sequence[GoProgram], cores: int) -> float:
    """How long building takes at most, on a machine with nothing in Go's own caches."""
    return sum(program.cold_cpu_minutes for program in programs) / (cores * CORE_EFFICIENCY)


def log_path(program: GoProgram, cache: CachePaths) -> Path:
    return cache.logs / f"build-{program.name}.log"


def build(program: GoProgram, cache: CachePaths, toolchain: Toolchain) -> bool:
    """Build one program and its links unless they are current; whether it was built.

    Raises:
        CommandError: modules cannot be downloaded, or the compiler failed.
    """
    cache.binaries.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(cache):
        if _is_current(program, cache, toolchain.version):
            return False
        _compile(program, cache, toolchain)
        for link in program.links:
            _link(cache.binaries / link, program.name)
        _stamp(program, cache).write_text(fingerprint(program, toolchain.version))
        return True


def _compile(program: GoProgram, cache: CachePaths, toolchain: Toolchain) -> None:
    log = log_path(program, cache)
    log.unlink(missing_ok=True)
    # A node may be running the old one, and a running program's file cannot be written.
    draft = cache.binaries / f".{program.name}.new"
    run_logged(
        *(toolchain.go, "build", "-trimpath", "-buildvcs=false", "-ldflags", linker_flags(program)),
        *("-o", str(draft), program.package),
        log=log,
        cwd=program.module,
        timeout_s=BUILD_TIMEOUT_S,
        environment=toolchain.environment,
    )
    draft.replace(cache.binaries / program.name)


def _is_current(program: GoProgram, cache: CachePaths, go_version: str) -> bool:
    needed = [cache.binaries / name for name in (program.name, *program.links)]
    stamp = _stamp(program, cache)
    return (
        all(path.exists() for path in needed)
        and stamp.is_file()
        and stamp.read_text() == fingerprint(program, go_version)
    )


def _stamp(program: GoProgram, cache: CachePaths) -> Path:
    return cache.binaries / f".{program.name}.fingerprint"


def _link(path: Path, target: str) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(path)


@contextmanager
def _one_at_a_time(cache: CachePaths) -> Iterator[None]:
    """Two installers, for demo and test, must not compile the same thing side by side."""
    handle = os.open(cache.binaries / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
