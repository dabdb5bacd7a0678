"""A change of plan that is cancelled goes back the way it came: customers and pods notice nothing."""

from controller.core import catalogue
from provisioning.audit import AuditRecord
from provisioning.objects.route import RETIRED_HEADER
from provisioning.procedure import ProcedureKind, ProcedurePhase
from tests.support.world import World
from tests.unit.services.scenarios import begun

PAUSE_SECONDS = 3
SMALL, LARGE = 44, 340
"""Connections of both plans."""


def changed(step: catalogue.StepSpec) -> World:
    """From small to large, up to this step, and then cancelled."""
    world = World()
    world.create()
    world.edit(plan="large")
    begun(ProcedureKind.SET_PLAN, step)(world)
    world.edit_procedure(world.procedure(ProcedureKind.SET_PLAN).metadata.name, cancel=True)
    return world


def route_effects(world: World) -> list[tuple[float, str, str]]:
    """Seconds, verb and name of everything that the rest of the story does to routes."""
    seen: list[tuple[float, str, str]] = []

    def after(number: int, action: str, target: str) -> None:
        if target.startswith("HTTPRoute "):
            seen.append((world.clock.monotonic(), action, target.split("/")[1]))

    world.watch.after = after  # type: ignore[method-assign]
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    return seen


def routes(world: World) -> list[str]:
    return sorted(each["metadata"]["name"] for each in world.kube.objects("HTTPRoute"))


def limit(world: World) -> int:
    found = world.postgres.roles[world.tenant().names.role].connection_limit
    assert found is not None
    return found


def test_after_all_was_removed_the_old_route_comes_first_and_the_new_one_goes_last() -> None:
    world = changed(catalogue.SERVE)
    (new,) = routes(world)
    (came, apply, old), (turned, patch, retired), (gone, delete, removed) = route_effects(world)
    assert (apply, patch, delete) == ("kube.apply", "kube.patch", "kube.delete")
    assert old != new == retired == removed
    assert turned - came >= PAUSE_SECONDS
    assert gone - turned >= PAUSE_SECONDS
    assert routes(world) == [old]


def test_after_the_turn_the_old_route_takes_requests_again_before_the_new_one_is_retired() -> None:
    world = changed(catalogue.PRUNE)
    old, new = [each["metadata"]["name"] for each in world.kube.objects("HTTPRoute")]
    (_, apply, back), (turned, patch, retired), (gone, delete, removed) = route_effects(world)
    assert (apply, patch, delete) == ("kube.apply", "kube.patch", "kube.delete")
    assert (back, retired, removed) == (old, new, new)
    assert gone - turned >= PAUSE_SECONDS
    assert RETIRED_HEADER not in str(world.kube.objects("HTTPRoute"))


def test_before_the_turn_the_new_route_has_served_nobody_and_goes_at_once() -> None:
    world = changed(catalogue.SETTLE)
    (_, apply, _), (_, delete, _) = route_effects(world)
    assert (apply, delete) == ("kube.apply", "kube.delete")


def test_the_connection_limit_falls_only_when_the_pods_of_the_larger_plan_are_gone() -> None:
    world = changed(catalogue.SERVE)
    world.cluster.frozen = True
    world.drive(seconds=60)
    status = world.procedure(ProcedureKind.SET_PLAN).status
    assert status.phase is ProcedurePhase.RUNNING
    assert status.message.startswith("limits is not undone yet: web: the change is not seen yet")
    assert limit(world) == LARGE
    world.cluster.frozen = False
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    assert limit(world) == SMALL


def test_pods_that_never_come_back_do_not_keep_the_tenants_lock() -> None:
    world = changed(catalogue.SERVE)
    world.cluster.frozen = True
    world.drive(seconds=catalogue.SETTLE.deadline.total_seconds() + 60)
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    assert world.tenant().status.lock is None
    assert limit(world) == SMALL


def test_a_tenant_that_is_deleted_waits_for_no_pods() -> None:
    world = changed(catalogue.SERVE)
    world.cluster.frozen = True
    world.delete(purge=True)
    world.drive(seconds=60)
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED


def test_tills_are_asked_about_once_and_not_when_half_is_undone() -> None:
    world = changed(catalogue.SERVE)
    world.open_tills(1)
    world.drive(seconds=60)
    name, status = (
        world.procedure(ProcedureKind.SET_PLAN).metadata.name,
        world.procedure(ProcedureKind.SET_PLAN).status,
    )
    assert status.message.startswith("prune is not undone yet: 1 till is open")
    world.edit_procedure(name, cancel=True, parameters={"force": "the new pods are broken"})
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.CANCELLED
    forced = [each.spec.result for each in world.all(AuditRecord) if each.spec.result.startswith("forced")]
    assert forced == ["forced: prune is undone: the new pods are broken (although 1 till is open)"]
