"""The queue's threads: never two on one key, nothing lost, one key's defect is nobody else's."""

import threading
from collections.abc import Callable, Iterator

import pytest

from controller.adapters.clock import SystemClock
from controller.errors import CancelledError, ConflictError, LostLeadershipError, UnavailableError
from controller.operator.queue import CONFLICT_SECONDS, LONGEST_RETRY_SECONDS, Key, Worker, WorkQueue
from controller.services.outside import Again
from tests.support.fakes.clock import FakeClock

A, B, NUDGE = (Key("Tenant", "ns", name) for name in ("a", "b", "nudge"))
PATIENCE = 60.0
"""Seconds until a test gives up; nothing here takes more than milliseconds."""


class Recorder:
    """A worker that notes every call and answers what the test says."""

    def __init__(self) -> None:
        self.calls: list[Key] = []
        self.answers: dict[Key, Callable[[], Again | None]] = {}
        self._called = threading.Condition()

    def __call__(self, key: Key) -> Again | None:
        with self._called:
            self.calls.append(key)
            self._called.notify_all()
        return self.answers.get(key, lambda: None)()

    def until(self, key: Key, times: int = 1) -> None:
        with self._called:
            assert self._called.wait_for(lambda: self.calls.count(key) >= times, PATIENCE), self.calls


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def worker() -> Recorder:
    return Recorder()


@pytest.fixture
def lost() -> list[str]:
    return []


@pytest.fixture
def told() -> threading.Event:
    return threading.Event()


@pytest.fixture
def queue(worker: Recorder, clock: FakeClock, lost: list[str], told: threading.Event) -> Iterator[WorkQueue]:
    made = WorkQueue(worker, clock, lambda: (lost.append("lost"), told.set()), threads=4)
    made.start()
    yield made
    made.close()


def one_thread(worker: Worker, clock: FakeClock) -> WorkQueue:
    """With a single thread everything happens in a known order."""
    made = WorkQueue(worker, clock, lambda: None, threads=1)
    made.start()
    return made


def settle(queue: WorkQueue, worker: Recorder) -> None:
    """Return when a single thread has done all that was due before."""
    seen = worker.calls.count(NUDGE)
    queue.add(NUDGE)
    worker.until(NUDGE, seen + 1)


def pause_after(answer: Callable[[], Again | None], failures: int = 1) -> float:
    """Seconds until a key comes back that answered this so many times."""
    clock, worker = FakeClock(), Recorder()
    worker.answers[A] = answer
    queue = one_thread(worker, clock)
    queue.add(A)
    try:
        for count in range(1, failures + 1):
            settle(queue, worker)
            assert worker.calls.count(A) == count
            waited = 0.0
            while worker.calls.count(A) == count and waited < 1000:
                clock.advance(0.1)
                waited += 0.1
                settle(queue, worker)
        return round(waited, 1)
    finally:
        queue.close()


def raising(error: BaseException) -> Callable[[], Again | None]:
    def answer() -> Again | None:
        raise error

    return answer


def test_what_is_added_is_looked_at(queue: WorkQueue, worker: Recorder) -> None:
    queue.add(A)
    queue.add(B)
    worker.until(A)
    worker.until(B)


def test_a_key_is_never_looked_at_twice_at_once_and_once_more_when_added_meanwhile(
    queue: WorkQueue, worker: Recorder
) -> None:
    go_on, at_once, most = threading.Event(), [], []

    def slowly() -> None:
        at_once.append(1)
        most.append(len(at_once))
        assert go_on.wait(PATIENCE)
        at_once.pop()

    worker.answers[A] = slowly
    queue.add(A)
    worker.until(A)
    for _ in range(5):
        queue.add(A)
    queue.add(B)
    worker.until(B)  # others are not held up
    assert worker.calls.count(A) == 1
    go_on.set()
    worker.until(A, times=2)
    queue.close()
    assert worker.calls.count(A) == 2
    assert max(most) == 1


def test_a_settled_one_comes_back_when_it_asked_to() -> None:
    assert pause_after(lambda: Again(30.0, "the next look")) == 30.0


@pytest.mark.parametrize(
    "error",
    [UnavailableError("no answer"), ValueError("a defect")],
    ids=["outage", "defect"],
)
@pytest.mark.parametrize(("failures", "seconds"), [(1, 1.0), (2, 2.0), (4, 8.0)])
def test_a_failing_one_comes_back_later_and_later(error: Exception, failures: int, seconds: float) -> None:
    assert pause_after(raising(error), failures) == seconds


def test_a_conflict_is_read_again_soon_however_often() -> None:
    assert pause_after(raising(ConflictError("changed")), 4) == CONFLICT_SECONDS


