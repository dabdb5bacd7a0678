from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from provisioning.local.cgroups import Layout
from provisioning.local.errors import LocalError
from provisioning.local.findings import Level, require
from provisioning.local.host import COLD, GIB, RENEWED, WARM, Disk, HostFacts, Needs, assess, gather
from provisioning.local.preparation import Outlook

README = Path(__file__).parents[3] / "README.md"
ALL = frozenset({"cpu", "cpuacct", "cpuset", "devices", "memory", "pids"})
NEEDS = Needs(cache_disk=15 * GIB, state_disk=5 * GIB, memory=4 * GIB)
STATE = Disk(Path("/var/lib"), device=1, free=40 * GIB)
GOOD = HostFacts(
    user_id=0,
    distribution="debian",
    release="12",
    cache_disk=Disk(Path("/root"), device=1, free=40 * GIB),
    state_disk=STATE,
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
        (
            replace(GOOD, state_disk=replace(STATE, free=16 * GIB)),
            "disk",
            "16.0 GiB free on the disk of /var/lib, 20.0 GiB needed for cache and state",
        ),
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
    bad = replace(GOOD, state_disk=replace(STATE, free=0), memory_available=0)
    with pytest.raises(LocalError) as caught:
        require(assess(bad, NEEDS))
    assert len(str(caught.value).splitlines()) == 2


def test_version_2_needs_no_cpuacct() -> None:
    unified = Layout(2, (Path("/sys/fs/cgroup"),), frozenset({"cpu", "cpuset", "memory", "pids"}))
    assert not unified.missing
    assert Layout(1, (), unified.controllers).missing == {"cpuacct", "devices"}


def test_each_disk_is_measured_by_what_it_has_to_hold() -> None:
    apart = replace(
        GOOD,
        cache_disk=Disk(Path("/cache"), device=2, free=14 * GIB),
        state_disk=Disk(Path("/state"), device=1, free=6 * GIB),
    )
    cache, state = [finding for finding in assess(apart, NEEDS) if finding.check == "disk"]
    assert (cache.level, state.level) == (Level.FAILED, Level.OK)
    assert cache.message == "14.0 GiB free on the disk of /cache, 15.0 GiB needed for the cache."
    assert cache.hint == "Make room or set SHOPFLEET_CACHE to another disk."


def test_one_disk_for_both_is_measured_once() -> None:
    assert [finding.check for finding in assess(GOOD, NEEDS)].count("disk") == 1


def test_the_documents_say_what_both_need_together() -> None:
    table = next(line for line in README.read_text().splitlines() if line.startswith("| free disk"))
    for needs in (COLD, RENEWED, WARM):
        assert f"{(needs.cache_disk + needs.state_disk) // GIB} GiB" in table


@pytest.mark.parametrize(
    ("outlook", "needs"),
    [
        (Outlook(15.0, 8.0, from_nothing=True), COLD),
        (Outlook(2.0, 1.0), RENEWED),
        (Outlook(0.0, 0.0), WARM),
    ],
)
def test_a_newer_version_needs_room_only_for_what_it_makes_anew(outlook: Outlook, needs: Needs) -> None:
    assert outlook.needs == needs


def test_gather_reads_this_machine(tmp_path: Path) -> None:
    facts = gather(tmp_path, tmp_path / "not" / "there")
    assert (facts.cache_disk.path, facts.state_disk.path) == (tmp_path, tmp_path)
    assert facts.cache_disk.device == facts.state_disk.device
    assert facts.state_disk.free > 0
    assert facts.memory_available > 0
