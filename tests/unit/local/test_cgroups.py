from __future__ import annotations

from pathlib import Path

import pytest

from provisioning.local import cgroups
from provisioning.local.errors import LocalError
from provisioning.local.findings import Level

GROUP = "/shopfleet-test"


@pytest.fixture
def version1(tmp_path: Path) -> Path:
    for name in ("memory", "pids", "cpuset", "cpu,cpuacct"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cgroup.procs").write_text("1\n")
    (tmp_path / "cpuset/cpuset.cpus").write_text("0-1\n")
    (tmp_path / "cpuset/cpuset.mems").write_text("0\n")
    for link in ("cpu", "cpuacct"):
        (tmp_path / link).symlink_to("cpu,cpuacct")
    return tmp_path


@pytest.fixture
def version2(tmp_path: Path) -> Path:
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu memory pids\n")
    return tmp_path


def test_version_1_layout_counts_a_linked_hierarchy_once(version1: Path) -> None:
    layout = cgroups.detect(version1)
    assert layout.version == 1
    assert {path.name for path in layout.hierarchies} == {"memory", "pids", "cpuset", "cpu,cpuacct"}
    assert layout.controllers >= {"cpu", "cpuacct", "memory"}


def test_version_1_groups_inherit_the_cpuset(version1: Path) -> None:
    layout = cgroups.detect(version1)
    cgroups.create(layout, GROUP)
    assert (version1 / "cpuset/shopfleet-test/cpuset.cpus").read_text() == "0-1\n"
    assert all(folder.is_dir() for folder in cgroups.entry_folders(layout, GROUP))


def test_version_2_keeps_our_processes_out_of_the_inner_group(version2: Path) -> None:
    layout = cgroups.detect(version2)
    assert layout.version == 2
    assert cgroups.entry_folders(layout, GROUP) == [version2 / "shopfleet-test/system"]


def test_version_2_hands_controllers_down(version2: Path) -> None:
    layout = cgroups.detect(version2)
    (version2 / "shopfleet-test").mkdir()
    (version2 / "shopfleet-test/cgroup.controllers").write_text("cpu memory\n")
    cgroups.create(layout, GROUP)
    assert (version2 / "cgroup.subtree_control").read_text() == "+cpuset +cpu +memory +pids"
    assert (version2 / "shopfleet-test/cgroup.subtree_control").read_text() == "+cpu +memory"


def test_version_2_says_when_it_may_not(version2: Path) -> None:
    (version2 / "cgroup.subtree_control").mkdir()
    with pytest.raises(LocalError, match="cannot be managed here"):
        cgroups.create(cgroups.detect(version2), GROUP)


def test_removal_is_complete_and_repeatable(version1: Path) -> None:
    layout = cgroups.detect(version1)
    for hierarchy in layout.hierarchies:
        (hierarchy / "shopfleet-test/kubepods/pod1").mkdir(parents=True)
    cgroups.remove(layout, GROUP)
    cgroups.remove(layout, GROUP)
    assert not list(version1.glob("*/shopfleet-test"))


def test_processes_are_found_at_any_depth(version1: Path) -> None:
    layout = cgroups.detect(version1)
    deep = version1 / "memory/shopfleet-test/kubepods/pod1"
    deep.mkdir(parents=True)
    (deep / "cgroup.procs").write_text("7\n8\n")
    assert cgroups.processes(layout, GROUP) == {7, 8}


def test_memory_is_unknown_rather_than_zero(version1: Path) -> None:
    layout = cgroups.detect(version1)
    assert cgroups.memory_bytes(layout, GROUP) is None
    cgroups.create(layout, GROUP)
    (version1 / "memory/shopfleet-test/memory.usage_in_bytes").write_text("4096\n")
    assert cgroups.memory_bytes(layout, GROUP) == 4096


def test_a_machine_without_control_groups_lacks_them_all(tmp_path: Path) -> None:
    assert cgroups.detect(tmp_path / "absent").missing


def test_whether_groups_can_be_made_is_tried(version1: Path) -> None:
    plain = cgroups.Layout(1, (version1 / "memory", version1 / "pids"), frozenset())
    assert cgroups.check(plain).level is Level.OK
    assert sorted(path.name for path in (version1 / "memory").iterdir()) == ["cgroup.procs"]
    gone = cgroups.Layout(1, (version1 / "gone",), frozenset())
    found = cgroups.check(gone)
    assert found.level is Level.FAILED
    assert "cannot be managed here (No such file or directory)" in found.message
