"""A deadline is data: a clock, an end, a cancellation."""

import math

import pytest

from controller.adapters.cancellation import ProcessCancellation
from controller.core.deadline import Deadline
from controller.errors import CancelledError, DeadlineError
from tests.support.fakes.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_without_an_end_there_is_no_hurry(clock: FakeClock) -> None:
    deadline = Deadline(clock)
    assert deadline.remaining() == math.inf
    assert deadline.limit(900.0) == 900.0


def test_what_is_left_becomes_less_and_never_negative(clock: FakeClock) -> None:
    deadline = Deadline.after(clock, 10)
    clock.advance(4)
    assert deadline.remaining() == 6
    assert (deadline.limit(900.0), deadline.limit(2.0)) == (6, 2)
    clock.advance(7)
    assert deadline.remaining() == 0
    for used_up in (deadline.check, lambda: deadline.limit(2.0), lambda: deadline.wait(0)):
        with pytest.raises(DeadlineError):
            used_up()


def test_it_only_ever_gets_sooner(clock: FakeClock) -> None:
    deadline = Deadline.after(clock, 10)
    assert deadline.sooner(3).remaining() == 3
    assert deadline.sooner(30).remaining() == 10
    assert deadline.sooner(3).sooner(5).remaining() == 3


def test_who_is_cancelled_hears_the_reason_even_when_the_time_is_up_as_well(clock: FakeClock) -> None:
    cancellation = ProcessCancellation()
    deadline = Deadline.after(clock, 10, cancellation).sooner(5)
    deadline.check()
    cancellation.cancel("the operator ends")
    cancellation.cancel("another reason")
    clock.advance(20)
    for refused in (deadline.check, lambda: deadline.limit(2.0), lambda: deadline.wait(0)):
        with pytest.raises(CancelledError, match="the operator ends"):
            refused()


def test_waiting_takes_its_time_and_no_more_than_is_left(clock: FakeClock) -> None:
    deadline = Deadline.after(clock, 10)
    deadline.wait(4)
    assert deadline.remaining() == 6
    with pytest.raises(DeadlineError):
        deadline.wait(60)
    assert sum(clock.slept) == 10


def test_waiting_ends_soon_after_a_cancellation() -> None:
    cancellation = ProcessCancellation()

    class Impatient(FakeClock):
        def advance(self, seconds: float) -> None:
            super().advance(seconds)
            if sum(self.slept) >= 3:
                cancellation.cancel("the operator ends")

    clock = Impatient()
    with pytest.raises(CancelledError):
        Deadline(clock, cancellation).wait(60)
    assert sum(clock.slept) < 4


def test_last_words_are_possible_whatever_happened_and_short_once_it_is_cancelled(clock: FakeClock) -> None:
    cancellation = ProcessCancellation()
    used_up, ample = Deadline.after(clock, 0, cancellation), Deadline.after(clock, 600, cancellation)
    assert used_up.parting(5).remaining() == 5
    assert ample.parting(5).remaining() == 600
    cancellation.cancel("the operator ends")
    for each in (used_up, ample, Deadline(clock, cancellation)):
        each.parting(5).check()
        assert each.parting(5).remaining() == 5
