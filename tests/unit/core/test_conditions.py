"""Conditions and phase: absent, unknown and zero are three things."""

from datetime import timedelta

import pytest

from controller.core.conditions import (
    ACCEPTED,
    AVAILABLE,
    PROGRESSING,
    PROVISIONED,
    Replicas,
    Serving,
    conditions,
    phase,
    with_transition_times,
)
from controller.core.lifecycle import Converge, Decision, Hold
from controller.errors import Unknown
from provisioning.meta import Condition, ConditionStatus
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import AppliedSpec, Tenant, TenantPhase
from tests.support.samples import NOW, procedure, tenant, tenant_spec

TRUE, FALSE, UNKNOWN = ConditionStatus.TRUE, ConditionStatus.FALSE, ConditionStatus.UNKNOWN
SETTLED, WELL = Converge("spec and applied state agree"), Serving(Replicas(2, 2), True)
SUSPENDED = AppliedSpec.of(tenant_spec(suspended=True))
CREATING = procedure(ProcedureKind.CREATE, phase=ProcedurePhase.RUNNING)
BROKEN = Unknown("the API server gave no answer")


def found(
    subject: Tenant,
    serving: Serving = WELL,
    decision: Decision = SETTLED,
    running: Procedure | Unknown | None = None,
) -> dict[str, Condition]:
    return {each.type: each for each in conditions(subject, decision, running, serving)}


AVAILABILITY = [
    (Serving(Replicas(2, 2), True), TRUE, "Serving"),
    (Serving(Replicas(1, 2), True), TRUE, "FewerPods"),
    (Serving(Replicas(0, 2), True), FALSE, "NoReadyPod"),
    (Serving(Replicas(2, 2), False), FALSE, "NoRoute"),
    (Serving(Replicas(2, 2), None), FALSE, "NoRoute"),
    (Serving(None, None), FALSE, "NoWorkloads"),
    (Serving(BROKEN, True), UNKNOWN, "ReadFailed"),
    (Serving(Replicas(2, 2), BROKEN), UNKNOWN, "ReadFailed"),
]


@pytest.mark.parametrize(("serving", "status", "reason"), AVAILABILITY)
def test_available(serving: Serving, status: ConditionStatus, reason: str) -> None:
    condition = found(tenant(), serving)[AVAILABLE]
    assert (condition.status, condition.reason) == (status, reason)


def test_a_suspended_tenant_is_not_available_whatever_its_pods() -> None:
    assert found(tenant(applied=SUSPENDED))[AVAILABLE].reason == "Suspended"


def test_provisioned() -> None:
    assert found(tenant())[PROVISIONED].status is TRUE
    assert found(tenant(applied=False))[PROVISIONED].status is FALSE


def test_accepted_unless_it_needs_a_person() -> None:
    assert found(tenant(), decision=Hold("waits"))[ACCEPTED].status is TRUE
    condition = found(tenant(), decision=Hold("mend it", failed=True))[ACCEPTED]
    assert (condition.status, condition.message) == (FALSE, "mend it")


def test_progressing_says_what_runs() -> None:
    assert found(tenant())[PROGRESSING].status is FALSE
    running = procedure(phase=ProcedurePhase.RUNNING, status={"progress": "3/8 database", "message": "copying"})
    condition = found(tenant(), running=running)[PROGRESSING]
    assert (condition.status, condition.reason) == (TRUE, "Create")
    assert condition.message == "rua-create: 3/8 database copying"


def test_unreadable_procedures_are_not_idleness() -> None:
    condition = found(tenant(), running=BROKEN)[PROGRESSING]
    assert (condition.status, condition.message) == (UNKNOWN, BROKEN.reason)


def test_every_condition_says_which_generation_it_is_about() -> None:
    assert {each.observed_generation for each in found(tenant(generation=4)).values()} == {4}


PHASES = [
    ("serving", tenant(), WELL, SETTLED, None, TenantPhase.READY),
    ("fewer pods", tenant(), Serving(Replicas(1, 2), True), SETTLED, None, TenantPhase.DEGRADED),
    ("no pod", tenant(), Serving(Replicas(0, 2), True), SETTLED, None, TenantPhase.DEGRADED),
    ("unknown", tenant(), Serving(BROKEN, BROKEN), SETTLED, None, TenantPhase.UNKNOWN),
    ("suspended", tenant(applied=SUSPENDED), Serving(Replicas(0, 0), True), SETTLED, None, TenantPhase.SUSPENDED),
    ("new", tenant(applied=False), Serving(None, None), SETTLED, None, TenantPhase.PENDING),
    ("being made", tenant(applied=False), Serving(None, None), SETTLED, CREATING, TenantPhase.PROVISIONING),
    ("unread", tenant(applied=False), Serving(None, None), Hold("x"), BROKEN, TenantPhase.UNKNOWN),
    ("failed", tenant(applied=False), Serving(None, None), Hold("x", failed=True), None, TenantPhase.FAILED),
    ("needs a person", tenant(), WELL, Hold("x", failed=True), None, TenantPhase.DEGRADED),
    ("goes", tenant(deleting=True), WELL, Hold("x", failed=True), None, TenantPhase.DELETING),
]


@pytest.mark.parametrize("case", PHASES, ids=[case[0] for case in PHASES])
def test_phase(case: tuple[str, Tenant, Serving, Decision, Procedure | Unknown | None, TenantPhase]) -> None:
    _, subject, serving, decision, running, expected = case
    assert phase(subject, running, conditions(subject, decision, running, serving)) is expected


def condition(status: ConditionStatus, minutes_ago: int | None) -> Condition:
    time = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    return Condition(type=AVAILABLE, status=status, reason="Because", last_transition_time=time)


@pytest.mark.parametrize(
    ("before", "expected_minutes_ago"),
    [([], 0), ([condition(TRUE, 7)], 7), ([condition(FALSE, 7)], 0), ([condition(TRUE, None)], 0)],
    ids=["new", "same", "changed", "without a time"],
)
def test_transition_times(before: list[Condition], expected_minutes_ago: int) -> None:
    (result,) = with_transition_times([condition(TRUE, None)], before, NOW)
    assert result.last_transition_time == NOW - timedelta(minutes=expected_minutes_ago)
