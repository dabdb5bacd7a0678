"""Decides the next move of a procedure from its recorded progress alone; any operator can take it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.core.catalogue import STEPS, StepSpec
from provisioning.procedure import Procedure, ProcedurePhase, ProcedureStatus, StepPhase, StepStatus

# A failing step is tried again by itself this often, waiting longer each time; then a person decides. Eight
# attempts span 4 minutes: longer than a database failover (28 s) or the restart of a node's runtime.
MAX_ATTEMPTS = 8
FIRST_BACKOFF = timedelta(seconds=2)


@dataclass(frozen=True)
class Begin:
    """Take the lock and record all steps as pending."""

    reason: str


@dataclass(frozen=True)
class Do:
    """Run this step: from the start, again after a failure, or once more after an interruption."""

    index: int
    step: StepSpec
    reason: str


@dataclass(frozen=True)
class Undo:
    """Take back what this step did."""

    index: int
    step: StepSpec
    reason: str


@dataclass(frozen=True)
class Wait:
    """Nothing to do before this time."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Finish:
    """Record the final phase and release the lock."""

    phase: ProcedurePhase
    reason: str


@dataclass(frozen=True)
class Retry:
    """A person asked to take a failed or cancelled procedure up again: it queues for the lock once more."""

    reason: str


@dataclass(frozen=True)
class Rest:
    """The procedure is final; nothing to do."""

    reason: str


Move = Begin | Do | Undo | Wait | Finish | Retry | Rest


def backoff(attempts: int) -> timedelta:
    """Pause after this many failed attempts: 2 s, 4 s, 8 s …"""
    factor: int = 2 ** max(attempts - 1, 0)
    return FIRST_BACKOFF * factor


def next_move(procedure: Procedure, now: datetime) -> Move:
    """What to do next with this procedure, and why."""
    status = procedure.status
    if status.phase.final:
        if _can_be_retried(procedure):
            return Retry(f"retry {procedure.spec.retries} was asked for")
        return Rest(f"already {status.phase.value}")
    steps = STEPS[procedure.spec.kind]
    if status.phase is ProcedurePhase.QUEUED:
        # What an earlier attempt did can only be undone under the lock.
        if procedure.spec.cancel and not any(_touched(status, step) for step in steps):
            return Finish(ProcedurePhase.CANCELLED, "cancelled before it began")
        return Begin("its turn")
    if procedure.spec.cancel and not _passed_no_return(steps, status):
        return _next_undo(steps, status)
    return _next_do(steps, status, now)


def _can_be_retried(procedure: Procedure) -> bool:
    """A cancelled one only after its cancellation was taken back, or it would be undone again at once."""
    status, spec = procedure.status, procedure.spec
    if spec.retries <= status.retries_seen:
        return False
    return status.phase is ProcedurePhase.FAILED or (status.phase is ProcedurePhase.CANCELLED and not spec.cancel)


def _touched(status: ProcedureStatus, step: StepSpec) -> bool:
    return recorded(status, step).phase in (StepPhase.DONE, StepPhase.RUNNING, StepPhase.FAILED)


def _next_do(steps: tuple[StepSpec, ...], status: ProcedureStatus, now: datetime) -> Move:
    for index, step in enumerate(steps):
        record = recorded(status, step)
        if record.phase is StepPhase.DONE:
            continue
        if record.phase is StepPhase.FAILED:
            return _after_failure(index, step, record, now)
        if record.phase is StepPhase.RUNNING:
            return Do(index, step, "it was begun and has not been recorded as done")
        return Do(index, step, "next in order")
    return Finish(ProcedurePhase.SUCCEEDED, "all steps are done")


def _after_failure(index: int, step: StepSpec, record: StepStatus, now: datetime) -> Move:
    if record.attempts >= MAX_ATTEMPTS:
        return Finish(ProcedurePhase.FAILED, f"{step.name} failed: {record.message}")
    if record.finished_at is None:
        return Do(index, step, f"taken up again after: {record.message}")
    again_at = record.finished_at + backoff(record.attempts)
    if again_at > now:
        return Wait(again_at, f"{step.name} is tried again after a pause: {record.message}")
    return Do(index, step, f"attempt {record.attempts + 1} after: {record.message}")


def _next_undo(steps: tuple[StepSpec, ...], status: ProcedureStatus) -> Move:
    for index in range(len(steps) - 1, -1, -1):
        if _touched(status, steps[index]):
            return Undo(index, steps[index], "the procedure was cancelled")
    return Finish(ProcedurePhase.CANCELLED, "cancelled, and what it did is undone")


def asks_before_undo(procedure: Procedure, step: StepSpec) -> bool:
    """Whether the guard is asked before this step is undone.

    Not of a step that it kept from running, of which nobody could notice anything. Nor once another undo has begun
    to disturb the shop: it would only be left half undone.
    """
    if not step.disruptive_undo or recorded(procedure.status, step).started_at is None:
        return False
    others = [recorded(procedure.status, each) for each in STEPS[procedure.spec.kind] if each.disruptive_undo]
    return all(record.phase is not StepPhase.UNDONE for record in others)


def _passed_no_return(steps: tuple[StepSpec, ...], status: ProcedureStatus) -> bool:
    return any(step.point_of_no_return and recorded(status, step).phase is not StepPhase.PENDING for step in steps)


def recorded(status: ProcedureStatus, step: StepSpec) -> StepStatus:
    """The recorded progress of a step; Pending when nothing is recorded."""
    return next((record for record in status.steps if record.name == step.name), StepStatus(name=step.name))


def with_step(status: ProcedureStatus, changed: StepStatus) -> ProcedureStatus:
    """The status with one step's record replaced, and progress such as `3/8 database` to match.

    A step that a newer version of the catalogue added since the procedure began is appended.
    """
    steps = tuple(changed if record.name == changed.name else record for record in status.steps)
    if changed not in steps:
        steps = (*steps, changed)
    done = sum(record.phase is StepPhase.DONE for record in steps)
    return status.model_copy(update={"steps": steps, "progress": f"{done}/{len(steps)} {changed.name}"})


def begun(procedure: Procedure, now: datetime) -> ProcedureStatus:
    """The status of a procedure whose lock has just been taken; progress of an earlier attempt is kept."""
    status = procedure.status
    steps = tuple(recorded(status, step) for step in STEPS[procedure.spec.kind])
    done = sum(record.phase is StepPhase.DONE for record in steps)
    return status.model_copy(
        update={
            "phase": ProcedurePhase.RUNNING,
            "message": "running",
            "progress": f"{done}/{len(steps)}",
            "steps": steps,
            "retries_seen": procedure.spec.retries,
            "observed_generation": procedure.metadata.generation,
            "started_at": status.started_at or now,
            "finished_at": None,
        }
    )


def retried(procedure: Procedure) -> ProcedureStatus:
    """The status in which a failed or cancelled procedure waits for the lock again, to go on where it stopped.

    A failed step stays recorded as failed, only with all its attempts back: it may have done half of its work,
    which a cancellation must still undo.
    """
    return procedure.status.model_copy(
        update={
            "phase": ProcedurePhase.QUEUED,
            "steps": tuple(_renewed(record) for record in procedure.status.steps),
            "retries_seen": procedure.spec.retries,
            "finished_at": None,
            "message": "taken up again",
        }
    )


def _renewed(record: StepStatus) -> StepStatus:
    if record.phase is StepPhase.FAILED:
        return record.model_copy(update={"attempts": 0, "finished_at": None})
    return StepStatus(name=record.name) if record.phase is StepPhase.UNDONE else record
