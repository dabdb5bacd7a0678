"""One suite for the fake clock and the system's."""

from datetime import timedelta

import pytest

from controller.adapters.clock import SystemClock
from controller.core.ports import Clock
from tests.support.fakes.clock import FakeClock

pytestmark = pytest.mark.contract


@pytest.fixture(params=[FakeClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_the_time_is_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_sleeping_takes_time_on_both_clocks(clock: Clock) -> None:
    now, monotonic = clock.now(), clock.monotonic()
    clock.sleep(0.0625)
    assert clock.monotonic() - monotonic >= 0.0625
    assert clock.now() - now >= timedelta(seconds=0.05)


def test_sleeping_for_less_than_nothing_is_no_time(clock: Clock) -> None:
    before = clock.monotonic()
    clock.sleep(-500)
    assert 0 <= clock.monotonic() - before < 400
