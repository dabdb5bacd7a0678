"""Changes of a live tenant: suspend, resume, plan, name, password."""

from controller.core.ports import Ref
from controller.errors import UnavailableError
from controller.services.passwords import take_password
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support.world import World
from tests.unit.services.living import live, replicas


def test_suspend_stops_everything_and_keeps_the_data() -> None:
    world = live()
    databases, volumes = dict(world.postgres.databases), world.kube.objects("PersistentVolumeClaim")
    world.edit(suspended=True)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.SUSPENDED
    assert replicas(world) == {"web": 0, "cron": 0}
    assert world.postgres.databases == databases
    assert [each["metadata"]["uid"] for each in world.kube.objects("PersistentVolumeClaim")] == [
        each["metadata"]["uid"] for each in volumes
    ]


def test_suspend_waits_until_the_pods_are_gone() -> None:
    world = live()
    names = world.tenant().names
    pod = {"name": "web-abc", "namespace": names.namespace, "labels": {"shopfleet.dev/component": "web"}}
    world.seed({"apiVersion": "v1", "kind": "Pod", "metadata": pod})
    world.edit(suspended=True)
    world.drive(seconds=10)
    assert world.procedure(ProcedureKind.SUSPEND).status.message == "1 web pods are stopping"
    with world.quietly():
        world.kube.delete(Ref("v1", "Pod", "web-abc", names.namespace))
    world.drive()
    assert world.tenant().status.phase is TenantPhase.SUSPENDED


def test_resume_serves_again() -> None:
    world = live()
    world.edit(suspended=True)
    world.drive()
    world.edit(suspended=False)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert replicas(world) == {"web": 1, "cron": 1}


def test_a_suspended_tenant_keeps_other_changes_for_later() -> None:
    world = live()
    world.edit(suspended=True)
    world.drive()
    world.edit(plan="medium", displayName="New")
    world.drive()
    assert world.tenant().status.applied.plan == "small"
    world.edit(suspended=False)
    world.drive()
    assert (world.tenant().status.applied.plan, world.tenant().status.applied.display_name) == ("medium", "New")


def test_a_larger_plan_reaches_role_pods_and_volume() -> None:
    world = live()
    names = world.tenant().names
    world.edit(plan="large")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert world.tenant().status.applied.plan == "large"
    assert world.postgres.roles[names.role].connection_limit == 340
    assert replicas(world)["web"] == 3
    (volume,) = world.kube.objects("PersistentVolumeClaim")
    assert volume["spec"]["resources"]["requests"]["storage"] == "250Gi"


def test_a_plan_with_other_limits_replaces_the_route_and_removes_the_old_one() -> None:
    world = live()
    (before,) = world.kube.objects("HTTPRoute")
    world.edit(plan="large")
    world.drive()
    (after,) = world.kube.objects("HTTPRoute")
    policies = world.kube.objects("BackendTrafficPolicy")
    assert {each["spec"]["targetRefs"][0]["name"] for each in policies} == {after["metadata"]["name"]}
    assert before["metadata"]["name"] != after["metadata"]["name"]


def test_the_old_route_is_retired_a_moment_before_it_goes_and_after_the_new_one_came() -> None:
    world = live()
    (before,) = world.kube.objects("HTTPRoute")
    seen: list[tuple[float, str]] = []
    world.watch.after = lambda number, action, target: seen.append(  # type: ignore[method-assign]
        (world.clock.monotonic(), f"{action} {target}")
    )
    world.edit(plan="large")
    world.drive()
    old = before["metadata"]["name"]
    routes = [(when, what) for when, what in seen if " HTTPRoute " in what]
    (came, _), (turned, patch), (gone, delete) = routes
    assert patch.startswith("kube.patch")
    assert delete.startswith("kube.delete")
    assert old in patch
    assert old in delete
    assert turned - came >= 3
    assert gone - turned >= 3


