"""How platform_runtime finds out that the database is away, and who is told."""

import os
import threading
import time
from types import SimpleNamespace

import pytest

from tests.unit.release.images.away import Clock
from tests.unit.release.images.loading import runtime

outage = runtime("outage")
listener = runtime("listener")
shared_word = runtime("shared_word")


@pytest.mark.parametrize(
    ("code", "closed", "lost"),
    [
        ("57P01", 0, True),
        ("57P02", 0, True),
        ("57P03", 0, True),
        ("08006", 0, True),
        ("25006", 0, True),
        (None, 2, True),
        ("40001", 0, False),
        ("57014", 0, False),
        ("23505", 0, False),
        (None, 0, False),
    ],
)
def test_what_says_that_the_database_is_away(code: str | None, closed: int, lost: bool) -> None:
    assert outage.is_lost(SimpleNamespace(pgcode=code), closed) is lost


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        " select 1",
        "\n  SHOW x",
        b"SET x TO 1",
        "ROLLBACK TO SAVEPOINT a",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH RECURSIVE b AS (SELECT write_date) SELECT 1",
    ],
)
def test_what_only_reads(statement: object) -> None:
    assert not outage.changes(statement)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO a", "WITH b AS (DELETE FROM a) SELECT 1", "selection", "", object(), "COPY", "NOTIFY x"],
)
def test_what_may_change_something(statement: object) -> None:
    assert outage.changes(statement)


def test_the_first_loss_makes_all_older_connections_useless_and_an_older_ones_loss_is_no_news() -> None:
    clock = Clock()
    state = outage.Outage(clock)
    told: list[float | None] = []
    state.listeners.append(told.append)
    state.lost(0, "gone")
    state.lost(0, "gone")
    assert state.generation == 1
    clock.now += 3
    assert state.lasts() == 3
    state.reached()
    state.reached()
    state.lost(0, "gone")
    assert state.lasts() == 0
    assert told == [None, 3]


def test_after_an_attempt_in_vain_there_is_a_pause_as_long_as_it_took() -> None:
    clock = Clock()
    state = outage.Outage(clock)
    assert not state.pausing()
    clock.now += 5
    state.refused(100.0, "time-out")
    clock.now += 4
    assert state.pausing()
    clock.now += 1
    assert not state.pausing()
    state.refused(clock.now, "refused")
    assert state.pausing()
    state.reached()
    assert not state.pausing()


def test_a_pause_ends_when_another_process_has_had_the_database_since_the_attempt_began() -> None:
    clock, found = Clock(), [0.0]
    state = outage.Outage(clock, lambda: found[0])
    began = clock.now
    clock.now += 5
    state.refused(began, "time-out")
    assert state.pausing()
    found[0] = began - 1
    assert state.pausing()
    # It may have asked at the address of before.
    found[0] = began + 1
    assert not state.pausing()
    state.refused(clock.now, "refused")
    assert state.pausing()


def test_who_is_woken() -> None:
    till, shop, other = threading.Event(), threading.Event(), threading.Event()
    dispatcher = SimpleNamespace(channels={"till": {till}, "shop": {shop}, "else": {other}})
    connection = SimpleNamespace(notifies=[SimpleNamespace(payload='["till", "shop"]')])
    listener._wake(dispatcher, [*listener._told(connection), "nobody"])
    assert (till.is_set(), shop.is_set(), other.is_set()) == (True, True, False)
    assert set(dispatcher.channels) == {"else"}


def test_the_master_knows_what_a_forked_worker_saw() -> None:
    before, away = time.monotonic(), shared_word.AwaySince(time.monotonic)
    assert away.verdict() == (True, "the database is there")
    for told, there in ((None, False), (3.0, True)):
        child = os.fork()
        if child == 0:
            away.told(told)
            os._exit(0)
        os.waitpid(child, 0)
        assert away.verdict().ok is there
        assert away.away is not there
        assert (away.found() > before) is there
