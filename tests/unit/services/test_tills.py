"""The guard: what would disturb a shop waits for open tills, unless somebody forces it, which is written down."""

from controller.core import proposals
from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.changes import Changes
from controller.services.requests import Request
from provisioning.audit import AuditRecord
from provisioning.meta import API_VERSION
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support.world import NAMESPACE, World
from tests.unit.services.living import live, replicas


def results(world: World) -> list[str]:
    """What the audit log says."""
    return [each.spec.result for each in world.all(AuditRecord)]


def half_changed() -> tuple[World, str]:
    """New pods are on their way, somebody opens a till, and somebody else changes their mind."""
    world = live()
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    world.open_tills(1)
    world.cluster.frozen = False
    name = world.procedure(ProcedureKind.SET_PLAN).metadata.name
    world.edit_procedure(name, cancel=True)
    world.operator.procedures.advance(NAMESPACE, name)
    return world, name


def test_undoing_what_replaced_the_pods_waits_for_open_tills() -> None:
    world, _ = half_changed()
    world.drive(seconds=60)
    status = world.procedure(ProcedureKind.SET_PLAN).status
    assert status.phase is ProcedurePhase.RUNNING
    assert status.message.startswith("roll-out is not undone yet: 1 till is open; close the point-of-sale")
    assert replicas(world)["web"] == 3
    world.open_tills(0)
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    assert replicas(world)["web"] == 1
    assert not [each for each in results(world) if each.startswith("forced")]


def test_a_forced_cancellation_does_not_wait_and_says_so() -> None:
    world, name = half_changed()
    world.edit_procedure(name, cancel=True, parameters={"force": "the new pods are broken"})
    world.drive(seconds=60)
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    assert "forced: roll-out is undone: the new pods are broken (although 1 till is open)" in results(world)


def test_a_forced_deletion_does_not_wait_to_undo_what_is_under_way() -> None:
    world, name = half_changed()
    world.edit_procedure(name, cancel=False)
    with world.quietly():
        changes = Changes(world.kube, world.clock, "default")
        deletion = proposals.delete(world.tenant(), purge=False)
        changes.submit(deletion, Request("ana", "r1", force="the shop is closed for good"))
    world.drive()
    assert world.tenants() == []
    assert len(world.kept()) == 3


def test_what_the_guard_kept_from_running_is_undone_without_asking() -> None:
    world = live()
    database = world.tenant().names.database
    world.calls.fail("query", UnavailableError("the database fails over"), nth=2, target=database)
    world.edit(plan="large")
    world.drive(seconds=1)
    procedure = world.procedure(ProcedureKind.SET_PLAN)
    assert "cannot tell whether tills are open" in procedure.status.message
    world.open_tills(1)
    world.edit_procedure(procedure.metadata.name, cancel=True)
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED


def test_open_tills_keep_a_disruptive_change_waiting_for_a_person() -> None:
    world = live()
    world.open_tills(2)
    world.edit(plan="large")
    world.drive()
    procedure = world.procedure(ProcedureKind.SET_PLAN)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "2 tills are open" in procedure.status.message
    assert replicas(world)["web"] == 1
    world.open_tills(0)
    world.retry(procedure)
    world.drive()
    assert replicas(world)["web"] == 3


def test_a_retry_with_force_overrides_the_guard() -> None:
    world = live()
    world.open_tills(2)
    world.edit(suspended=True)
    world.drive()
    world.retry(world.procedure(ProcedureKind.SUSPEND), force="fire in the shop")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.SUSPENDED
    assert results(world)[-2:] == [
        "forced: quiesce: fire in the shop (although 2 tills are open)",
        "succeeded: all steps are done",
    ]


def test_each_step_that_was_forced_is_recorded_once() -> None:
    world = live()
    world.open_tills(1)
    world.edit(hostnames=["new.shops.localhost"])
    world.drive()
    world.retry(world.procedure(ProcedureKind.RENAME), force="x")
    world.drive()
    forced = [each for each in results(world) if each.startswith("forced")]
    assert [each.split(":")[1].strip() for each in forced] == ["address", "roll-out"]


def test_what_needed_no_force_is_not_called_forced() -> None:
    world = live()
    world.ask(ProcedureKind.SUSPEND, "rua-suspend-by-hand", force="to be sure", **world.target(suspended=True))
    world.drive()
    assert not [each for each in results(world) if each.startswith("forced")]


def test_a_tenant_that_another_procedure_took_over_is_not_disturbed() -> None:
    world = live()
    suspending = world.operator.procedures
    world.ask(ProcedureKind.SUSPEND, "rua-suspend-by-hand", **world.target(suspended=True))
    suspending._begin(world.procedure(ProcedureKind.SUSPEND))
    lock = {"holder": "rua-rename-9", "reason": "Rename by rui", "since": world.clock.now().isoformat()}
    world.kube.set_status(Ref(API_VERSION, "Tenant", "rua", NAMESPACE), {"lock": lock})
    suspending.advance(NAMESPACE, "rua-suspend-by-hand")
    procedure = world.procedure(ProcedureKind.SUSPEND)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "rua-rename-9 holds the tenant (Rename by rui)" in procedure.status.message
    assert replicas(world) == {"web": 1, "cron": 1}


def test_a_database_that_does_not_answer_the_guard_for_a_while_only_delays() -> None:
    world = live()
    world.calls.fail("query", UnavailableError("the database fails over"))
    world.edit(suspended=True)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.SUSPENDED
    assert world.procedure(ProcedureKind.SUSPEND).status.steps[0].attempts > 1


def test_a_database_that_is_not_there_says_nothing_about_tills() -> None:
    world = live()
    del world.postgres.databases[world.tenant().names.database]
    world.edit(suspended=True)
    world.drive()
    assert "cannot tell whether tills are open" in world.procedure(ProcedureKind.SUSPEND).status.message
    assert replicas(world) == {"web": 1, "cron": 1}
