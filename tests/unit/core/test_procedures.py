"""The engine's next move: every one of them, and that every procedure comes to an end."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.catalogue import STEPS
from controller.core.procedures import (
    FIRST_BACKOFF,
    MAX_ATTEMPTS,
    Begin,
    Do,
    Finish,
    Move,
    Rest,
    Retry,
    Undo,
    Wait,
    backoff,
    begun,
    next_move,
    recorded,
    retried,
    with_step,
)
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, ProcedureStatus, StepPhase, StepStatus
from tests.support.samples import NOW, procedure, progress

CREATE = STEPS[ProcedureKind.CREATE]
DELETE = STEPS[ProcedureKind.DELETE]


def running(kind: ProcedureKind, steps: tuple[StepStatus, ...], **spec: Any) -> Procedure:
    return procedure(kind, phase=ProcedurePhase.RUNNING, steps=steps, **spec)


def test_a_queued_procedure_begins() -> None:
    assert isinstance(next_move(procedure(), NOW), Begin)


def test_one_that_is_cancelled_before_it_began_did_nothing() -> None:
    assert next_move(procedure(cancel=True), NOW) == Finish(ProcedurePhase.CANCELLED, "cancelled before it began")


def test_steps_come_in_order() -> None:
    for done, step in enumerate(CREATE):
        move = next_move(running(ProcedureKind.CREATE, progress(ProcedureKind.CREATE, done)), NOW)
        assert move == Do(done, step, "next in order")


def test_all_done_is_success() -> None:
    move = next_move(running(ProcedureKind.CREATE, progress(ProcedureKind.CREATE, len(CREATE))), NOW)
    assert isinstance(move, Finish)
    assert move.phase is ProcedurePhase.SUCCEEDED


def test_an_interrupted_step_is_done_once_more() -> None:
    steps = progress(ProcedureKind.CREATE, 3, StepPhase.RUNNING, attempts=1)
    move = next_move(running(ProcedureKind.CREATE, steps), NOW)
    assert isinstance(move, Do)
    assert move.step is CREATE[3]


def failed(attempts: int, seconds_ago: float, **spec: Any) -> Procedure:
    steps = progress(
        ProcedureKind.CREATE,
        2,
        StepPhase.FAILED,
        attempts=attempts,
        finished_at=NOW - timedelta(seconds=seconds_ago),
        message="no answer",
    )
    return running(ProcedureKind.CREATE, steps, **spec)


def test_a_failed_step_waits_longer_each_time() -> None:
    assert [backoff(attempts) for attempts in (1, 2, 3)] == [FIRST_BACKOFF, FIRST_BACKOFF * 2, FIRST_BACKOFF * 4]
    move = next_move(failed(2, seconds_ago=1), NOW)
    assert isinstance(move, Wait)
    assert move.until == NOW + timedelta(seconds=3)
    assert "no answer" in move.reason


def test_after_the_pause_it_is_tried_again() -> None:
    move = next_move(failed(2, seconds_ago=5), NOW)
    assert isinstance(move, Do)
    assert move.reason == "attempt 3 after: no answer"


def test_the_attempts_span_a_failover() -> None:
    assert sum((backoff(n) for n in range(1, MAX_ATTEMPTS)), timedelta()) > timedelta(minutes=3)


def test_after_the_last_attempt_a_person_decides() -> None:
    move = next_move(failed(MAX_ATTEMPTS, seconds_ago=0), NOW)
    assert move == Finish(ProcedurePhase.FAILED, f"{CREATE[2].name} failed: no answer")


# Cancelling


def test_a_cancellation_undoes_in_reverse_what_was_done_begun_or_failed() -> None:
    for phase in (StepPhase.RUNNING, StepPhase.FAILED):
        steps = progress(ProcedureKind.CREATE, 3, phase, attempts=1)
        undone = []
        status = ProcedureStatus(phase=ProcedurePhase.RUNNING, steps=steps)
        while isinstance(move := next_move(with_status(status, cancel=True), NOW), Undo):
            undone.append(move.step.name)
            record = recorded(status, move.step).model_copy(update={"phase": StepPhase.UNDONE})
            status = with_step(status, record)
        assert undone == [step.name for step in reversed(CREATE[:4])]
        assert isinstance(move, Finish)
        assert move.phase is ProcedurePhase.CANCELLED


def with_status(status: ProcedureStatus, kind: ProcedureKind = ProcedureKind.CREATE, **spec: Any) -> Procedure:
    return procedure(kind, **spec).model_copy(update={"status": status})


@pytest.mark.parametrize("phase", [StepPhase.RUNNING, StepPhase.FAILED, StepPhase.DONE])
def test_after_a_point_of_no_return_a_cancellation_runs_on_to_the_end(phase: StepPhase) -> None:
    point = next(index for index, step in enumerate(DELETE) if step.point_of_no_return)
    steps = progress(ProcedureKind.DELETE, point, phase, attempts=1, finished_at=NOW - timedelta(hours=1))
    move = next_move(running(ProcedureKind.DELETE, steps, cancel=True), NOW)
    assert isinstance(move, Do)


def test_before_the_point_of_no_return_a_deletion_can_be_cancelled() -> None:
    steps = progress(ProcedureKind.DELETE, 2)
    move = next_move(running(ProcedureKind.DELETE, steps, cancel=True), NOW)
    assert isinstance(move, Undo)
    assert move.step is DELETE[1]


def test_a_cancellation_that_is_taken_back_goes_on_forward() -> None:
    steps = (*progress(ProcedureKind.CREATE, 2)[:2], StepStatus(name=CREATE[2].name, phase=StepPhase.UNDONE))
    move = next_move(running(ProcedureKind.CREATE, steps), NOW)
    assert isinstance(move, Do)
    assert move.step is CREATE[2]


# Retrying


def ended(phase: ProcedurePhase, **spec: Any) -> Procedure:
    steps = progress(
        ProcedureKind.CREATE, 2, StepPhase.FAILED, attempts=MAX_ATTEMPTS, finished_at=NOW, message="x"
    )
    return procedure(phase=phase, steps=steps, status={"retries_seen": 1, "finished_at": NOW}, **spec)


@pytest.mark.parametrize("phase", [phase for phase in ProcedurePhase if phase.final])
def test_a_final_procedure_rests(phase: ProcedurePhase) -> None:
    assert isinstance(next_move(ended(phase, retries=1), NOW), Rest)


def test_a_retry_of_a_failed_one_takes_it_up_again() -> None:
    assert isinstance(next_move(ended(ProcedurePhase.FAILED, retries=2), NOW), Retry)


def test_a_cancelled_one_is_taken_up_again_once_its_cancellation_is_taken_back() -> None:
    assert isinstance(next_move(ended(ProcedurePhase.CANCELLED, retries=2), NOW), Retry)
    assert isinstance(next_move(ended(ProcedurePhase.CANCELLED, retries=2, cancel=True), NOW), Rest)


def test_success_is_never_retried() -> None:
    assert isinstance(next_move(ended(ProcedurePhase.SUCCEEDED, retries=2), NOW), Rest)


def test_a_retry_needs_the_lock_again() -> None:
    status = retried(ended(ProcedurePhase.FAILED, retries=2))
    assert status.phase is ProcedurePhase.QUEUED
    assert isinstance(next_move(with_status(status, retries=2), NOW), Begin)


def after_retry(procedure_: Procedure) -> Procedure:
    waiting = procedure_.model_copy(update={"status": retried(procedure_)})
    return waiting.model_copy(update={"status": begun(waiting, NOW)})


def test_a_retry_goes_on_where_it_stopped_with_all_its_attempts() -> None:
    taken_up = after_retry(ended(ProcedurePhase.FAILED, retries=2))
    assert taken_up.status.progress == f"2/{len(CREATE)}"
    move = next_move(taken_up, NOW)
    assert isinstance(move, Do)
    assert move.step is CREATE[2]
    assert recorded(taken_up.status, CREATE[2]).attempts == 0


def test_a_failed_step_is_still_undone_after_a_retry() -> None:
    taken_up = after_retry(ended(ProcedurePhase.FAILED, retries=2))
    cancelled = taken_up.model_copy(update={"spec": taken_up.spec.model_copy(update={"cancel": True})})
    move = next_move(cancelled, NOW)
    assert isinstance(move, Undo)
    assert move.step is CREATE[2]


def test_one_that_waits_for_its_retry_takes_the_lock_before_it_is_undone() -> None:
    waiting = ended(ProcedurePhase.FAILED, retries=2, cancel=True)
    status = retried(waiting)
    assert isinstance(next_move(with_status(status, retries=2, cancel=True), NOW), Begin)


def test_undone_steps_are_done_afresh_after_a_retry() -> None:
    steps = tuple(StepStatus(name=step.name, phase=StepPhase.UNDONE, attempts=3) for step in CREATE)
    cancelled = procedure(phase=ProcedurePhase.CANCELLED, steps=steps, retries=1)
    assert after_retry(cancelled).status.steps == tuple(StepStatus(name=step.name) for step in CREATE)


# Recording


def test_beginning_records_every_step() -> None:
    status = begun(procedure(ProcedureKind.RENAME, retries=3), NOW)
    assert [record.name for record in status.steps] == [step.name for step in STEPS[ProcedureKind.RENAME]]
    assert (status.phase, status.progress) == (ProcedurePhase.RUNNING, f"0/{len(status.steps)}")
    assert (status.started_at, status.retries_seen) == (NOW, 3)


def test_progress_names_the_step() -> None:
    status = ProcedureStatus(steps=progress(ProcedureKind.CREATE, 3))
    done = StepStatus(name=CREATE[3].name, phase=StepPhase.DONE)
    assert with_step(status, done).progress == f"4/{len(CREATE)} {CREATE[3].name}"


def test_a_step_that_a_newer_version_added_is_recorded_too() -> None:
    known = progress(ProcedureKind.CREATE, 2)[:-1]
    added = StepStatus(name=CREATE[-1].name, phase=StepPhase.DONE)
    assert recorded(with_step(ProcedureStatus(steps=known), added), CREATE[-1]) == added


# From any recorded status the engine reaches a final phase.

records = st.builds(
    StepStatus,
    name=st.just(""),
    phase=st.sampled_from(StepPhase),
    attempts=st.integers(0, MAX_ATTEMPTS + 2),
    finished_at=st.none() | st.integers(0, 600).map(lambda seconds: NOW - timedelta(seconds=seconds)),
)


@st.composite
def procedures(draw: st.DrawFn) -> Procedure:
    kind = draw(st.sampled_from(ProcedureKind))
    names = [step.name for step in STEPS[kind]]
    # Fewer than there are: begun by a version that knew fewer steps.
    known = draw(st.integers(0, len(names)))
    steps = tuple(draw(records).model_copy(update={"name": name}) for name in names[:known])
    return procedure(
        kind,
        phase=draw(st.sampled_from(ProcedurePhase)),
        steps=steps,
        status={"retries_seen": draw(st.integers(0, 2))},
        cancel=draw(st.booleans()),
        retries=draw(st.integers(0, 2)),
    )


@given(start=procedures(), outcomes=st.lists(st.booleans(), max_size=400))
def test_from_any_recorded_status_the_engine_reaches_a_final_phase(start: Procedure, outcomes: list[bool]) -> None:
    now, current, answers = NOW, start, iter(outcomes)
    for _ in range(600):
        move = next_move(current, now)
        if isinstance(move, Rest):
            break
        if isinstance(move, Wait):
            assert now < move.until <= now + backoff(MAX_ATTEMPTS + 2)
            now = move.until
            continue
        current = current.model_copy(update={"status": played(current, move, now, next(answers, True))})
    assert isinstance(next_move(current, now), Rest)
    assert current.status.phase.final
    if current.status.phase is ProcedurePhase.SUCCEEDED and start.status.phase is not ProcedurePhase.SUCCEEDED:
        steps = STEPS[current.spec.kind]
        assert all(recorded(current.status, step).phase is StepPhase.DONE for step in steps)


def played(current: Procedure, move: Move, now: Any, well: bool) -> ProcedureStatus:
    """The status after a move, as the service records it."""
    match move:
        case Begin():
            return begun(current, now)
        case Retry():
            return retried(current)
        case Finish(phase, _):
            return current.status.model_copy(update={"phase": phase})
        case Undo(_, step, _):
            undone = recorded(current.status, step).model_copy(update={"phase": StepPhase.UNDONE})
            return with_step(current.status, undone)
        case Do(_, step, _):
            record = recorded(current.status, step)
            attempts = record.attempts + (record.phase is not StepPhase.RUNNING)
            update = {
                "phase": StepPhase.DONE if well else StepPhase.FAILED,
                "attempts": attempts,
                "finished_at": now,
            }
            return with_step(current.status, record.model_copy(update=update))
    raise AssertionError(move)
