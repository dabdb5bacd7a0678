"""Deleting: a final backup is kept unless it was given up, and nothing of anybody else is touched."""

import json

import pytest

from controller.core.ports import Ref
from controller.errors import UnavailableError
from provisioning.audit import AuditRecord
from provisioning.meta import API_VERSION
from provisioning.plan import Plan
from provisioning.procedure import ProcedureKind, ProcedurePhase, StepPhase
from provisioning.tenant import Tenant, TenantPhase
from tests.support.world import NAMESPACE, World

CREATE, DELETE = ProcedureKind.CREATE, ProcedureKind.DELETE


def live(**spec: object) -> World:
    world = World()
    world.create(**spec)
    world.watch.effects.clear()
    return world


def nothing_is_left(world: World) -> None:
    assert world.tenants() == []
    assert [name for name in world.postgres.databases if name.startswith("t_")] == []
    assert [name for name in world.postgres.roles if name.startswith("t_")] == []
    assert [each["metadata"]["name"] for each in world.kube.objects("Namespace") if "sf-" in str(each)] == []


def test_a_deletion_keeps_dump_files_and_spec_and_says_where() -> None:
    world = live()
    prefix = world.tenant().names.backup_prefix
    world.delete()
    world.drive()
    nothing_is_left(world)
    procedure = world.procedure(DELETE)
    place = procedure.status.outputs["backup"]
    assert "damage" not in procedure.status.outputs
    assert place.startswith(f"s3://shopfleet-backups/{prefix}final/")
    assert [key.rsplit("/", 1)[1] for key in world.kept()] == ["database.dump", "files.tar", "tenant.json"]
    kept = json.loads(world.store.get("shopfleet-backups", world.kept()[-1]) or b"")
    assert (kept["kind"], kept["spec"]["displayName"]) == ("Tenant", "Rua")


def test_the_backup_comes_before_anything_is_removed() -> None:
    world = live()
    names = world.tenant().names
    world.delete()
    world.drive()
    effects = world.watch.effects
    kept = next(index for index, (action, _) in enumerate(effects) if action == "objectstore.put")
    assert effects.index(("kube.delete", f"Namespace {names.namespace}")) > kept
    assert effects.index(("postgres.drop_database", names.database)) > kept


def test_a_purge_keeps_nothing() -> None:
    world = live()
    world.delete(purge=True)
    world.drive()
    nothing_is_left(world)
    assert world.kept() == []


def test_a_backup_that_is_not_whole_stops_the_deletion() -> None:
    world = live()
    names = world.tenant().names

    def lose(job: object, *_: object) -> None:
        return None

    world.cluster._upload = lose
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "database.dump is missing or empty" in procedure.status.message
    assert names.database in world.postgres.databases
    assert world.tenant().status.phase is TenantPhase.DELETING


def test_a_store_that_is_away_stops_no_shop_and_a_purge_does_not_ask_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = live()
    where = Ref("apps/v1", "Deployment", "web", world.tenant().names.namespace)

    def away(bucket: str, key: str) -> None:
        raise UnavailableError("the object store gives no answer", hint="start it")

    monkeypatch.setattr(world.store, "head", away)
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert procedure.status.message == "confirm failed: the object store gives no answer (start it)"
    web = world.kube.get(where)
    assert web is not None
    assert web["spec"]["replicas"] == 1
    world.retry(procedure, purge="true")
    world.drive()
    nothing_is_left(world)


def test_a_failed_backup_names_the_cause_and_nothing_is_removed() -> None:
    world = live()
    names = world.tenant().names
    world.cluster.failing_jobs["dump"] = "no space left on device"
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "no space left on device" in procedure.status.message
    assert names.database in world.postgres.databases
    world.cluster.failing_jobs.clear()
    world.retry(procedure)
    world.drive()
    nothing_is_left(world)


