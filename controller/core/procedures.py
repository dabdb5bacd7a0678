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
    """A person asked to take a failed procedure up again: failed steps become pending."""

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
        if status.phase is ProcedurePhase.FAILED and procedure.spec.retries > status.retries_seen:
            return Retry(f"retry {procedure.spec.retries} was asked for")
        return Rest(f"already {status.phase.value}")
    if status.phase is ProcedurePhase.QUEUED:
        if procedure.spec.cancel:
            return Finish(ProcedurePhase.CANCELLED, "cancelled before it began")
        return Begin("its turn")
    steps = STEPS[procedure.spec.kind]
    if procedure.spec.cancel and not _passed_no_return(steps, status):
        return _next_undo(steps, status)
    return _next_do(steps, status, now)


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
    again_at = (record.finished_at or now) + backoff(record.attempts)
    if again_at > now:
        return Wait(again_at, f"{step.name} is tried again after a pause: {record.message}")
    return Do(index, step, f"attempt {record.attempts + 1} after: {record.message}")


def _next_undo(steps: tuple[StepSpec, ...], status: ProcedureStatus) -> Move:
    for index in range(len(steps) - 1, -1, -1):
        if recorded(status, steps[index]).phase in (StepPhase.DONE, StepPhase.RUNNING, StepPhase.FAILED):
            return Undo(index, steps[index], "the procedure was cancelled")
    return Finish(ProcedurePhase.CANCELLED, "cancelled, and what it did is undone")


def _passed_no_return(steps: tuple[StepSpec, ...], status: ProcedureStatus) -> bool:
    return any(
        step.point_of_no_return and recorded(status, step).phase is not StepPhase.PENDING for step in steps
    )


def recorded(status: ProcedureStatus, step: StepSpec) -> StepStatus:
    """The recorded progress of a step; Pending when nothing is recorded."""
    return next((record for record in status.steps if record.name == step.name), StepStatus(name=step.name))


def with_step(status: ProcedureStatus, changed: StepStatus) -> ProcedureStatus:
    """The status with one step's record replaced, and progress such as `3/8 database` to match."""
    steps = tuple(changed if record.name == changed.name else record for record in status.steps)
    done = sum(record.phase is StepPhase.DONE for record in steps)
    return status.model_copy(update={"steps": steps, "progress": f"{done}/{len(steps)} {changed.name}"})


def begun(procedure: Procedure, now: datetime, generation: int) -> ProcedureStatus:
    """The status of a procedure whose lock has just been taken."""
    return ProcedureStatus(
        phase=ProcedurePhase.RUNNING,
        message="running",
        progress=f"0/{len(STEPS[procedure.spec.kind])}",
        steps=tuple(StepStatus(name=step.name) for step in STEPS[procedure.spec.kind]),
        retries_seen=procedure.spec.retries,
        operator_generation=generation,
        observed_generation=procedure.metadata.generation,
        started_at=now,
        outputs=procedure.status.outputs,
    )


def retried(procedure: Procedure, generation: int) -> ProcedureStatus:
    """The status in which a failed procedure is taken up again, where it stopped."""
    status = procedure.status
    steps = tuple(
        record.model_copy(update={"phase": StepPhase.PENDING, "attempts": 0})
        if record.phase is StepPhase.FAILED
        else record
        for record in status.steps
    )
    return status.model_copy(
        update={
            "phase": ProcedurePhase.QUEUED if not steps else ProcedurePhase.RUNNING,
            "steps": steps,
            "retries_seen": procedure.spec.retries,
            "operator_generation": generation,
            "finished_at": None,
            "message": "taken up again",
        }
    )
