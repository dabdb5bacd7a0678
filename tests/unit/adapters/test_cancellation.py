"""The process's cancellation: interrupts waits until they end, and none after that. With real threads, briefly."""

import threading
import time

import pytest

from controller.adapters.cancellation import AGAIN_SECONDS, ProcessCancellation
from controller.errors import CancelledError

PATIENCE = 10.0


def test_a_wait_is_interrupted_until_it_ends() -> None:
    """The first interruption may come too early to find anything."""
    cancellation, count, enough = ProcessCancellation(), [0], threading.Event()

    def interrupt() -> None:
        count[0] += 1
        if count[0] == 3:
            enough.set()

    with cancellation.interrupting(interrupt):
        cancellation.cancel("the operator ends")
        assert enough.wait(PATIENCE)
    ended = count[0]
    time.sleep(2 * AGAIN_SECONDS)
    assert count[0] == ended


def test_every_wait_is_interrupted_though_one_of_them_hangs() -> None:
    cancellation, answer, other = ProcessCancellation(), threading.Event(), threading.Event()

    def hang() -> None:
        answer.wait(PATIENCE)

    with cancellation.interrupting(hang), cancellation.interrupting(other.set):
        cancellation.cancel("the operator ends")
        assert other.wait(PATIENCE)
        answer.set()


def test_the_end_of_a_wait_waits_for_its_interruption() -> None:
    """Or a connection could be closed while somebody still uses it."""
    cancellation, begun, ended = ProcessCancellation(), threading.Event(), []

    def interrupt() -> None:
        begun.set()
        time.sleep(0.05)
        ended.append("interrupted")

    with cancellation.interrupting(interrupt):
        cancellation.cancel("the operator ends")
        assert begun.wait(PATIENCE)
    assert ended == ["interrupted"]


def test_no_wait_begins_after_it_and_what_ended_before_is_left_alone() -> None:
    cancellation, interrupted = ProcessCancellation(), []
    with cancellation.interrupting(lambda: interrupted.append("early")):
        assert cancellation.reason is None
    cancellation.cancel("the operator ends")
    with (
        pytest.raises(CancelledError, match="the operator ends"),
        cancellation.interrupting(lambda: interrupted.append("late")),
    ):
        raise AssertionError("it began")
    assert interrupted == []