@pytest.mark.parametrize(
    ("damaged", "words"),
    [(3, "3 of 12 attachments were damaged before and are kept as they are"), (None, "is not known")],
)
def test_damaged_attachments_are_kept_and_said(damaged: int | None, words: str) -> None:
    world = live()
    world.cluster.damaged_files = damaged
    world.delete()
    world.drive()
    nothing_is_left(world)
    assert len(world.kept()) == 3
    procedure = world.procedure(DELETE)
    assert words in procedure.status.outputs["damage"]
    (backup,) = [step for step in procedure.status.steps if step.name == "final-backup"]
    assert words in backup.message
    record = world.all(AuditRecord)[-1].spec.result
    assert record.startswith("succeeded: all steps are done; backup: s3://shopfleet-backups/")
    assert words in record


def test_an_edit_after_half_a_deletion_does_not_look_for_what_is_removed_already() -> None:
    world = live()
    names = world.tenant().names
    for number in range(1, 9):
        world.calls.fail("drop_role", UnavailableError("the database fails over"), number, target=names.role)
    world.delete()
    world.drive()
    assert world.procedure(DELETE).status.phase is ProcedurePhase.FAILED
    assert names.database not in world.postgres.databases
    world.edit(displayName="Again")
    world.drive()
    assert f"shopfleet procedure retry {world.procedure(DELETE).metadata.name}" in world.tenant().status.message
    world.retry(world.procedure(DELETE))
    world.drive()
    nothing_is_left(world)
    assert len(world.kept()) == 3


def test_a_deletion_during_the_creation_cancels_and_undoes_it() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    world.delete()
    world.drive()
    assert world.procedure(CREATE).status.phase is ProcedurePhase.CANCELLED
    nothing_is_left(world)
    assert world.kept() == []


def test_a_tenant_for_which_nothing_was_made_goes_without_a_procedure() -> None:
    world = World()
    world.declare(plan="huge")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.FAILED
    world.delete()
    world.drive()
    assert world.procedures(DELETE) == []
    nothing_is_left(world)


def test_a_failed_creation_can_be_deleted() -> None:
    world = World()
    world.cluster.missing_images.add("shopfleet.local/odoo-14.0:0123456789ab")
    world.declare()
    world.drive()
    assert world.procedure(CREATE).status.phase is ProcedurePhase.FAILED
    world.delete()
    world.drive()
    nothing_is_left(world)


def test_a_new_tenant_of_the_same_name_starts_afresh() -> None:
    world = live()
    first = world.tenant()
    world.delete()
    world.drive()
    second = world.create()
    assert second.status.phase is TenantPhase.READY
    assert second.names != first.names
    assert len(world.procedures(CREATE)) == 2


def test_a_half_deleted_tenant_created_again_waits_for_the_end_of_the_first() -> None:
    """The name is taken until the first one is gone; applying it again only edits what is being deleted."""
    world = live()
    world.cluster.frozen = True
    world.delete()
    world.drive(seconds=5)
    assert world.tenant().status.phase is TenantPhase.DELETING
    world.edit(displayName="Again")
    world.drive(seconds=5)
    assert len(world.procedures(DELETE)) == 1
    world.cluster.frozen = False
    world.drive()
    nothing_is_left(world)
    assert world.create().status.phase is TenantPhase.READY


def test_a_tenant_whose_plan_is_gone_can_be_deleted() -> None:
    world = live()
    with world.quietly():
        world.kube.delete(Ref(API_VERSION, Plan.KIND, "small"))
    world.delete()
    world.drive()
    nothing_is_left(world)


def test_a_suspended_tenant_is_backed_up_too() -> None:
    world = live()
    world.edit(suspended=True)
    world.drive()
    world.delete()
    world.drive()
    nothing_is_left(world)
    assert len(world.kept()) == 3


def test_open_tills_stop_a_deletion_until_somebody_overrides() -> None:
    world = live()
    world.open_tills(1)
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert "1 till is open" in procedure.status.message
    world.retry(procedure, force="the shop is closed for good")
    world.drive()
    nothing_is_left(world)


