"""The guard: unknown is not zero, and an override says why."""

import pytest

from controller.core.guard import Go, GuardSnapshot, NoGo, ask
from controller.errors import Unknown


def test_no_open_till_is_a_go() -> None:
    assert ask(GuardSnapshot(open_tills=0)) == Go("no till is open")


@pytest.mark.parametrize(("tills", "words"), [(1, "1 till is open"), (3, "3 tills are open")])
def test_open_tills_are_a_no(tills: int, words: str) -> None:
    verdict = ask(GuardSnapshot(open_tills=tills))
    assert isinstance(verdict, NoGo)
    assert verdict.reason == words
    assert "--force" in verdict.hint


def test_unknown_is_not_zero() -> None:
    verdict = ask(GuardSnapshot(open_tills=Unknown("the database gave no answer")))
    assert isinstance(verdict, NoGo)
    assert "the database gave no answer" in verdict.reason


def test_no_answer_may_pass_but_open_tills_need_a_person() -> None:
    unknown, known = (ask(GuardSnapshot(open_tills=tills)) for tills in (Unknown("no answer"), 1))
    assert isinstance(unknown, NoGo)
    assert isinstance(known, NoGo)
    assert (unknown.passing, known.passing) == (True, False)


@pytest.mark.parametrize("tills", [0, 5, Unknown("no answer")])
def test_an_override_goes_ahead_and_says_why(tills: int | Unknown) -> None:
    assert ask(GuardSnapshot(open_tills=tills, override="fire drill")) == Go("overridden: fire drill")


def test_an_empty_override_is_none() -> None:
    assert isinstance(ask(GuardSnapshot(open_tills=1, override="")), NoGo)
