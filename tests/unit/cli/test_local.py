"""`local …`: what a person is told of the cluster on this machine, without starting one."""

import datetime as dt
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from controller.command_runtime import CommandRuntime
from controller.errors import ExitCode, UserError
from provisioning.local.apiclient import Answer
from provisioning.local.cluster import ClusterStatus, Stopped
from provisioning.local.errors import LocalError
from provisioning.local.findings import Finding, failed, ok
from provisioning.local.golden import Copied
from provisioning.local.node import NodeStatus
from provisioning.local.paths import CachePaths, ClusterPaths
from provisioning.local.spec import cluster_spec
from provisioning.local.supervisor import Program
from tests.unit.cli.world import World


@dataclass
class FakeCluster:
    """Stands for provisioning.local.cluster.LocalCluster."""

    folder: Path
    running: bool = True
    findings: list[Finding] = field(default_factory=lambda: [ok("disk", "50 GiB free.")])
    broken: str = ""
    exists: bool = True
    done: list[str] = field(default_factory=list)

    @property
    def spec(self) -> Any:
        return cluster_spec("test")

    @property
    def paths(self) -> ClusterPaths:
        return ClusterPaths(self.folder / "test")

    @property
    def cache(self) -> CachePaths:
        return CachePaths(self.folder / "cache")

    @property
    def kubeconfig(self) -> Path:
        return self.paths.kubeconfig

    def outlook(self) -> Any:
        return SimpleNamespace(is_cold=True, sentence=lambda cores: "Ahead: compiling up to 9 min.")

    def up(self, progress: Any) -> Path:
        raise LocalError("3.0 GiB of memory available, 4.0 GiB needed.", hint="End other programs.")

    def down(self) -> Stopped:
        self.done.append("down")
        return Stopped(was_running=self.running, cut_off=1, kept=self.paths.root)

    def wipe(self, *, keep_images: bool) -> None:
        self.done.append(f"wipe keep_images={keep_images}")

    def check(self) -> list[Finding]:
        return self.findings

    def status(self) -> ClusterStatus:
        state = self.broken or "RUNNING"
        node = NodeStatus(self.running, Answer(True, ""), (Program("etcd", "etcd", state),), 2**30)
        return ClusterStatus(self.spec, self.kubeconfig, self.exists, node, {"admin": dt.timedelta(days=300)})


@pytest.fixture
def cluster(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    found = FakeCluster(tmp_path)
    monkeypatch.setattr(world, "local", lambda name: found)
    monkeypatch.setattr(world, "local_of_kubeconfig", lambda: found)
    return found


def test_status_has_what_programs_need(world: World, cluster: FakeCluster) -> None:
    facts = world.json("local", "status", "--cluster", "test")
    assert facts["kubeconfig"] == str(cluster.kubeconfig)
    assert facts["caFile"] == str(cluster.paths.root / "ca.crt")
    assert facts["nodeAddress"] == "10.213.2.2"
    assert facts["running"] is True


def test_up_says_what_lies_ahead_and_stops_early_with_numbers(world: World, cluster: FakeCluster) -> None:
    result = world.run("local", "up", "--cluster", "test")
    assert result.exit_code == ExitCode.FAILED
    assert "compiling up to 9 min" in result.stderr
    assert "3.0 GiB of memory available, 4.0 GiB needed." in result.stderr
    assert "End other programs." in result.stderr


def test_down_says_what_it_kept(world: World, cluster: FakeCluster) -> None:
    result = world.run("local", "down", "--cluster", "test")
    assert f"Kept: {cluster.paths.root}" in result.stderr
    assert "1 containers did not end in time" in result.stderr


def test_down_says_which_templates_it_kept_and_which_not(
    world: World, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Copied(2, ("the dump a/b.dump of a golden template was not copied to c: No space left on device",))
    monkeypatch.setattr(cluster, "down", lambda: Stopped(True, 0, cluster.paths.root, copied))
    said = world.run("local", "down", "--cluster", "test").stderr
    assert f"New in the cache: 2 golden templates in {cluster.cache.templates}" in said
    assert "Warning: the dump a/b.dump of a golden template was not copied" in said


def test_clean_asks_first(world: World, cluster: FakeCluster) -> None:
    assert world.run("local", "clean", answer="n\n").exit_code == ExitCode.USAGE
    assert cluster.done == []
    assert world.run("local", "clean", "--yes", "--keep-images").exit_code == ExitCode.OK
    assert cluster.done == ["wipe keep_images=True"]


def test_doctor_looks_at_the_machine_too(world: World, cluster: FakeCluster) -> None:
    cluster.findings = [failed("disk", "1 GiB free, 8 GiB needed.", "Make room.")]
    cluster.broken = "FATAL"
    found = {each["check"]: each for each in json.loads(world.run("doctor", "-o", "json").stdout)}
    # A running node has taken its disk already, so this is no error any more.
    assert (found["machine: disk"]["level"], found["machine: disk"]["next"]) == ("warning", "Make room.")
    assert found["node"]["what"] == "etcd is FATAL"


def test_doctor_of_a_stopped_node(world: World, cluster: FakeCluster) -> None:
    cluster.running = False
    found = json.loads(world.run("doctor", "-o", "json").stdout)
    assert any(each["next"] == "shopfleet local up --cluster test" for each in found)


def test_doctor_of_a_machine_without_a_cluster(
    world: World, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Nowhere(World):
        @property
        def kube(self) -> Any:
            raise UserError("no kubeconfig names a cluster", hint="make demo brings one up")

        @kube.setter
        def kube(self, value: Any) -> None: ...

    cluster.running = cluster.exists = False
    cluster.findings = [failed("memory", "1 GiB available, 4 GiB needed.", "End other programs.")]
    nowhere = Nowhere(world.clock, world.kube, world.operator, world.review, world.streams)
    monkeypatch.setattr(nowhere, "local_of_kubeconfig", lambda: cluster)
    result = nowhere.run("doctor", "-o", "json")
    assert result.exit_code == ExitCode.FAILED
    found = {each["check"]: each for each in json.loads(result.stdout)}
    assert found["machine: memory"]["what"] == "1 GiB available, 4 GiB needed."
    assert (found["node"]["level"], found["node"]["next"]) == ("warning", "shopfleet local up --cluster test")
    assert found["cluster"]["what"] == "no kubeconfig names a cluster"
    assert found["cluster"]["next"] == "make demo brings one up"


@pytest.mark.parametrize("own", [False, True])
def test_without_any_kubeconfig_this_machine_is_the_demo_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHOPFLEET_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    if own:
        (tmp_path / ".kube").mkdir()
        (tmp_path / ".kube" / "config").touch()
    found = CommandRuntime(None, None).local_of_kubeconfig()
    assert (found.spec.name if found else None) == (None if own else "demo")


def test_a_name_that_cannot_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "local", cluster_spec)
    result = world.run("local", "status", "--cluster", "No Name")
    assert result.exit_code == ExitCode.FAILED
    assert "lower-case letters" in result.stderr


def test_settings_are_for_a_cluster_that_exists(world: World, cluster: FakeCluster, tmp_path: Path) -> None:
    result = world.run("local", "demo", "--settings", str(tmp_path / "settings.yaml"))
    assert result.exit_code == ExitCode.USAGE
    assert "--cluster current" in result.stderr
