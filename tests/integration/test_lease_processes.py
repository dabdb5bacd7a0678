"""Two operators as processes on a real API server: a stopped leader wakes up and does nothing more."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.core.ports import Ref
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, SYSTEM_NAMESPACE, Manifest
from tests.support.eventually import eventually

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


class Operator:
    """One process of operator_process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def says(self) -> str:
        """What happens to it next; the test's time limit ends the waiting."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            # Between them are the lines of its log.
            if line.startswith(("leading ", "stopping", "lost ")):
                return line.strip()
        raise AssertionError("it ended without a word")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)


@contextmanager
def operator(kubeconfig: Path, namespace: str, identity: str) -> Iterator[Operator]:
    argv = [sys.executable, "-m", "tests.integration.operator_process", str(kubeconfig), namespace, identity]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield Operator(process)
        finally:
            process.kill()


@pytest.fixture
def kube(api_server: ControlPlane) -> KubeAdapter:
    return connect(api_server.kubeconfig, effects=Unfenced())


@pytest.fixture
def namespace(kube: KubeAdapter) -> str:
    name = f"lease-{secrets.token_hex(4)}"
    kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return name


def written(kube: KubeAdapter, namespace: str, identity: str) -> Manifest:
    found = kube.get(Ref("v1", "ConfigMap", f"written-by-{identity}", namespace))
    assert found is not None
    return found


def generation(said: str) -> int:
    """Under which number it leads now."""
    state, number = said.split()
    assert state == "leading"
    return int(number)


@pytest.mark.timeout(900)
def test_a_leader_that_was_stopped_past_its_lease_does_nothing_more(
    operator_kubeconfig: Path, kube: KubeAdapter
) -> None:
    config, namespace = operator_kubeconfig, SYSTEM_NAMESPACE
    with ExitStack() as stack:
        first = stack.enter_context(operator(config, namespace, "first"))
        generation(first.says())
        second = stack.enter_context(operator(config, namespace, "second"))
        eventually(lambda: written(kube, namespace, "first"))
        # Anywhere, in the middle of a request perhaps.
        first.signal(signal.SIGSTOP)
        generation(second.says())
        frozen = written(kube, namespace, "first")
        eventually(lambda: written(kube, namespace, "second"))
        first.signal(signal.SIGCONT)
        assert first.says().startswith("lost ")
        assert first.process.wait(120) == 0
        assert written(kube, namespace, "first") == frozen
        marks = [
            int(written(kube, namespace, each)["metadata"]["annotations"][ANNOTATION_OPERATOR_GENERATION])
            for each in ("first", "second")
        ]
        assert marks[0] < marks[1]
        counted = int(written(kube, namespace, "second")["data"]["count"])
        eventually(lambda: int(written(kube, namespace, "second")["data"]["count"]) > counted)


@pytest.mark.timeout(900)
def test_a_request_that_was_already_allowed_is_refused_by_the_api_server(
    operator_kubeconfig: Path, kube: KubeAdapter
) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(operator(operator_kubeconfig, SYSTEM_NAMESPACE, "stopped"))
        earlier = generation(first.says())
        second = stack.enter_context(operator(operator_kubeconfig, SYSTEM_NAMESPACE, "awake"))
        eventually(lambda: written(kube, SYSTEM_NAMESPACE, "stopped"))
        first.signal(signal.SIGUSR1)
        assert first.says() == "stopping"
        later = generation(second.says())
        frozen = written(kube, SYSTEM_NAMESPACE, "stopped")
        eventually(lambda: written(kube, SYSTEM_NAMESPACE, "awake"))
        first.signal(signal.SIGCONT)
        said = first.says()
        assert said.startswith("lost The API server refuses to apply ConfigMap")
        assert f"leadership {earlier} is over: number {later} holds the lease" in said
        assert written(kube, SYSTEM_NAMESPACE, "stopped") == frozen


@pytest.mark.timeout(900)
def test_a_killed_leader_is_replaced(api_server: ControlPlane, kube: KubeAdapter, namespace: str) -> None:
    with operator(api_server.kubeconfig, namespace, "first") as first:
        earlier = generation(first.says())
        first.signal(signal.SIGKILL)
        started = time.monotonic()
        with operator(api_server.kubeconfig, namespace, "second") as second:
            assert generation(second.says()) > earlier
            assert time.monotonic() - started > 1