def test_the_pause_has_a_limit_however_long_the_outage(clock: FakeClock, worker: Recorder) -> None:
    worker.answers[A] = raising(UnavailableError("no answer"))
    queue = WorkQueue(worker, clock, lambda: None)
    pauses = [queue._work(A) for _ in range(1500)]
    assert {again.seconds for again in pauses[10:]} == {LONGEST_RETRY_SECONDS}


def test_success_forgets_the_failures(clock: FakeClock, worker: Recorder) -> None:
    answers = iter([raising(UnavailableError("x"))] * 3 + [lambda: None] + [raising(UnavailableError("x"))] * 2)

    def in_turn() -> Again | None:
        return next(answers)()

    worker.answers[A] = in_turn
    queue = one_thread(worker, clock)
    queue.add(A)
    for _ in range(3):
        settle(queue, worker)
        clock.advance(10.0)
    settle(queue, worker)
    assert worker.calls.count(A) == 4
    queue.add(A)
    settle(queue, worker)
    clock.advance(1.0)
    settle(queue, worker)
    assert worker.calls.count(A) == 6
    queue.close()


def test_an_event_does_not_wait_for_the_pause(clock: FakeClock, worker: Recorder) -> None:
    worker.answers[A] = lambda: Again(300.0, "settled")
    queue = one_thread(worker, clock)
    queue.add(A)
    settle(queue, worker)
    queue.add(A)
    settle(queue, worker)
    assert worker.calls.count(A) == 2
    queue.close()


def test_a_defect_in_one_key_stops_no_other(queue: WorkQueue, worker: Recorder) -> None:
    worker.answers[A] = raising(ZeroDivisionError("a defect"))
    for _ in range(20):
        queue.add(A)
        queue.add(B)
    worker.until(B)
    keys = [Key("Tenant", "ns", f"n{number}") for number in range(20)]
    for key in keys:
        queue.add(key)
    for key in keys:
        worker.until(key)


def test_close_waits_for_what_is_being_looked_at_and_starts_nothing(clock: FakeClock, worker: Recorder) -> None:
    go_on, finished = threading.Event(), []

    def slowly() -> None:
        assert go_on.wait(PATIENCE)
        finished.append("a")

    worker.answers[A] = slowly
    queue = one_thread(worker, clock)
    queue.add(A)
    worker.until(A)
    queue.add(B)
    closing = threading.Thread(target=queue.close)
    closing.start()
    closing.join(0.05)
    assert closing.is_alive()
    go_on.set()
    closing.join(PATIENCE)
    assert not closing.is_alive()
    assert finished == ["a"]
    assert worker.calls == [A]


def test_close_waits_no_longer_than_it_may(clock: FakeClock, worker: Recorder) -> None:
    go_on = threading.Event()

    def slowly() -> None:
        go_on.wait(PATIENCE)

    worker.answers[A] = slowly
    queue = one_thread(worker, clock)
    queue.add(A)
    worker.until(A)
    assert not queue.close(0.05)
    go_on.set()
    assert queue.close(PATIENCE)


def test_a_pass_that_is_cut_off_is_no_failure(
    queue: WorkQueue, worker: Recorder, clock: FakeClock, lost: list[str]
) -> None:
    def cut() -> None:
        raise CancelledError("the operator ends")

    worker.answers[A] = cut
    queue.add(A)
    worker.until(A)
    assert queue.close(PATIENCE)
    assert lost == []
    assert queue._failures == {}


def test_lost_leadership_is_told_once_and_nothing_is_handed_out_any_more(
    queue: WorkQueue, worker: Recorder, lost: list[str], told: threading.Event
) -> None:
    together = threading.Barrier(2)

    def both() -> None:
        together.wait(PATIENCE)
        raise LostLeadershipError("the lease is somebody else's")

    worker.answers = {A: both, B: both}
    queue.add(A)
    queue.add(B)
    assert told.wait(PATIENCE)
    queue.add(NUDGE)
    queue.close()
    assert lost == ["lost"]
    assert NUDGE not in worker.calls


def test_delays_pass_in_real_time_too(worker: Recorder) -> None:
    queue = WorkQueue(worker, SystemClock(), lambda: None, threads=2)
    queue.start()
    queue.add(A, delay=0.02)
    worker.until(A)
    queue.close()


def test_depth_counts_what_waits(clock: FakeClock, worker: Recorder) -> None:
    queue = WorkQueue(worker, clock, lambda: None, threads=1)
    queue.add(A)
    queue.add(B, delay=5.0)
    assert queue.depth == 1
    clock.advance(5.0)
    assert queue.depth == 2
    queue.close()
