"""One procedure at a time per tenant, and who waits knows for whom, why and since when."""

from datetime import timedelta

import pytest

from controller.core.locks import Held, Queue, Take, decide_lock, describe
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import Lock
from tests.support.samples import NOW, procedure, tenant

OURS = procedure(ProcedureKind.RENAME, "rua-rename-1", reason="new brand")
OTHER = procedure(ProcedureKind.SET_PLAN, "rua-setplan-1", phase=ProcedurePhase.RUNNING)
SINCE = NOW - timedelta(minutes=5)


def locked_by(holder: str):
    return tenant(status={"lock": Lock(holder=holder, reason="SetPlan by ana", since=SINCE)})


def test_a_free_tenant_is_taken() -> None:
    assert decide_lock(tenant(), OURS, None, NOW) == Take(
        Lock(holder="rua-rename-1", reason="Rename by ana: new brand", since=NOW)
    )


def test_what_is_ours_already_is_kept_with_its_time() -> None:
    assert decide_lock(locked_by("rua-rename-1"), OURS, OURS, NOW) == Held()


@pytest.mark.parametrize("phase", [ProcedurePhase.RUNNING, ProcedurePhase.QUEUED])
def test_a_live_holder_makes_us_wait_with_name_reason_and_time(phase: ProcedurePhase) -> None:
    holder = procedure(ProcedureKind.SET_PLAN, "rua-setplan-1", phase=phase)
    verdict = decide_lock(locked_by("rua-setplan-1"), OURS, holder, NOW)
    assert verdict == Queue("waiting for rua-setplan-1 (SetPlan by ana, since 2026-03-02 08:55:00 UTC)")


@pytest.mark.parametrize("phase", [phase for phase in ProcedurePhase if phase.final])
def test_a_final_holder_has_only_not_let_go(phase: ProcedurePhase) -> None:
    holder = OTHER.model_copy(update={"status": OTHER.status.model_copy(update={"phase": phase})})
    assert isinstance(decide_lock(locked_by("rua-setplan-1"), OURS, holder, NOW), Take)


def test_a_holder_that_is_gone_holds_nothing() -> None:
    assert isinstance(decide_lock(locked_by("rua-setplan-1"), OURS, None, NOW), Take)


def test_description_without_a_reason() -> None:
    assert describe(OTHER) == "SetPlan by ana"
