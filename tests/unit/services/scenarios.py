"""Stories to be interrupted anywhere: every kind of procedure done, and every undo of it once it is cancelled.

What was before, what somebody asks for, and how it ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from controller.core import catalogue
from controller.core.catalogue import StepSpec
from controller.core.procedures import recorded
from controller.errors import UnavailableError
from controller.services import requests
from controller.services.passwords import take_password
from controller.services.requests import Request
from controller.services.steps.template import names_for
from provisioning.meta import LABEL_COMPONENT, SYSTEM_NAMESPACE
from provisioning.names import TEMPLATES_NAMESPACE, WEB
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, StepPhase
from tests.support import samples
from tests.support.world import NAMESPACE, Killed, World

CHAIN: Mapping[str, Any] = {
    "bundles": ("storeNetwork",),
    "stores": (
        {"code": "DC", "name": "Central", "kind": "warehouse"},
        {"code": "LYO", "name": "Lyon", "suppliedBy": "DC", "tills": 2},
    ),
}
"""What a tenant with stores says of them."""


@dataclass(frozen=True)
class Scenario:
    """`before` makes the world, `act` asks for the procedure, or asks it to stop."""

    before: Callable[[], World]
    act: Callable[[World], None]
    kind: ProcedureKind
    ends: ProcedurePhase = ProcedurePhase.SUCCEEDED
    origin: Callable[[], World] | None = None
    """Of a cancelled one: the world as it was before it began, and as it has to be again."""
    stays: str = ""
    """What the names of those objects contain that are different afterwards all the same."""


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


def _in_use() -> World:
    """A tenant whose first password somebody has seen."""
    world = _live()
    with world.quietly():
        assert take_password(world.kube, world.tenant()) is not None
    return world


def _without_stores() -> World:
    """No tenant yet, and the template for those that have stores."""
    world = World()
    with world.quietly():
        names = names_for(samples.release(), samples.tenant_spec().variant, CHAIN["bundles"])
        world.postgres.seed_template(names.database, names.owner)
    return world


def _with_stores() -> World:
    world = _without_stores()
    world.create(**CHAIN)
    return world


# What people ask for


def _declare_chain(world: World) -> None:
    world.declare(**CHAIN)


def _one_more(world: World) -> None:
    stores = [*CHAIN["stores"], {"code": "NIC", "name": "Nice", "suppliedBy": "DC"}]
    world.edit(stores=stores)


def _one_more_bundle(world: World) -> None:
    world.edit(bundles=["ecommerce", "storeNetwork"])


def _clone(world: World) -> None:
    world.declare("staging", clone_of={"tenant": "rua"})


def _larger(world: World) -> None:
    world.edit(plan="large")


def _rename(world: World) -> None:
    world.edit(displayName="New", hostnames=["new.shops.localhost", "rua.shops.localhost"])


def _resume(world: World) -> None:
    world.edit(suspended=False)


def _suspend(world: World) -> None:
    world.edit(suspended=True)


def _rotate(world: World) -> None:
    world.ask(ProcedureKind.ROTATE_PASSWORD, "rua-password-1")


# How far it has come when it is cancelled


def begun(kind: ProcedureKind, step: StepSpec) -> Callable[[World], None]:
    """All steps before this one are done, and the operator died when it had written down that it begins it."""

    def play(world: World) -> None:
        after = world.watch.after

        def kill(number: int, action: str, target: str) -> None:
            procedures = world.procedures(kind) if target.startswith(Procedure.KIND) else []
            if any(recorded(each.status, step).phase is StepPhase.RUNNING for each in procedures):
                raise Killed

        world.watch.after = kill  # type: ignore[method-assign]
        try:
            world.drive()
        except Killed:
            world.watch.after = after  # type: ignore[method-assign]
            world.restart()
            return
        raise AssertionError(f"{step.name} was never begun")

    return play


def _frozen(world: World) -> None:
    """It waits for pods that do not move, or for Jobs that do not end."""
    world.cluster.frozen = True
    world.drive(seconds=5)


def _with_a_pod_that_stays(world: World) -> None:
    labels = {LABEL_COMPONENT: WEB}
    metadata = {"name": "web-1", "namespace": world.tenant().names.namespace, "labels": labels}
    world.seed({"apiVersion": "v1", "kind": "Pod", "metadata": metadata})
    _frozen(world)


def _without_an_answer(world: World) -> None:
    world.calls.fail("execute", UnavailableError("no answer"))
    world.drive(seconds=1)


def _cancelled(
    kind: ProcedureKind,
    origin: Callable[[], World],
    ask: Callable[[World], None],
    play: Callable[[World], None],
    stays: str = "",
) -> Scenario:
    def before() -> World:
        world = origin()
        ask(world)
        play(world)
        return world

    def act(world: World) -> None:
        place = SYSTEM_NAMESPACE if kind is ProcedureKind.BUILD_TEMPLATE else NAMESPACE
        world.edit_procedure(world.procedure(kind).metadata.name, place, cancel=True)

    return Scenario(before, act, kind, ProcedurePhase.CANCELLED, origin, stays)


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


DONE: dict[str, Scenario] = {
    "create": Scenario(_new, lambda world: world.declare(), ProcedureKind.CREATE),
    "clone": Scenario(_live, _clone, ProcedureKind.CLONE),
    "delete": Scenario(_live, lambda world: world.delete(), ProcedureKind.DELETE),
    "purge": Scenario(_live, lambda world: world.delete(purge=True), ProcedureKind.DELETE),
    "suspend": Scenario(_live, _suspend, ProcedureKind.SUSPEND),
    "resume": Scenario(_suspended, _resume, ProcedureKind.RESUME),
    "set-plan": Scenario(_live, _larger, ProcedureKind.SET_PLAN),
    "rename": Scenario(_live, _rename, ProcedureKind.RENAME),
    "create with stores": Scenario(_without_stores, _declare_chain, ProcedureKind.CREATE),
    "set-stores": Scenario(_with_stores, _one_more, ProcedureKind.SET_STORES),
    "add-bundle": Scenario(_live, _one_more_bundle, ProcedureKind.ADD_BUNDLES),
    "password": Scenario(_live, _rotate, ProcedureKind.ROTATE_PASSWORD),
    "template": Scenario(_without_template, lambda world: world.declare(), ProcedureKind.BUILD_TEMPLATE),
    "forced suspend": Scenario(_selling, _suspend_by_force, ProcedureKind.SUSPEND),
}

CANCELLED: dict[str, Scenario] = {
    "cancelled create": Scenario(
        _waiting_for_pods,
        lambda world: world.delete(),
        ProcedureKind.CREATE,
        ProcedurePhase.CANCELLED,
        _new,
        # The Secret of all of a partner's tenants, with none in it.
        stays="/first-passwords",
    ),
    "cancelled create with stores": _cancelled(
        ProcedureKind.CREATE,
        _without_stores,
        _declare_chain,
        begun(ProcedureKind.CREATE, catalogue.CRON),
        stays="/first-passwords",
    ),
    "cancelled clone": _cancelled(ProcedureKind.CLONE, _live, _clone, begun(ProcedureKind.CLONE, catalogue.CRON)),
    "clone cancelled while copying": _cancelled(ProcedureKind.CLONE, _live, _clone, _frozen),
    "cancelled delete": _cancelled(ProcedureKind.DELETE, _live, lambda world: world.delete(), _frozen),
    "cancelled suspend": _cancelled(ProcedureKind.SUSPEND, _live, _suspend, _with_a_pod_that_stays),
    "cancelled resume": _cancelled(
        ProcedureKind.RESUME, _suspended, _resume, begun(ProcedureKind.RESUME, catalogue.CRON)
    ),
    "cancelled set-plan": _cancelled(
        ProcedureKind.SET_PLAN,
        _live,
        _larger,
        begun(ProcedureKind.SET_PLAN, catalogue.SERVE),
        # Nobody can make a volume smaller again.
        stays="PersistentVolumeClaim ",
    ),
    "cancelled rename": _cancelled(
        ProcedureKind.RENAME, _live, _rename, begun(ProcedureKind.RENAME, catalogue.SERVE)
    ),
    "cancelled password": _cancelled(ProcedureKind.ROTATE_PASSWORD, _in_use, _rotate, _without_an_answer),
    "cancelled template": _cancelled(
        ProcedureKind.BUILD_TEMPLATE,
        _without_template,
        lambda world: world.declare(),
        _frozen,
        # The way from all builds to their database server.
        stays=f"NetworkPolicy {TEMPLATES_NAMESPACE}/",
    ),
}

SCENARIOS = {**DONE, **CANCELLED}
