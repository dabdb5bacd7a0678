"""Two procedures at once: one waits, and says for whom, why and since when."""

from datetime import timedelta

import pytest

from controller.core.ports import Ref
from controller.errors import ConflictError, UnavailableError
from provisioning.meta import API_VERSION
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant, TenantPhase
from tests.support.world import NAMESPACE, World

ROTATE, SUSPEND, SET_PLAN = ProcedureKind.ROTATE_PASSWORD, ProcedureKind.SUSPEND, ProcedureKind.SET_PLAN


def busy() -> World:
    """A tenant whose plan is being changed, which takes long."""
    world = World()
    world.create()
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    return world


def test_the_holder_shows_in_the_tenant() -> None:
    world = busy()
    lock = world.tenant().status.lock
    assert lock is not None
    assert lock.holder == world.procedure(SET_PLAN).metadata.name
    assert lock.reason.startswith("SetPlan by kubectl: plan small → large")
    assert lock.since <= world.clock.now()


def test_the_second_one_queues_with_holder_reason_and_since_when() -> None:
    world = busy()
    world.ask(ROTATE, "rua-password-1")
    world.drive(seconds=60)
    waiting = world.procedure(ROTATE)
    lock = world.tenant().status.lock
    assert waiting.status.phase is ProcedurePhase.QUEUED
    since = f"{lock.since:%Y-%m-%d %H:%M:%S} UTC"
    assert waiting.status.message == (
        f"waiting for {lock.holder} (SetPlan by kubectl: plan small → large, since {since})"
    )


def test_it_goes_on_by_itself_when_the_first_one_is_done() -> None:
    world = busy()
    world.ask(ROTATE, "rua-password-1")
    world.drive(seconds=60)
    world.cluster.frozen = False
    world.drive()
    first, second = world.procedure(SET_PLAN), world.procedure(ROTATE)
    assert {first.status.phase, second.status.phase} == {ProcedurePhase.SUCCEEDED}
    assert first.status.finished_at <= second.status.started_at
    assert world.tenant().status.lock is None


def test_waiting_writes_nothing_again_and_again() -> None:
    world = busy()
    world.ask(ROTATE, "rua-password-1")
    world.drive(seconds=10)
    world.watch.effects.clear()
    world.drive(seconds=60)
    assert world.watch.effects == []


def test_a_queued_one_can_be_cancelled() -> None:
    world = busy()
    world.ask(ROTATE, "rua-password-1")
    world.drive(seconds=10)
    world.edit_procedure("rua-password-1", cancel=True)
    world.drive(seconds=10)
    assert world.procedure(ROTATE).status.phase is ProcedurePhase.CANCELLED
    assert world.tenant().status.lock is not None


def test_a_retried_one_queues_like_any_other() -> None:
    world = World()
    world.create(plan="medium")
    world.edit(plan="small")
    world.drive()
    failed = world.procedure(SET_PLAN)
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    world.retry(failed)
    world.drive(seconds=60)
    again = next(p for p in world.procedures(SET_PLAN) if p.metadata.name == failed.metadata.name)
    assert again.status.phase is ProcedurePhase.QUEUED
    assert "waiting for" in again.status.message


def test_a_lock_whose_holder_was_deleted_is_taken() -> None:
    world = busy()
    holder = world.procedure(SET_PLAN).metadata.name
    with world.quietly():
        world.kube.delete(Ref(API_VERSION, Procedure.KIND, holder, NAMESPACE))
    world.ask(ROTATE, "rua-password-1")
    world.drive(seconds=5)
    assert world.procedure(ROTATE).status.phase is ProcedurePhase.SUCCEEDED


def test_a_procedure_without_its_tenant_ends() -> None:
    world = World()
    world.ask(ROTATE, "lost-password-1", tenant="lost")
    world.drive()
    procedure = world.procedure(ROTATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "there is no tenant 'lost'" in procedure.status.message


def test_a_procedure_for_an_earlier_tenant_is_not_run_on_its_namesake() -> None:
    world = World()
    world.ask(SUSPEND, "rua-suspend-old")
    world.clock.advance(timedelta(hours=1).total_seconds())
    world.create()
    (procedure,) = world.procedures(SUSPEND)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert world.tenant().status.phase is TenantPhase.READY
    assert {each["spec"]["replicas"] for each in world.kube.objects("Deployment")} == {1}


def test_two_operators_at_once_never_both_record() -> None:
    """The slower one's record is refused, because what it read is outdated."""
    world = busy()
    name = world.procedure(SET_PLAN).metadata.name
    slow = world.operator.procedures._resources.find(Procedure, name, NAMESPACE)
    world.restart()
    world.cluster.frozen = False
    world.drive()
    with pytest.raises(ConflictError):
        world.operator.procedures._write(slow, slow.status)


def test_procedures_that_cannot_be_read_stop_everything() -> None:
    world = World()
    world.create()
    world.edit(suspended=True)
    for _ in range(3):
        world.calls.fail(
            "list", UnavailableError("the API server gave no answer"), target=f"Procedure {NAMESPACE}"
        )
        world.operator.tenants.reconcile(NAMESPACE, "rua")
    tenant: Tenant = world.tenant()
    assert world.procedures(SUSPEND) == []
    progressing = next(each for each in tenant.status.conditions if each.type == "Progressing")
    assert (progressing.status, progressing.message) == ("Unknown", "the API server gave no answer")
