"""The guard: unknown is not zero, and an override says why."""

import pytest

from controller.core.guard import Go, GuardSnapshot, NoGo, ask
from controller.errors import Unknown
from provisioning.tenant import Lock
from tests.support.samples import NOW

MINE = Lock(holder="rua-suspend-1", reason="Suspend by ana", since=NOW)
OTHERS = Lock(holder="rua-rename-2", reason="Rename by rui", since=NOW)


def snapshot(
    open_tills: int | Unknown = 0, *, lock: Lock | None = MINE, override: str | None = None
) -> GuardSnapshot:
    return GuardSnapshot(open_tills, "rua-suspend-1", lock, override)


def test_no_open_till_is_a_go() -> None:
    assert ask(snapshot(0)) == Go("no till is open")


@pytest.mark.parametrize("override", [None, "fire drill"])
def test_a_tenant_that_somebody_else_holds_is_a_no_whatever_anybody_wants(override: str | None) -> None:
    verdict = ask(snapshot(0, lock=OTHERS, override=override))
    assert isinstance(verdict, NoGo)
    assert verdict.reason == "rua-rename-2 holds the tenant (Rename by rui)"
    assert "shopfleet procedure retry rua-suspend-1" in verdict.hint


def test_a_tenant_that_nobody_holds_is_nobodys_objection() -> None:
    assert isinstance(ask(snapshot(0, lock=None)), Go)


@pytest.mark.parametrize(("tills", "words"), [(1, "1 till is open"), (3, "3 tills are open")])
def test_open_tills_are_a_no(tills: int, words: str) -> None:
    verdict = ask(snapshot(tills))
    assert isinstance(verdict, NoGo)
    assert verdict.reason == words
    assert "--force" in verdict.hint


def test_unknown_is_not_zero() -> None:
    verdict = ask(snapshot(Unknown("the database gave no answer")))
    assert isinstance(verdict, NoGo)
    assert "the database gave no answer" in verdict.reason


def test_no_answer_may_pass_but_open_tills_need_a_person() -> None:
    unknown, known = (ask(snapshot(tills)) for tills in (Unknown("no answer"), 1))
    assert isinstance(unknown, NoGo)
    assert isinstance(known, NoGo)
    assert (unknown.passing, known.passing) == (True, False)


@pytest.mark.parametrize(
    ("tills", "words"),
    [(5, "5 tills are open"), (Unknown("no answer"), "cannot tell whether tills are open: no answer")],
)
def test_an_override_goes_ahead_and_says_why_and_against_what(tills: int | Unknown, words: str) -> None:
    assert ask(snapshot(tills, override="fire drill")) == Go(f"fire drill (although {words})", forced=True)


def test_an_override_that_was_not_needed_forces_nothing() -> None:
    assert ask(snapshot(0, override="fire drill")) == Go("no till is open")


def test_an_empty_override_is_none() -> None:
    assert isinstance(ask(snapshot(1, override="")), NoGo)
