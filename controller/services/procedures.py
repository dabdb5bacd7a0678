"""The procedure engine: takes one procedure as far as it can go now, recording every move before and after.

Any operator can call `advance` at any time for any procedure. Each step may have been interrupted at any line
by the previous operator; steps are written so that doing them again is harmless, and every record is written
with the resource version that was read, so that an operator which lost its leadership overwrites nothing.

A step that is cut off, because the operator ends or a pass has no time left, has not failed: it stays recorded as
running, with the reason, and the next pass goes on with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from controller.core import guard, limits, locks
from controller.core.catalogue import StepSpec
from controller.core.lifecycle import brought_about
from controller.core.procedures import (
    MAX_ATTEMPTS,
    Begin,
    Do,
    Finish,
    Move,
    Rest,
    Retry,
    Undo,
    Wait,
    asks_before_undo,
    begun,
    next_move,
    recorded,
    retried,
    with_step,
)
from controller.errors import (
    CancelledError,
    CutOffError,
    DeadlineError,
    NotFoundError,
    RefusedError,
    ShopfleetError,
)
from controller.services.audit import Audit
from controller.services.guard import observe_guard
from controller.services.outside import Again, Outside
from controller.services.resources import Resources, about
from controller.services.steps.step import (
    Action,
    Cannot,
    Done,
    GoesWith,
    Later,
    Nothing,
    Outcome,
    Refuse,
    TakeBack,
    Work,
)
from provisioning.procedure import (
    Procedure,
    ProcedureKind,
    ProcedurePhase,
    ProcedureStatus,
    StepPhase,
    StepStatus,
)
from provisioning.tenant import Tenant

log = structlog.get_logger()

# How long a queued procedure waits before it looks at the lock again, should it miss the event.
QUEUE_POLL = timedelta(seconds=3)
# How long a cancelled procedure waits before it asks the guard again whether it may undo what it did: nobody tells
# us that a till is closed.
UNDO_POLL = timedelta(seconds=15)


class ProcedureService:
    """Runs procedures with the given actions, one per step name."""

    def __init__(self, outside: Outside, actions: Mapping[str, Action], audit: Audit) -> None:
        self._outside = outside
        self._resources = Resources(outside.kube)
        self._actions = actions
        self._audit = audit

    def advance(self, namespace: str, name: str) -> Again | None:
        """Make all moves that can be made now; says when to come back, None when nothing is left to do."""
        while True:
            procedure = self._resources.find(Procedure, name, namespace)
            if procedure is None:
                return None
            # For what adapters say as well.
            structlog.contextvars.bind_contextvars(**_about(procedure))
            move = next_move(procedure, self._outside.clock.now())
            if isinstance(move, Rest):
                return None
            again = self._make(procedure, move)
            if again is not None:
                return again

    def _make(self, procedure: Procedure, move: Move) -> Again | None:
        match move:
            case Begin():
                return self._begin(procedure)
            case Do(_, step, reason):
                return self._do(procedure, step, reason)
            case Undo(_, step, reason):
                return self._undo(procedure, step, reason)
            case Wait(until, reason):
                pause = (until - self._outside.clock.now()).total_seconds()
                return Again(max(pause, 0.0), reason)
            case Retry():
                self._write(procedure, retried(procedure))
                return None
            case Finish(phase, reason):
                self._finish(procedure, phase, reason)
                return None
            case Rest():
                return None

    def _begin(self, procedure: Procedure) -> Again | None:
        try:
            queued = self._take_lock(procedure)
        except NotFoundError as error:
            # Without an end it would wait for ever, and hold up a new tenant of the same name.
            self._finish(procedure, ProcedurePhase.FAILED, error.message)
            return None
        if queued is not None:
            if procedure.status.message != queued.reason:
                self._write(procedure, procedure.status.model_copy(update={"message": queued.reason}))
            return Again(QUEUE_POLL.total_seconds(), queued.reason)
        now = self._outside.clock.now()
        self._audit.procedure(procedure, "begun", "")
        self._write(procedure, begun(procedure, now))
        return None

    def _take_lock(self, procedure: Procedure) -> locks.Queue | None:
        tenant = self._locked_tenant(procedure)
        if tenant is None:
            return None
        holder = None
        if tenant.status.lock is not None:
            holder = self._resources.find(Procedure, tenant.status.lock.holder, tenant.metadata.namespace)
        verdict = locks.decide_lock(tenant, procedure, holder, self._outside.clock.now())
        if isinstance(verdict, locks.Queue):
            return verdict
        if isinstance(verdict, locks.Take):
            lock = verdict.lock.model_dump(mode="json", by_alias=True)
            self._resources.write_tenant_status(tenant, {"lock": lock})
        return None

    def _locked_tenant(self, procedure: Procedure) -> Tenant | None:
        """The tenant whose lock the procedure needs; templates have none, their name alone is the lock."""
        if procedure.spec.kind is ProcedureKind.BUILD_TEMPLATE:
            return None
        return self._resources.tenant_of(procedure)

    def _do(self, procedure: Procedure, step: StepSpec, reason: str) -> Again | None:
        record = recorded(procedure.status, step)
        if record.phase is not StepPhase.RUNNING:
            objection = self._objection(procedure, step, step.name) if step.disruptive else None
            if objection is not None:
                attempts = record.attempts + 1 if objection.passing else MAX_ATTEMPTS
                self._record_failure(procedure, record, f"{objection.reason}; {objection.hint}", attempts)
                return None
            log.info("step begins", step=step.name, reason=reason, **_about(procedure))
            record = record.model_copy(
                update={
                    "phase": StepPhase.RUNNING,
                    "attempts": record.attempts + 1,
                    "started_at": self._outside.clock.now(),
                    "finished_at": None,
                }
            )
            procedure = self._write(procedure, with_step(procedure.status, record))
        elif procedure.status.operator_generation != self._outside.effects.generation:
            # Claim an interrupted step before touching anything, so that its former operator cannot go on: every
            # write puts our own number into the status.
            procedure = self._write(procedure, procedure.status.model_copy(update={"message": reason}))
        return self._run(procedure, step, record)

    def _run(self, procedure: Procedure, step: StepSpec, record: StepStatus) -> Again | None:
        try:
            outcome = self._perform(procedure, step)
        except CancelledError as error:
            self._record_cut(procedure, step, error)
            raise
        except DeadlineError as error:
            return self._later(
                procedure, step, record, f"{step.name} goes on in the next pass: {error.message}", 0.0
            )
        except CutOffError:
            raise
        except ShopfleetError as error:
            hint = f" ({error.hint})" if error.hint else ""
            # A refusal is the same however often one asks; only its cause can be mended, by a person.
            attempts = MAX_ATTEMPTS if isinstance(error, RefusedError) else record.attempts
            self._record_failure(procedure, record, f"{error.message}{hint}", attempts)
            return None
        except Exception as error:
            # Recorded like any failure, or the procedure would seem to run for ever. The text of an unexpected
            # error may hold anything, a secret too, so only its name is shown.
            log.exception("defect in a step", step=step.name, **_about(procedure))
            what = f"defect: {type(error).__name__}; the operator's log has the details"
            self._record_failure(procedure, record, what, record.attempts)
            return None
        match outcome:
            case Done(message, outputs):
                self._record_done(procedure, record, message, outputs)
                return None
            case Refuse(reason):
                self._record_failure(procedure, record, reason, MAX_ATTEMPTS)
                return None
            case Later(reason, seconds):
                return self._later(procedure, step, record, reason, seconds)

    def _perform(self, procedure: Procedure, step: StepSpec) -> Outcome:
        action = self._actions[step.name]
        work = self._work(procedure, step)
        outcome = action.do(work)
        if isinstance(outcome, Done) and action.check is not None:
            if outcome.outputs:
                outputs = {**procedure.status.outputs, **outcome.outputs}
                status = procedure.status.model_copy(update={"outputs": outputs})
                work = replace(work, procedure=procedure.model_copy(update={"status": status}))
            wrong = action.check(work)
            if wrong is not None:
                return Refuse(f"after {step.name}: {wrong}")
        return outcome

    def _work(self, procedure: Procedure, step: StepSpec) -> Work:
        """For one go of the step: it may take as long as the step may wait, or what is left of the pass.

        Not what is left of the step, or nobody could finish what an operator began that was away for long.
        """
        outside = self._outside.within(self._outside.deadline.sooner(step.deadline.total_seconds()))
        return Work(outside, Resources(outside.kube), procedure)

    def _later(
        self, procedure: Procedure, step: StepSpec, record: StepStatus, reason: str, seconds: float
    ) -> Again | None:
        now = self._outside.clock.now()
        if record.started_at is not None and now - record.started_at > step.deadline:
            minutes = int(step.deadline.total_seconds() // 60)
            self._record_failure(procedure, record, f"not done after {minutes} min: {reason}", MAX_ATTEMPTS)
            return None
        if procedure.status.message != reason:
            self._write(procedure, procedure.status.model_copy(update={"message": reason}))
        return Again(seconds, reason)

    def _undo(self, procedure: Procedure, step: StepSpec, reason: str) -> Again | None:
        if asks_before_undo(procedure, step):
            objection = self._objection(procedure, step, f"{step.name} is undone")
            if objection is not None:
                what = f"{objection.reason}; {objection.hint}"
                return self._undo_later(procedure, step, what, UNDO_POLL.total_seconds(), warning=True)
        log.info("step is undone", step=step.name, reason=reason, **_about(procedure))
        undo = self._actions[step.name].undo
        if not isinstance(undo, Nothing | GoesWith | Cannot):
            later = self._take_back(procedure, step, undo)
            if later is not None:
                return self._undo_later(procedure, step, later.reason, later.seconds, warning=False)
        record = recorded(procedure.status, step).model_copy(
            update={"phase": StepPhase.UNDONE, "finished_at": self._outside.clock.now()}
        )
        self._write(procedure, with_step(procedure.status, record))
        return None

    def _undo_later(
        self, procedure: Procedure, step: StepSpec, reason: str, seconds: float, *, warning: bool
    ) -> Again:
        """No attempts are counted: half undone it cannot end, whatever it waits for."""
        message = f"{step.name} is not undone yet: {reason}"
        if procedure.status.message != message:
            written = self._write(procedure, procedure.status.model_copy(update={"message": message}))
            if warning:
                self._parting.kube.event(about(written), "UndoWaits", message, warning=True)
        return Again(seconds, message)

    def _take_back(self, procedure: Procedure, step: StepSpec, undo: TakeBack) -> Later | None:
        """Raises what kept it from being undone, after saying so: it is tried again for as long as it takes."""
        try:
            return undo(self._work(procedure, step))
        except CancelledError as error:
            self._record_cut(procedure, step, error)
            raise
        except CutOffError:
            raise
        except ShopfleetError as error:
            message = f"{step.name} cannot be undone yet: {error.message}"
            if procedure.status.message != message:
                self._write(procedure, procedure.status.model_copy(update={"message": message}))
            raise

    def _objection(self, procedure: Procedure, step: StepSpec, what: str) -> guard.NoGo | None:
        """What the guard says against it now. That somebody overrode it is recorded before anything happens."""
        verdict = guard.ask(observe_guard(self._outside, self._resources, procedure))
        goes = isinstance(verdict, guard.Go)
        log.info("the guard is asked", step=step.name, goes=goes, verdict=verdict.reason, **_about(procedure))
        if isinstance(verdict, guard.NoGo):
            return verdict
        if verdict.forced:
            self._audit.procedure(procedure, "forced", f"{what}: {verdict.reason}", step=what)
        return None

    def _record_done(
        self, procedure: Procedure, record: StepStatus, message: str, outputs: Mapping[str, str]
    ) -> None:
        now = self._outside.clock.now()
        done = record.model_copy(update={"phase": StepPhase.DONE, "message": message, "finished_at": now})
        status = with_step(procedure.status, done)
        merged = {**status.outputs, **outputs}
        self._write(procedure, status.model_copy(update={"outputs": merged, "message": message or "running"}))

    def _record_failure(self, procedure: Procedure, record: StepStatus, message: str, attempts: int) -> None:
        now = self._outside.clock.now()
        failed = record.model_copy(
            update={"phase": StepPhase.FAILED, "message": message, "finished_at": now, "attempts": attempts}
        )
        log.warning("step failed", step=record.name, error=message, **_about(procedure))
        status = with_step(procedure.status, failed).model_copy(update={"message": message})
        written = self._write(procedure, status)
        self._parting.kube.event(about(written), "StepFailed", f"{record.name}: {message}", warning=True)

    def _record_cut(self, procedure: Procedure, step: StepSpec, error: CancelledError) -> None:
        """Say why nothing moves until the next operator is there, which goes on even when it was not said."""
        message = f"{step.name} was cut off and goes on with the next operator: {error.message}"
        log.info("step is cut off", step=step.name, reason=error.message, **_about(procedure))
        try:
            self._write(procedure, procedure.status.model_copy(update={"message": message}))
        except ShopfleetError as unwritten:
            log.warning("cut not recorded", step=step.name, error=unwritten.message, **_about(procedure))

    def _finish(self, procedure: Procedure, phase: ProcedurePhase, reason: str) -> None:
        """The tenant first, then the procedure: after an interruption in between both are simply repeated."""
        if procedure.spec.kind is not ProcedureKind.BUILD_TEMPLATE:
            self._let_go(procedure, phase)
        now = self._outside.clock.now()
        self._audit.procedure(procedure, phase.value.lower(), _told(procedure, reason))
        final = procedure.status.model_copy(update={"phase": phase, "message": reason, "finished_at": now})
        written = self._write(procedure, final)
        failed = phase is ProcedurePhase.FAILED
        self._outside.kube.event(about(written), phase.value, reason, warning=failed)
        log.info("procedure ends", phase=phase.value, reason=reason, **_about(procedure))

    def _let_go(self, procedure: Procedure, phase: ProcedurePhase) -> None:
        try:
            tenant = self._resources.tenant_of(procedure)
        except NotFoundError:
            return
        changes: dict[str, object] = {}
        if tenant.status.lock is not None and tenant.status.lock.holder == procedure.metadata.name:
            changes["lock"] = None
        target = brought_about(tenant, procedure)
        if phase is ProcedurePhase.SUCCEEDED and target is not None:
            changes["applied"] = target.model_dump(mode="json", by_alias=True)
            if tenant.status.provisioned_at is None:
                changes["provisionedAt"] = self._outside.clock.now().isoformat()
        if changes:
            self._resources.write_tenant_status(tenant, changes)

    def _write(self, procedure: Procedure, status: ProcedureStatus) -> Procedure:
        return Resources(self._parting.kube).write_procedure_status(procedure, status)

    @property
    def _parting(self) -> Outside:
        """For records: what has happened is written down even when the pass is cut off or out of time."""
        return self._outside.within(self._outside.deadline.parting(limits.PARTING))


def _told(procedure: Procedure, reason: str) -> str:
    """The reason of a procedure's end, and what came of it: where a backup is, and what is wrong with it."""
    if procedure.spec.kind is ProcedureKind.BUILD_TEMPLATE:
        return reason
    return "; ".join([reason, *(f"{name}: {value}" for name, value in sorted(procedure.status.outputs.items()))])


def _about(procedure: Procedure) -> dict[str, str | None]:
    return {
        "procedure": procedure.metadata.name,
        "tenant": procedure.spec.tenant,
        "namespace": procedure.metadata.namespace,
        "request_id": procedure.spec.request_id,
    }
