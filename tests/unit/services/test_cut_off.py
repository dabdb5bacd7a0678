"""A step that is cut off has not failed: it says why nothing moves, and goes on where it was."""

import pytest

from controller.core import limits
from controller.core.catalogue import DATABASE
from controller.errors import CancelledError, DeadlineError
from provisioning.platform import operator
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, StepPhase, StepStatus
from tests.support.world import World

ENDS = CancelledError("the operator ends")
USED_UP = DeadlineError("the time given for it is used up")
CREATE = ProcedureKind.CREATE


@pytest.fixture
def world() -> World:
    made = World()
    made.declare()
    return made


def step(world: World, name: str, kind: ProcedureKind = CREATE) -> StepStatus:
    return next(each for each in world.procedure(kind).status.steps if each.name == name)


def failures(world: World) -> list[str]:
    """Steps that somebody was told of as failed."""
    return [each["message"] for each in world.kube.objects("Event") if each["reason"] == "StepFailed"]


def test_a_copy_that_is_cut_off_says_so_and_goes_on_with_the_next_operator(world: World) -> None:
    world.calls.fail("create_database", ENDS)
    with pytest.raises(CancelledError):
        world.drive()
    status = world.procedure(CREATE).status
    assert status.phase is ProcedurePhase.RUNNING
    assert status.message == "database was cut off and goes on with the next operator: the operator ends"
    assert step(world, "database").phase is StepPhase.RUNNING
    world.restart()
    world.drive()
    assert world.procedure(CREATE).status.phase is ProcedurePhase.SUCCEEDED
    assert step(world, "database").attempts == 1
    assert failures(world) == []


def test_that_it_was_cut_off_is_written_down_though_nothing_else_may_be_done(world: World) -> None:
    def cancel(number: int, action: str, target: str) -> None:
        if action == "postgres.create_database":
            world.operator.cancellation.cancel("the operator ends")

    world.watch.before = cancel
    with pytest.raises(CancelledError):
        world.drive()
    assert "the operator ends" in world.procedure(CREATE).status.message


def test_a_cut_that_cannot_be_written_down_is_a_cut_all_the_same(world: World) -> None:
    world.calls.fail("create_database", ENDS)

    def silence(number: int, action: str, target: str) -> None:
        if action == "postgres.create_database":
            world.calls.fail("patch_status", DeadlineError("no answer"))

    world.watch.before = silence
    with pytest.raises(CancelledError, match="the operator ends"):
        world.drive()
    assert "cut off" not in world.procedure(CREATE).status.message


def test_a_pass_without_time_left_goes_on_in_the_next_one(world: World) -> None:
    world.calls.fail("create_database", USED_UP, 1)
    world.calls.fail("create_database", USED_UP, 2)
    said = []

    def hear(number: int, action: str, target: str) -> None:
        if action == "postgres.create_database":
            said.append(world.procedure(CREATE).status.message)

    world.watch.after = hear
    world.drive()
    assert said[-1] == "database goes on in the next pass: the time given for it is used up"
    assert step(world, "database").attempts == 1
    assert failures(world) == []


def test_a_step_that_uses_up_all_its_time_waits_for_a_person(world: World) -> None:
    for nth in range(1, 10):
        world.calls.fail("create_database", USED_UP, nth)

    def slowly(number: int, action: str, target: str) -> None:
        if action == "postgres.create_database":
            world.clock.advance(DATABASE.deadline.total_seconds() * 0.7)

    world.watch.before = slowly
    world.drive()
    status = world.procedure(CREATE).status
    assert status.phase is ProcedurePhase.FAILED
    assert "not done after 15 min: database goes on in the next pass" in status.message


def test_an_undo_that_is_cut_off_goes_on_with_the_next_operator(world: World) -> None:
    world.calls.fail("query", ENDS)
    with pytest.raises(CancelledError):
        world.drive()
    name = world.procedure(CREATE).metadata.name
    world.edit_procedure(name, cancel=True)
    world.restart()
    world.calls.fail("drop_database", ENDS)
    with pytest.raises(CancelledError):
        world.drive()
    assert "was cut off and goes on with the next operator" in world.procedure(CREATE).status.message
    world.restart()
    world.drive()
    assert world.procedure(CREATE).status.phase is ProcedurePhase.CANCELLED


def test_a_question_to_the_guard_that_is_cut_off_is_no_attempt(world: World) -> None:
    world.drive()
    world.edit(suspended=True)
    world.calls.fail("query", ENDS)
    with pytest.raises(CancelledError):
        world.drive()
    assert step(world, "quiesce", ProcedureKind.SUSPEND).attempts == 0
    world.restart()
    world.drive()
    assert {each.status.phase for each in world.all(Procedure)} == {ProcedurePhase.SUCCEEDED}
    assert failures(world) == []


def test_the_operator_ends_well_before_its_pod_is_killed() -> None:
    """Passes, then the thread that renews the lease, then the lease's release."""
    assert limits.DRAIN + 2 * limits.PARTING <= operator.GRACE * 2 / 3
    assert 2 * max(limits.COPY, limits.EXECUTE, limits.GIVE) <= limits.PASS
