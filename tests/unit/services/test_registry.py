"""Every step of the catalogue has its action, and nothing else has one."""

from controller.core.catalogue import STEPS
from controller.services.steps.registry import ACTIONS


def test_every_step_has_an_action() -> None:
    assert set(ACTIONS) == {step.name for steps in STEPS.values() for step in steps}


def test_what_cannot_be_undone_has_no_undo() -> None:
    final = {step.name for steps in STEPS.values() for step in steps if step.point_of_no_return}
    assert [name for name in final if ACTIONS[name].undo is not None] == []
