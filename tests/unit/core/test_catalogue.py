"""The catalogue is whole: every kind has steps, every step an action, and no two steps share a name."""

from collections import Counter
from datetime import timedelta

import pytest

from controller.core import catalogue
from controller.core.catalogue import STEPS, StepSpec
from provisioning.procedure import ProcedureKind

ALL = tuple(each for each in vars(catalogue).values() if isinstance(each, StepSpec))


@pytest.mark.parametrize("kind", ProcedureKind)
def test_every_kind_has_steps(kind: ProcedureKind) -> None:
    assert STEPS[kind]


@pytest.mark.parametrize("kind", ProcedureKind)
def test_no_step_comes_twice_in_a_procedure(kind: ProcedureKind) -> None:
    names = [step.name for step in STEPS[kind]]
    assert len(set(names)) == len(names), "progress is recorded by name"


def test_names_are_unique() -> None:
    assert Counter(step.name for step in ALL).most_common(1)[0][1] == 1


def test_every_step_is_used() -> None:
    used = {step.name for steps in STEPS.values() for step in steps}
    assert used == {step.name for step in ALL}


@pytest.mark.parametrize("step", ALL, ids=lambda step: step.name)
def test_a_step_says_what_it_does_and_ends(step: StepSpec) -> None:
    assert step.title
    assert timedelta(minutes=1) <= step.deadline <= timedelta(hours=12)


def test_waiting_for_a_template_takes_longer_than_building_it() -> None:
    assert catalogue.TEMPLATE.deadline > catalogue.BUILD.deadline


@pytest.mark.parametrize("kind", ProcedureKind)
def test_after_a_point_of_no_return_nothing_asks_the_guard(kind: ProcedureKind) -> None:
    passed = False
    for step in STEPS[kind]:
        assert not (passed and step.disruptive), f"{step.name} could stop half-way for ever"
        passed = passed or step.point_of_no_return


@pytest.mark.parametrize("kind", ProcedureKind)
def test_after_a_point_of_no_return_there_is_no_way_back(kind: ProcedureKind) -> None:
    final = [step.point_of_no_return for step in STEPS[kind]]
    assert final == sorted(final), "what comes after it could not be undone either"
