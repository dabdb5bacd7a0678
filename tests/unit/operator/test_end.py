"""How the operator ends: the lease is for others only once nothing of it is under way."""

import threading
from collections.abc import Iterator
from typing import cast

import pytest

from controller.adapters.cancellation import ProcessCancellation
from controller.adapters.clock import SystemClock
from controller.core import limits
from controller.factory import OperatorRuntime
from controller.operator.__main__ import ASKED, _finish
from controller.operator.queue import Key, WorkQueue
from controller.services.outside import Again

PATIENCE = 10.0


class Leadership:
    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Runtime:
    """As much of an OperatorRuntime as ending touches."""

    def __init__(self) -> None:
        self.cancellation = ProcessCancellation()
        self.leadership = Leadership()


class Pass:
    """One that goes on until the test lets it, or, when it is obedient, until the operator is to end."""

    def __init__(self, runtime: Runtime, *, obedient: bool) -> None:
        self.begun, self.over = threading.Event(), threading.Event()
        self._runtime, self._obedient = runtime, obedient

    def __call__(self, key: Key) -> Again | None:
        self.begun.set()
        if self._obedient:
            with self._runtime.cancellation.interrupting(self.over.set):
                self.over.wait(PATIENCE)
        self.over.wait(PATIENCE)
        return None


@pytest.fixture
def runtime() -> Runtime:
    return Runtime()


def ended(runtime: Runtime, *, obedient: bool) -> Iterator[None]:
    made = Pass(runtime, obedient=obedient)
    queue = WorkQueue(made, SystemClock(), lambda: None, threads=1)
    queue.start()
    queue.add(Key("Tenant", "ns", "a"))
    assert made.begun.wait(PATIENCE)
    _finish(cast("OperatorRuntime", runtime), queue, ASKED)
    yield
    made.over.set()


def test_what_is_under_way_is_interrupted_and_then_the_next_one_may_lead(runtime: Runtime) -> None:
    for _ in ended(runtime, obedient=True):
        assert runtime.cancellation.reason == "the operator ends"
        assert runtime.leadership.stopped


def test_while_something_hangs_nobody_else_is_let_in(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DRAIN", 0.05)
    for _ in ended(runtime, obedient=False):
        assert not runtime.leadership.stopped
