from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.local.cgroups import Layout
from provisioning.local.errors import LocalError
from provisioning.local.findings import Level, require
from provisioning.local.host import GIB, HostFacts, Needs, assess, gather

ALL = frozenset({"cpu", "cpuacct", "cpuset", "devices", "memory", "pids"})
NEEDS = Needs(disk=20 * GIB, memory=4 * GIB)
GOOD = HostFacts(
    user_id=0,
    distribution="debian",
    release="12",
    disk_free=40 * GIB,
    disk_path=Path("/var/lib"),
    memory_available=8 * GIB,
    cpu_count=2,
    cgroups=Layout(1, (Path("/sys/fs/cgroup/memory"),), ALL),
)


def levels(facts: HostFacts) -> dict[str, Level]:
    return {finding.check: finding.level for finding in assess(facts, NEEDS)}


def test_a_good_machine_passes() -> None:
    assert set(levels(GOOD).values()) == {Level.OK}
    require(assess(GOOD, NEEDS))


@pytest.mark.parametrize(
    ("facts", "check", "words"),
    [
        (replace(GOOD, user_id=1000), "user", "user 1000"),
        (replace(GOOD, distribution="alpine"), "distribution", "alpine 12"),
        (replace(GOOD, disk_free=5 * GIB), "disk", "5.0 GiB free on the disk of /var/lib, 20.0 GiB needed"),
        (replace(GOOD, memory_available=GIB), "memory", "1.0 GiB of memory available, 4.0 GiB needed"),
        (replace(GOOD, cgroups=Layout(1, (), ALL - {"pids"})), "control groups", "lack: pids"),
    ],
)
def test_what_is_short_stops_with_the_numbers(facts: HostFacts, check: str, words: str) -> None:
    assert levels(facts)[check] is Level.FAILED
    with pytest.raises(LocalError, match=words):
        require(assess(facts, NEEDS))


@pytest.mark.parametrize(
    ("facts", "check"),
    [(replace(GOOD, release="13"), "distribution"), (replace(GOOD, cpu_count=1), "cores")],
)
def test_what_is_unusual_only_warns(facts: HostFacts, check: str) -> None:
    assert levels(facts)[check] is Level.WARNING
    require(assess(facts, NEEDS))


def test_every_problem_is_named_at_once() -> None:
    bad = replace(GOOD, disk_free=0, memory_available=0)
    with pytest.raises(LocalError) as caught:
        require(assess(bad, NEEDS))
    assert len(str(caught.value).splitlines()) == 2


def test_version_2_needs_no_cpuacct() -> None:
    unified = Layout(2, (Path("/sys/fs/cgroup"),), frozenset({"cpu", "cpuset", "memory", "pids"}))
    assert not unified.missing
    assert Layout(1, (), unified.controllers).missing == {"cpuacct", "devices"}


def test_gather_reads_this_machine(tmp_path: Path) -> None:
    facts = gather(tmp_path / "not" / "there")
    assert facts.disk_path == tmp_path
    assert facts.disk_free > 0
    assert facts.memory_available > 0
