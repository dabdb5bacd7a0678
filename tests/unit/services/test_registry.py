"""Every step of the catalogue has its action, and nothing else has one; each says how it is undone and checked."""

import pytest

from controller.core.catalogue import STEPS, StepSpec
from controller.services.steps.registry import ACTIONS
from controller.services.steps.step import Cannot, GoesWith, Nothing
from provisioning.procedure import ProcedureKind

ALL = {step.name: step for steps in STEPS.values() for step in steps}


def test_every_step_has_an_action() -> None:
    assert set(ACTIONS) == set(ALL)


@pytest.mark.parametrize("step", ALL.values(), ids=ALL)
def test_what_cannot_be_undone_is_a_point_of_no_return(step: StepSpec) -> None:
    assert isinstance(ACTIONS[step.name].undo, Cannot) is step.point_of_no_return


@pytest.mark.parametrize("name", ALL)
def test_a_step_that_changes_something_asks_the_world_whether_it_is_so(name: str) -> None:
    assert (ACTIONS[name].check is None) is isinstance(ACTIONS[name].undo, Nothing)


@pytest.mark.parametrize("name", ALL)
def test_a_step_without_an_undo_says_why(name: str) -> None:
    undo = ACTIONS[name].undo
    assert not isinstance(undo, Nothing | Cannot) or undo.reason


@pytest.mark.parametrize("kind", ProcedureKind)
def test_what_goes_with_another_step_has_that_step_before_it(kind: ProcedureKind) -> None:
    before: set[str] = set()
    for step in STEPS[kind]:
        undo = ACTIONS[step.name].undo
        assert not isinstance(undo, GoesWith) or undo.steps & before, step.name
        if callable(undo):
            before.add(step.name)
