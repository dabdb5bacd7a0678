"""What other programs print, and what we make of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from provisioning.local import commands, imagestore
from provisioning.local.images import BuiltImage, ImageIndex
from provisioning.local.mounts import mounts_below
from provisioning.local.packages import PACKAGES, not_installed
from provisioning.local.supervisor import Program, parse_status


def test_supervisor_status() -> None:
    text = (
        "etcd                 RUNNING   pid 13, uptime 0:00:08\n"
        "with-api:kubelet     BACKOFF   Exited too quickly (process log may have details)\n"
        "with-api:kube-proxy  STOPPED   Not started\n\n"
    )
    programs = parse_status(text)
    assert programs == [
        Program("etcd", "etcd", "RUNNING"),
        Program("kubelet", "with-api", "BACKOFF"),
        Program("kube-proxy", "with-api", "STOPPED"),
    ]
    assert [program.is_running for program in programs] == [True, False, False]


def test_packages_known_to_dpkg_but_not_installed_are_missing() -> None:
    listing = "runc installed\nsocat config-files\ndpkg-query: no packages found matching umoci\n"
    assert not_installed(["runc", "socat", "umoci"], listing) == ["socat", "umoci"]


def test_package_table_is_sorted_and_says_why() -> None:
    assert list(PACKAGES) == sorted(PACKAGES)
    assert all(PACKAGES.values())


def test_mounts_come_innermost_first() -> None:
    table = (
        "31 23 0:28 / /state/demo/kubelet rw - tmpfs tmpfs rw\n"
        "32 23 0:28 / /state/demo/kubelet/pods/a\\040b rw - tmpfs tmpfs rw\n"
        "33 23 0:28 / /state/demo2 rw - tmpfs tmpfs rw\n"
    )
    found = mounts_below(table, Path("/state/demo"))
    assert found == [Path("/state/demo/kubelet/pods/a b"), Path("/state/demo/kubelet")]


@pytest.fixture
def index(tmp_path: Path) -> ImageIndex:
    sizes = {"busybox": 10, "coredns": 5, "odoo": 99, "pause": 50}
    for name, size in sizes.items():
        (tmp_path / f"{name}.tar").write_bytes(b"x" * size)
    images = {name: BuiltImage(f"shopfleet.local/{name}:2", f"{name}.tar", "sha256:0") for name in sizes}
    return ImageIndex(tmp_path, images)


def test_images_to_import_begin_with_the_sandbox_then_the_largest(index: ImageIndex) -> None:
    assert imagestore.absent(index, {"shopfleet.local/coredns:2"}) == ["pause", "odoo", "busybox"]


def test_only_unused_images_of_ours_are_superseded(index: ImageIndex) -> None:
    present = {
        "shopfleet.local/odoo:2",
        "shopfleet.local/odoo:1",
        "shopfleet.local/coredns:1",
        "example.org/odoo:1",
        "sha256:abc",
    }
    assert imagestore.superseded(index, present, {"shopfleet.local/coredns:1"}) == {"shopfleet.local/odoo:1"}


def test_a_failed_program_is_one_sentence_with_its_output() -> None:
    with pytest.raises(commands.CommandError, match="failed with exit code 3") as caught:
        commands.run(sys.executable, "-c", "import sys; print('out'); print('why', file=sys.stderr); sys.exit(3)")
    assert caught.value.exit_code == 3
    assert "why" in str(caught.value)
    assert "out" in caught.value.output


def test_a_missing_program_and_a_slow_one() -> None:
    with pytest.raises(commands.CommandError, match="is not installed"):
        commands.run("no-such-program-here")
    with pytest.raises(commands.CommandError, match="did not end within 0 s"):
        commands.run("sleep", "5", timeout_s=0.05)


def test_a_program_that_may_not_be_run_is_none(tmp_path: Path) -> None:
    (tmp_path / "ours").touch(mode=0o644)
    with pytest.raises(commands.CommandError, match="is not installed"):
        commands.run("ours", environment={"PATH": str(tmp_path)})


def test_a_logged_program_points_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "build.log"
    with pytest.raises(commands.CommandError, match=r"build\.log") as caught:
        commands.run_logged(sys.executable, "-c", "print('boom'); exit(1)", log=log, timeout_s=30)
    assert "boom" in str(caught.value)
    assert log.read_text() == "boom\n"
