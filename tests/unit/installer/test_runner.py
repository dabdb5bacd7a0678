"""Stages run when they may, wait as long as it makes sense, and say why they cannot go on."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from provisioning.installer.errors import InstallError, UnreachableError
from provisioning.installer.progress import Progress, State
from provisioning.installer.runner import OUTAGE, PATIENCE, Clock, Runner
from provisioning.meta import Manifest
from provisioning.platform.install import Stage
from provisioning.platform.inventory import Listed, Removal
from provisioning.platform.readiness import DeploymentAvailable

READY: Manifest = {
    "metadata": {"generation": 1},
    "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "x"}}},
    "status": {"observedGeneration": 1, "updatedReplicas": 1, "availableReplicas": 1, "replicas": 1},
}
NOT_READY: Manifest = {**READY, "status": {"observedGeneration": 1}}


class FakeCluster:
    """Answers from functions; everything asked is remembered in order."""

    def __init__(self) -> None:
        self.applied: list[str] = []
        self.state: Callable[[str], Manifest | None] = lambda _: READY
        self.running: list[Manifest] = []
        self.log = ""
        self.outages = 0
        self._lock = threading.Lock()

    def apply(self, manifest: Manifest) -> None:
        with self._lock:
            if self.outages:
                self.outages -= 1
                raise UnreachableError("no answer")
            self.applied.append(manifest["metadata"]["name"])

    def remove(self, removal: Removal) -> None:
        with self._lock:
            self.applied.append(f"-{removal.object.name}")

    def read(self, api_version: str, kind: str, name: str, namespace: str | None) -> Manifest | None:
        return self.state(name)

    def pods(self, namespace: str, labels: Mapping[str, str]) -> list[Manifest]:
        return self.running

    def last_words(self, namespace: str, pod: str, container: str, lines: int) -> str:
        return self.log


class FakeTime:
    """Only sleeping takes time."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.clock = Clock(lambda: self.seconds, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def told() -> list[Progress]:
    return []


@pytest.fixture
def runner(cluster: FakeCluster, told: list[Progress]) -> Runner:
    return Runner(cluster, told.append, 600.0, FakeTime().clock)


def stage(name: str, *needs: str, check: bool = False) -> Stage:
    checks = (DeploymentAvailable(name, "here"),) if check else ()
    return Stage(name, [{"kind": "Thing", "metadata": {"name": name}}], checks, frozenset(needs))


def crashing(restarts: int, reason: str = "CrashLoopBackOff") -> list[Manifest]:
    container = {"name": "main", "state": {"waiting": {"reason": reason}}, "restartCount": restarts}
    return [{"metadata": {"name": "pod-1"}, "status": {"containerStatuses": [container]}}]


def test_a_stage_begins_when_what_it_needs_is_ready(runner: Runner, cluster: FakeCluster) -> None:
    runner.run([stage("a"), stage("c", "b"), stage("b", "a")])
    assert cluster.applied == ["a", "b", "c"]


def test_what_is_no_longer_made_goes_before_it_is_forgotten(runner: Runner, cluster: FakeCluster) -> None:
    former = Listed(api_version="v1", kind="Thing", name="former")
    runner.run([replace(stage("list", "a"), removals=(Removal(former, "1"),)), stage("a")])
    assert cluster.applied == ["a", "-former", "list"]


def test_progress_tells_each_stage_from_begin_to_end(runner: Runner, told: list[Progress]) -> None:
    runner.run([stage("a", check=True)])
    assert [event.state for event in told] == [State.APPLYING, State.READY]


def test_needs_in_a_circle_are_refused(runner: Runner) -> None:
    with pytest.raises(InstallError, match="circle"):
        runner.run([stage("a", "b"), stage("b", "a")])


def test_waiting_is_told_once_for_each_reason(runner: Runner, cluster: FakeCluster, told: list[Progress]) -> None:
    answers = iter([None, NOT_READY, NOT_READY, NOT_READY, READY])
    cluster.state = lambda _: next(answers)
    runner.run([stage("a", check=True)])
    waiting = [event.detail for event in told if event.state is State.WAITING]
    assert waiting == ["Deployment here/a: does not exist yet", "Deployment here/a: 0 of 1 updated"]


def test_a_pod_that_keeps_crashing_ends_it_with_its_last_lines(runner: Runner, cluster: FakeCluster) -> None:
    cluster.state, cluster.running, cluster.log = lambda _: NOT_READY, crashing(3), "cannot open file\n"
    with pytest.raises(InstallError, match=r"pod pod-1, container main: CrashLoopBackOff(.|\n)*cannot open file"):
        runner.run([stage("a", check=True)])


def test_a_first_crash_is_forgiven(runner: Runner, cluster: FakeCluster) -> None:
    answers = iter([NOT_READY] * 20 + [READY])
    cluster.state, cluster.running = lambda _: next(answers), crashing(1)
    runner.run([stage("a", check=True)])


def test_the_same_trouble_is_not_waited_out_for_ever(cluster: FakeCluster) -> None:
    time = FakeTime()
    cluster.state, cluster.running = lambda _: NOT_READY, crashing(0, "CreateContainerConfigError")
    with pytest.raises(InstallError, match="CreateContainerConfigError"):
        Runner(cluster, lambda _: None, 600.0, time.clock).run([stage("a", check=True)])
    assert PATIENCE <= time.seconds < PATIENCE + 5


def test_after_the_time_is_up_it_says_what_it_waited_for(cluster: FakeCluster) -> None:
    cluster.state = lambda _: NOT_READY
    with pytest.raises(InstallError, match=r"not done in time.*Deployment here/a: 0 of 1 updated"):
        Runner(cluster, lambda _: None, 10.0, FakeTime().clock).run([stage("a", check=True)])


def test_a_short_outage_of_the_api_server_is_bridged(runner: Runner, cluster: FakeCluster) -> None:
    cluster.outages = 10
    runner.run([stage("a")])
    assert cluster.applied == ["a"]


def test_a_long_outage_is_not(cluster: FakeCluster) -> None:
    time = FakeTime()
    cluster.outages = 10_000
    with pytest.raises(UnreachableError):
        Runner(cluster, lambda _: None, 600.0, time.clock).run([stage("a")])
    assert OUTAGE <= time.seconds < OUTAGE + 5


def test_when_one_fails_what_depends_on_it_does_not_begin(
    runner: Runner, cluster: FakeCluster, told: list[Progress]
) -> None:
    cluster.state, cluster.running = lambda _: NOT_READY, crashing(3)
    with pytest.raises(InstallError, match="Stage 'a' cannot finish"):
        runner.run([stage("a", check=True), stage("b", "a")])
    assert "b" not in cluster.applied
    assert told[-1].state is State.FAILED