def test_a_route_that_stays_is_never_waited_for() -> None:
    world = live()
    world.edit(displayName="Atelier")
    world.drive()
    steps = {each.name: each.message for each in world.procedure(ProcedureKind.RENAME).status.steps}
    assert (steps["turn"], steps["prune"]) == ("the route is the same", "nothing is left of before")


def test_storage_never_shrinks_and_nothing_is_touched() -> None:
    world = World()
    world.create(plan="medium")
    world.watch.effects.clear()
    world.edit(plan="small")
    world.drive()
    procedure = world.procedure(ProcedureKind.SET_PLAN)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "spec.plan: storage would shrink from 50Gi to 5Gi" in procedure.status.message
    assert "set spec.storage to 50Gi" in procedure.status.message
    assert world.watch.changing() == []
    assert world.tenant().status.phase is TenantPhase.DEGRADED
    assert world.tenant().status.applied.plan == "medium"
    world.edit(storage="50Gi")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert world.tenant().status.applied.plan == "small"


def test_a_rename_serves_under_the_new_name_and_redirects_the_old_one() -> None:
    world = live()
    names = world.tenant().names
    world.edit(displayName="Atelier", hostnames=["atelier.shops.localhost", "rua.shops.localhost"])
    world.drive()
    status = world.tenant().status
    assert (status.phase, status.url) == (TenantPhase.READY, "https://atelier.shops.localhost")
    assert world.web.status("atelier.shops.localhost", "/web/login") == 200
    assert world.web.status("rua.shops.localhost", "/web/login") == 308
    assert world.tenant().names == names
    assert set(world.postgres.databases) == {world.template.database, names.database}
    said = [params for _, (_, params) in world.postgres.databases[names.database].executed]
    assert any("https://atelier.shops.localhost" in params for params in said)


def test_a_rename_that_drops_the_old_name_removes_its_redirect() -> None:
    world = live()
    world.edit(hostnames=["atelier.shops.localhost", "rua.shops.localhost"])
    world.drive()
    world.edit(hostnames=["atelier.shops.localhost"])
    world.drive()
    assert [each["metadata"]["name"] for each in world.kube.objects("HTTPRoute")] != ["redirect"]
    assert len(world.kube.objects("HTTPRoute")) == 1


def test_one_edit_of_plan_and_name_becomes_two_procedures_in_turn() -> None:
    world = live()
    world.edit(plan="medium", displayName="New")
    world.drive()
    applied = world.tenant().status.applied
    assert (applied.plan, applied.display_name) == ("medium", "New")
    plan, name = world.procedure(ProcedureKind.SET_PLAN), world.procedure(ProcedureKind.RENAME)
    assert plan.status.finished_at <= name.status.started_at


def test_the_release_of_a_live_tenant_is_not_edited() -> None:
    world = live()
    world.edit(release="15.0")
    world.drive()
    assert world.watch.changing() == []
    assert world.tenant().status.phase is TenantPhase.DEGRADED
    assert "set spec.release back" in world.tenant().status.message
    assert world.tenant().status.release == "14.0"


def test_a_new_password_reaches_secret_and_database_once() -> None:
    world = live()
    first = take_password(world.kube, world.tenant())
    world.ask(ProcedureKind.ROTATE_PASSWORD, "rua-password-1")
    world.drive()
    assert world.procedure(ProcedureKind.ROTATE_PASSWORD).status.phase is ProcedurePhase.SUCCEEDED
    second = take_password(world.kube, world.tenant())
    assert first is not None
    assert second is not None
    assert first.password != second.password
    database = world.postgres.databases[world.tenant().names.database]
    assert (f"hash of {second.password}", second.username) in [values for _, (_, values) in database.executed]


