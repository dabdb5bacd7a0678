"""One story per kind of procedure, to be interrupted anywhere: what was before, what somebody asks for."""

from collections.abc import Callable
from dataclasses import dataclass

from controller.services import requests
from controller.services.requests import Request
from provisioning.procedure import ProcedureKind, ProcedurePhase
from tests.support.world import World


@dataclass(frozen=True)
class Scenario:
    """`before` makes the world, `act` asks for the procedure."""

    before: Callable[[], World]
    act: Callable[[World], None]
    kind: ProcedureKind
    ends: ProcedurePhase = ProcedurePhase.SUCCEEDED


def _new() -> World:
    return World()


def _without_template() -> World:
    return World(template=False)


def _live() -> World:
    world = World()
    world.create()
    return world


def _suspended() -> World:
    world = _live()
    world.edit(suspended=True)
    world.drive()
    return world


def _waiting_for_pods() -> World:
    """A new tenant whose pods do not start."""
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    return world


def _selling() -> World:
    world = _live()
    world.open_tills(2)
    return world


def _suspend_by_force(world: World) -> None:
    before = world.tenant()
    asked = Request("ana", "r1", reason="drill", force="the shop burns")
    said = requests.edit(before, before, ProcedureKind.SUSPEND, asked)["metadata"]["annotations"]
    world.edit(suspended=True, annotations={key: value for key, value in said.items() if value is not None})


def _changing_plan() -> World:
    """New pods of a larger plan do not start."""
    world = _live()
    world.cluster.frozen = True
    world.edit(plan="large")
    world.drive(seconds=5)
    return world


def _cancel_change(world: World) -> None:
    world.edit_procedure(world.procedure(ProcedureKind.SET_PLAN).metadata.name, cancel=True)


SCENARIOS: dict[str, Scenario] = {
    "create": Scenario(_new, lambda world: world.declare(), ProcedureKind.CREATE),
    "clone": Scenario(
        _live,
        lambda world: world.declare("staging", clone_of={"tenant": "rua"}),
        ProcedureKind.CLONE,
    ),
    "delete": Scenario(_live, lambda world: world.delete(), ProcedureKind.DELETE),
    "purge": Scenario(_live, lambda world: world.delete(purge=True), ProcedureKind.DELETE),
    "suspend": Scenario(_live, lambda world: world.edit(suspended=True), ProcedureKind.SUSPEND),
    "resume": Scenario(_suspended, lambda world: world.edit(suspended=False), ProcedureKind.RESUME),
    "set-plan": Scenario(_live, lambda world: world.edit(plan="large"), ProcedureKind.SET_PLAN),
    "rename": Scenario(
        _live,
        lambda world: world.edit(displayName="New", hostnames=["new.shops.localhost", "rua.shops.localhost"]),
        ProcedureKind.RENAME,
    ),
    "password": Scenario(
        _live,
        lambda world: world.ask(ProcedureKind.ROTATE_PASSWORD, "rua-password-1"),
        ProcedureKind.ROTATE_PASSWORD,
    ),
    "template": Scenario(_without_template, lambda world: world.declare(), ProcedureKind.BUILD_TEMPLATE),
    "forced suspend": Scenario(_selling, _suspend_by_force, ProcedureKind.SUSPEND),
    "cancelled set-plan": Scenario(
        _changing_plan, _cancel_change, ProcedureKind.SET_PLAN, ends=ProcedurePhase.CANCELLED
    ),
    "cancelled create": Scenario(
        _waiting_for_pods, lambda world: world.delete(), ProcedureKind.CREATE, ends=ProcedurePhase.CANCELLED
    ),
}
