"""One procedure at a time per tenant: who holds it, why, since when, and who has to wait."""

from dataclasses import dataclass
from datetime import datetime

from provisioning.procedure import Procedure
from provisioning.tenant import Lock, Tenant


@dataclass(frozen=True)
class Take:
    """Write this lock, then begin."""

    lock: Lock


@dataclass(frozen=True)
class Held:
    """The lock is ours already."""


@dataclass(frozen=True)
class Queue:
    """Somebody else holds it; the reason names them."""

    reason: str


def decide_lock(
    tenant: Tenant, procedure: Procedure, holder: Procedure | None, now: datetime
) -> Take | Held | Queue:
    """Whether the procedure may have it.

    `holder` is the procedure that the tenant's lock names, None when it does not exist any more. A holder
    that is gone or final has not let go because its operator died in between, so its lock is taken.
    """
    lock = tenant.status.lock
    name = procedure.metadata.name
    wanted = Lock(holder=name, reason=describe(procedure), since=now)
    if lock is None:
        return Take(wanted)
    if lock.holder == name:
        return Held()
    if holder is None or holder.status.phase.final:
        return Take(wanted)
    return Queue(f"waiting for {lock.holder} ({lock.reason}, since {lock.since:%Y-%m-%d %H:%M:%S} UTC)")


def describe(procedure: Procedure) -> str:
    """What the procedure is for, in a few words for people."""
    text = f"{procedure.spec.kind.value} by {procedure.spec.requested_by}"
    return f"{text}: {procedure.spec.reason}" if procedure.spec.reason else text