@pytest.mark.parametrize("what", ["namespace", "secret"])
def test_without_its_secrets_the_data_are_not_thrown_away_silently(what: str) -> None:
    world = live()
    names = world.tenant().names
    world.cluster.frozen = True
    with world.quietly():
        if what == "namespace":
            world.kube.delete(Ref("v1", "Namespace", names.namespace))
            world.cluster.tick()
        else:
            world.kube.delete(Ref("v1", "Secret", "database", names.namespace))
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "no final backup can be made" in procedure.status.message
    assert names.database in world.postgres.databases
    world.edit(annotations={"shopfleet.dev/purge": procedure.metadata.name})
    world.retry(procedure)
    world.drive()
    nothing_is_left(world)


def test_an_absent_database_of_a_live_tenant_is_not_an_empty_one() -> None:
    """A DatabaseServer that leads to an empty server is enough for this."""
    world = live()
    names = world.tenant().names
    elsewhere = world.postgres.databases.pop(names.database)
    world.delete()
    world.drive()
    procedure = world.procedure(DELETE)
    assert f"cannot tell whether tills are open: database {names.database} does not exist" in (
        procedure.status.message
    )
    world.retry(procedure, force="nobody is there")
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "there is no database" in procedure.status.message
    assert f"shopfleet.dev/purge={procedure.metadata.name} on the tenant" in procedure.status.message
    assert names.namespace in [each["metadata"]["name"] for each in world.kube.objects("Namespace")]
    assert world.kept() == []
    world.postgres.databases[names.database] = elsewhere
    world.retry(procedure)
    world.drive()
    nothing_is_left(world)
    assert len(world.kept()) == 3


def test_a_deletion_that_nobody_asked_for_is_refused() -> None:
    world = live()
    world.ask(DELETE, "mistake")
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "is not being deleted" in procedure.status.message
    assert world.watch.changing() == []
    assert world.tenant().status.phase is TenantPhase.READY


def test_deleting_a_tenant_with_a_stolen_id_removes_nothing_of_its_owner() -> None:
    world = live()
    owner = world.tenant()
    world.declare("thief", id=owner.spec.id)
    world.delete("thief")
    world.drive()
    assert owner.names.database in world.postgres.databases
    assert world.tenant().status.phase is TenantPhase.READY
    world.declare("robber", id=owner.spec.id)
    world.drive()
    assert "spec.id" in world.tenant("robber").status.message
    world.delete("robber")
    world.drive()
    assert "robber" not in world.tenants()
    assert owner.names.database in world.postgres.databases
    assert world.web.status("rua.shops.localhost", "/web/login") == 200


def test_a_cancelled_deletion_before_the_point_of_no_return_serves_again() -> None:
    world = live()
    world.cluster.frozen = True
    world.delete()
    world.drive(seconds=5)
    procedure = world.procedure(DELETE)
    world.edit_procedure(procedure.metadata.name, cancel=True)
    world.drive(seconds=5)
    world.cluster.frozen = False
    world.drive()
    procedure = world.procedure(DELETE)
    assert procedure.status.phase is ProcedurePhase.CANCELLED
    assert {step.phase for step in procedure.status.steps} == {StepPhase.UNDONE, StepPhase.PENDING}
    assert world.web.status("rua.shops.localhost", "/web/login") == 200
    assert [each for each in world.kube.objects("Job") if "final-backup" in each["metadata"]["name"]] == []
    # A Tenant that is being deleted cannot be kept; retrying is how its deletion goes on.
    world.retry(procedure)
    world.drive()
    nothing_is_left(world)


def test_the_finaliser_is_all_that_holds_a_tenant_back() -> None:
    world = live()
    with world.quietly():
        where = Ref(API_VERSION, Tenant.KIND, "rua", NAMESPACE)
        world.kube.patch(where, {"metadata": {"finalizers": []}})
    world.delete()
    world.drive()
    assert world.tenants() == []


def test_a_namespace_of_somebody_else_outlives_the_tenant_that_asked_for_its_id() -> None:
    world = World()
    with world.quietly():
        world.kube.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "sf-a123456789"}})
    world.declare(id="a123456789")
    world.drive()
    assert "is not this tenant's" in world.procedure(ProcedureKind.CREATE).status.message
    world.delete()
    world.drive()
    assert "take its finalizers away" in world.procedure(ProcedureKind.DELETE).status.message
    assert world.kube.get(Ref("v1", "Namespace", "sf-a123456789")) is not None
