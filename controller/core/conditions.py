"""Turns what was observed of a tenant into conditions, and conditions into one word for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from controller.core.lifecycle import Decision, Hold
from controller.errors import Unknown
from provisioning.meta import Condition, ConditionStatus
from provisioning.procedure import Procedure, ProcedureKind
from provisioning.tenant import Tenant, TenantPhase

PROVISIONED = "Provisioned"
ACCEPTED = "Accepted"
AVAILABLE = "Available"
PROGRESSING = "Progressing"
AS_DECLARED = "AsDeclared"

BETWEEN = "; "
"""Stands between differences in the condition's message, and in none of them."""


@dataclass(frozen=True)
class Replicas:
    """Pods of one Deployment: ready to serve, and wanted."""

    ready: int
    desired: int


@dataclass(frozen=True)
class Serving:
    """What was seen of a tenant's workloads. None means absent, Unknown that the read failed."""

    web: Replicas | Unknown | None
    route_accepted: bool | Unknown | None


def conditions(
    tenant: Tenant,
    decision: Decision,
    running: Procedure | Unknown | None,
    serving: Serving,
    drift: Sequence[str] | Unknown | None = None,
) -> tuple[Condition, ...]:
    """The tenant's conditions as they follow from this pass, without transition times.

    `drift` is what differs from the declaration; None when this pass did not look, so that what was known stays.
    """
    found = (
        _accepted(decision),
        _provisioned(tenant),
        _available(tenant, serving),
        _progressing(running),
    )
    known = () if drift is not None else [each for each in tenant.status.conditions if each.type == AS_DECLARED]
    looked = () if drift is None else (_as_declared(drift),)
    generation = tenant.metadata.generation
    current = [condition.model_copy(update={"observed_generation": generation}) for condition in (*found, *looked)]
    return (*current, *known)


def _accepted(decision: Decision) -> Condition:
    if isinstance(decision, Hold) and decision.failed:
        return _condition(ACCEPTED, ConditionStatus.FALSE, "NeedsAttention", decision.reason)
    return _condition(ACCEPTED, ConditionStatus.TRUE, "Accepted", "")


def _provisioned(tenant: Tenant) -> Condition:
    if tenant.status.applied is None:
        return _condition(PROVISIONED, ConditionStatus.FALSE, "NotYet", "not provisioned yet")
    return _condition(PROVISIONED, ConditionStatus.TRUE, "Provisioned", "")


def _available(tenant: Tenant, serving: Serving) -> Condition:
    applied = tenant.status.applied
    if applied is not None and applied.suspended:
        return _condition(AVAILABLE, ConditionStatus.FALSE, "Suspended", "suspended on request")
    for unknown in (serving.web, serving.route_accepted):
        if isinstance(unknown, Unknown):
            return _condition(AVAILABLE, ConditionStatus.UNKNOWN, "ReadFailed", unknown.reason)
    if serving.web is None or isinstance(serving.web, Unknown):
        return _condition(AVAILABLE, ConditionStatus.FALSE, "NoWorkloads", "there is no web Deployment")
    if not serving.route_accepted:
        return _condition(AVAILABLE, ConditionStatus.FALSE, "NoRoute", "the gateway has not accepted the route")
    if serving.web.ready == 0:
        return _condition(AVAILABLE, ConditionStatus.FALSE, "NoReadyPod", "no web pod is ready")
    if serving.web.ready < serving.web.desired:
        some = f"{serving.web.ready} of {serving.web.desired} web pods are ready"
        return _condition(AVAILABLE, ConditionStatus.TRUE, "FewerPods", some)
    return _condition(AVAILABLE, ConditionStatus.TRUE, "Serving", "")


def _progressing(running: Procedure | Unknown | None) -> Condition:
    if isinstance(running, Unknown):
        return _condition(PROGRESSING, ConditionStatus.UNKNOWN, "ReadFailed", running.reason)
    if running is None:
        return _condition(PROGRESSING, ConditionStatus.FALSE, "Idle", "")
    progress = f"{running.metadata.name}: {running.status.progress} {running.status.message}".strip()
    return _condition(PROGRESSING, ConditionStatus.TRUE, running.spec.kind.value, progress)


def _as_declared(drift: Sequence[str] | Unknown) -> Condition:
    if isinstance(drift, Unknown):
        return _condition(AS_DECLARED, ConditionStatus.UNKNOWN, "ReadFailed", drift.reason)
    if drift:
        return _condition(AS_DECLARED, ConditionStatus.FALSE, "Drifted", BETWEEN.join(drift))
    return _condition(AS_DECLARED, ConditionStatus.TRUE, "Same", "")


def told_drift(tenant: Tenant) -> list[str] | Unknown:
    """What the operator last found to differ in this tenant; Unknown when it could not look, or has not yet."""
    found = next((each for each in tenant.status.conditions if each.type == AS_DECLARED), None)
    if found is None:
        return Unknown("the operator has not looked at its configuration and modules yet")
    if found.status is ConditionStatus.UNKNOWN:
        return Unknown(found.message)
    return [] if found.status is ConditionStatus.TRUE else found.message.split(BETWEEN)


def _condition(kind: str, status: ConditionStatus, reason: str, message: str) -> Condition:
    return Condition(type=kind, status=status, reason=reason, message=message)


def with_transition_times(
    new: Sequence[Condition], old: Sequence[Condition], now: datetime
) -> tuple[Condition, ...]:
    """Keeps the time of each condition whose status did not change; `now`, in UTC, for the others."""
    before = {condition.type: condition for condition in old}

    def since(condition: Condition) -> datetime:
        previous = before.get(condition.type)
        same = previous is not None and previous.status is condition.status
        return (previous.last_transition_time if same and previous else None) or now

    return tuple(c.model_copy(update={"last_transition_time": since(c)}) for c in new)


def phase(tenant: Tenant, running: Procedure | Unknown | None, found: Sequence[Condition]) -> TenantPhase:
    """One word for the whole."""
    by_type = {condition.type: condition for condition in found}
    applied = tenant.status.applied
    if tenant.metadata.deletion_timestamp is not None:
        return TenantPhase.DELETING
    if by_type[ACCEPTED].status is ConditionStatus.FALSE:
        return TenantPhase.FAILED if applied is None else TenantPhase.DEGRADED
    if applied is None:
        if isinstance(running, Unknown):
            return TenantPhase.UNKNOWN
        making = running is not None and running.spec.kind in (ProcedureKind.CREATE, ProcedureKind.CLONE)
        return TenantPhase.PROVISIONING if making else TenantPhase.PENDING
    if applied.suspended:
        return TenantPhase.SUSPENDED
    available = by_type[AVAILABLE]
    if available.status is ConditionStatus.UNKNOWN:
        return TenantPhase.UNKNOWN
    if available.status is ConditionStatus.FALSE or available.reason == "FewerPods":
        return TenantPhase.DEGRADED
    return TenantPhase.READY