def test_a_cancelled_plan_change_goes_back_to_what_was_applied() -> None:
    world = live()
    names = world.tenant().names
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    assert replicas(world)["web"] == 3
    procedure = world.procedure(ProcedureKind.SET_PLAN)
    world.edit_procedure(procedure.metadata.name, cancel=True)
    world.cluster.frozen = False
    world.operator.procedures.advance("partner-default", procedure.metadata.name)
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    assert replicas(world)["web"] == 1
    assert world.postgres.roles[names.role].connection_limit == 44
    assert world.tenant().status.phase is TenantPhase.DEGRADED
    assert "cancelled" in world.tenant().status.message
    world.edit(plan="small")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


def test_a_late_retry_of_an_old_change_does_not_take_back_the_new_ones() -> None:
    world = World()
    world.create(plan="medium")
    world.edit(plan="small")
    world.drive()
    failed = world.procedure(ProcedureKind.SET_PLAN)
    world.edit(plan="medium", hostnames=["new.shops.localhost"])
    world.drive()
    assert world.tenant().status.url == "https://new.shops.localhost"
    world.retry(failed)
    world.drive()
    assert world.tenant().status.applied.hostnames == ("new.shops.localhost",)
    assert world.tenant().status.applied.plan == "medium"


def test_a_storage_class_that_cannot_grow_is_named_before_anything_changes() -> None:
    world = live()
    with world.quietly():
        where = Ref("storage.k8s.io/v1", "StorageClass", world.settings.storage_class)
        world.kube.patch(where, {"allowVolumeExpansion": False})
    world.edit(plan="large")
    world.drive()
    message = world.procedure(ProcedureKind.SET_PLAN).status.message
    assert "would grow from 5Gi to 250Gi" in message
    assert world.watch.changing() == []


def test_the_connection_limit_always_fits_the_pods_that_run() -> None:
    world = World()
    names = world.create(plan="medium").names
    role = world.postgres.roles[names.role]
    world.cluster.frozen = True
    world.edit(plan="small", storage="50Gi")
    world.drive(seconds=5)
    assert world.procedure(ProcedureKind.SET_PLAN).status.progress.endswith("settle")
    assert role.connection_limit == 110
    world.cluster.frozen = False
    world.drive()
    assert role.connection_limit == 44


def test_another_default_storage_class_does_not_reach_volumes_that_exist() -> None:
    world = live()
    world.settings = world.settings.model_copy(update={"storage_class": "another"})
    world.restart()
    world.edit(displayName="New")
    world.drive()
    assert world.tenant().status.applied.display_name == "New"
    (volume,) = world.kube.objects("PersistentVolumeClaim")
    assert volume["spec"]["storageClassName"] == "shopfleet-rwx"


def test_a_cancelled_larger_plan_leaves_the_larger_volume() -> None:
    world = live()
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    world.edit_procedure(world.procedure(ProcedureKind.SET_PLAN).metadata.name, cancel=True)
    world.cluster.frozen = False
    world.drive(seconds=60)
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    (volume,) = world.kube.objects("PersistentVolumeClaim")
    assert volume["spec"]["resources"]["requests"]["storage"] == "250Gi"


def test_a_rotation_that_is_cancelled_leaves_no_password_that_was_never_set() -> None:
    world = World()
    world.create()
    world.calls.fail("execute", UnavailableError("no answer"))
    world.ask(ProcedureKind.ROTATE_PASSWORD, "rua-password-1")
    world.drive(seconds=1)
    world.edit_procedure("rua-password-1", cancel=True)
    world.drive()
    assert world.procedure(ProcedureKind.ROTATE_PASSWORD).status.phase is ProcedurePhase.CANCELLED
    assert take_password(world.kube, world.tenant()) is None


def test_a_password_that_the_database_does_not_have_is_not_called_new() -> None:
    world = World()
    world.create()
    world.postgres.answer("SELECT password FROM res_users", [{"password": "hash of the old one"}])
    world.ask(ProcedureKind.ROTATE_PASSWORD, "rua-password-1")
    world.drive()
    rotated = world.procedure(ProcedureKind.ROTATE_PASSWORD)
    assert rotated.status.phase is ProcedurePhase.FAILED
    assert "the database has another password" in rotated.status.message
