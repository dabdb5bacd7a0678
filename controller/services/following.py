"""Follows the procedure that carries out a change, until it is over or the time is up."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from controller.core.deadline import Deadline
from controller.core.lifecycle import Converge, decide
from controller.core.ports import Clock, Kube
from controller.core.proposals import started_by
from controller.errors import DeadlineError, ShopfleetError, UnavailableError
from controller.services.changes import Submitted
from controller.services.resources import Resources
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant, TenantPhase

POLL_SECONDS = 1.0
"""Between two looks: a person notices no delay, and a hundred people waiting are no load."""

PATIENCE_SECONDS = 20.0
"""By when an operator that runs has begun; a new leader needs 15 s to take over."""

NO_ANSWER_SECONDS = 60.0
"""How long an API server may give no answer before we give up watching: longer than its own restart."""

SERVING = {TenantPhase.READY, TenantPhase.DEGRADED, TenantPhase.FAILED, TenantPhase.UNKNOWN}
"""Phases of a tenant that is meant to serve, well or not."""


@dataclass(frozen=True)
class Seen:
    """One look. `procedure` is None while the operator has not begun."""

    procedure: Procedure | None
    note: str = ""


@dataclass(frozen=True)
class Pursuit:
    """What is followed: how to find it, the command that shows how it goes on, and until when to look.

    `over` says that there never will be a procedure: a tenant for which nothing was made is let go without one,
    and a change that was refused may be taken back.
    """

    find: Callable[[], Procedure | None]
    how_to_watch: str
    deadline: Deadline
    over: Callable[[], bool] = lambda: False


def of_change(kube: Kube, submitted: Submitted, deadline: Deadline) -> Pursuit:
    """The procedure that a submitted change leads to."""
    resources, tenant = Resources(kube.within(deadline)), submitted.tenant
    if submitted.procedure is not None:
        return of_procedure(kube, submitted.procedure, tenant.metadata.namespace, deadline)
    return Pursuit(
        find=lambda: started_by(tenant, submitted.kind, resources.procedures_of(tenant)),
        how_to_watch=f"watch it: shopfleet procedure list --tenant {tenant.metadata.name}",
        deadline=deadline,
        over=lambda: _needs_none(resources, submitted),
    )


def of_procedure(kube: Kube, name: str, namespace: str | None, deadline: Deadline) -> Pursuit:
    """A procedure whose name is known."""
    resources = Resources(kube.within(deadline))
    return Pursuit(
        find=lambda: resources.find(Procedure, name, namespace),
        how_to_watch=f"watch it: shopfleet procedure show {name} --follow",
        deadline=deadline,
    )


def follow(pursuit: Pursuit) -> Iterator[Seen]:
    """One look a second; the last one shows the procedure's end, if there is a procedure.

    Raises DeadlineError when the time is up, UnavailableError when the API server stays silent. The work goes on
    in both cases.
    """
    clock = pursuit.deadline.clock
    begun = clock.monotonic()
    try:
        yield from _looks(pursuit)
    except DeadlineError as error:
        passed = clock.monotonic() - begun
        raise DeadlineError(
            f"not done after {passed:.0f} s; the work goes on", hint=pursuit.how_to_watch
        ) from error


def _looks(pursuit: Pursuit) -> Iterator[Seen]:
    clock = pursuit.deadline.clock
    begun = last_answer = clock.monotonic()
    while True:
        now = clock.monotonic()
        try:
            seen = Seen(pursuit.find())
            last_answer = now
            if seen.procedure is None and pursuit.over():
                return
        except UnavailableError as error:
            if now - last_answer > NO_ANSWER_SECONDS:
                raise UnavailableError(
                    f"no answer for {NO_ANSWER_SECONDS:.0f} s; what was asked for is not lost, only no longer "
                    f"watched: {error.message}",
                    hint=f"once it answers, {pursuit.how_to_watch}",
                ) from error
            seen = Seen(None, f"no answer, trying again: {error.message}")
        if seen.procedure is None and not seen.note and now - begun > PATIENCE_SECONDS:
            seen = Seen(None, "no operator has taken it up yet; is one running? See: shopfleet doctor")
        yield seen
        if seen.procedure is not None and is_over(seen.procedure):
            return
        pursuit.deadline.wait(POLL_SECONDS)


def until_gone(kube: Kube, clock: Clock, tenant: Tenant) -> bool:
    """Wait until a deleted tenant is let go, so that its name is free when we say that it is gone."""
    resources = Resources(kube)
    return _soon(Deadline.after(clock, PATIENCE_SECONDS), lambda: _is_gone(resources, tenant))


def _soon(deadline: Deadline, holds: Callable[[], bool]) -> bool:
    """Whether it holds by then; an API server that gives no answer may give one until then."""
    while deadline.remaining() > 0:
        with suppress(UnavailableError):
            if holds():
                return True
        deadline.clock.sleep(POLL_SECONDS / 2)
    return False


def _needs_none(resources: Resources, submitted: Submitted) -> bool:
    """Whether the operator has seen the change and has nothing to do for it."""
    asked = submitted.tenant
    if submitted.kind is ProcedureKind.DELETE:
        return _is_gone(resources, asked)
    found = resources.find(Tenant, asked.metadata.name, asked.metadata.namespace)
    if found is None or found.status.observed_generation < asked.metadata.generation:
        return False
    return isinstance(decide(found, resources.procedures_of(found)), Converge)


def _is_gone(resources: Resources, tenant: Tenant) -> bool:
    found = resources.find(Tenant, tenant.metadata.name, tenant.metadata.namespace)
    return found is None or found.metadata.uid != tenant.metadata.uid


def until_settled(kube: Kube, clock: Clock, tenant: Tenant, *, suspended: bool) -> None:
    """Wait until the tenant's status tells what its procedure brought about; not for ever, as it only tells."""
    expected = {TenantPhase.SUSPENDED} if suspended else SERVING
    resources = Resources(kube)

    def told() -> bool:
        found = resources.find(Tenant, tenant.metadata.name, tenant.metadata.namespace)
        return found is None or (found.status.phase in expected and found.status.lock is None)

    _soon(Deadline.after(clock, PATIENCE_SECONDS / 2), told)


def is_over(procedure: Procedure) -> bool:
    """Whether nothing more will happen; a retry that was asked for but not begun is still to come."""
    status = procedure.status
    return status.phase.final and (
        status.phase is ProcedurePhase.SUCCEEDED or procedure.spec.retries <= status.retries_seen
    )


def outcome(procedure: Procedure) -> None:
    """Raises ShopfleetError when a finished procedure did not succeed, with what to do next."""
    name, status = procedure.metadata.name, procedure.status
    if status.phase is ProcedurePhase.FAILED:
        raise ShopfleetError(
            f"{name} failed: {status.message}", hint=f"mend the cause, then: shopfleet procedure retry {name}"
        )
    if status.phase is ProcedurePhase.CANCELLED:
        raise ShopfleetError(f"{name} was cancelled: {status.message}")
