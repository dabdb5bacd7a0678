"""What a step asks the world afterwards: a sentence for what is wrong, nothing when all is as it should be."""

from collections.abc import Callable

import pytest

from controller.core import catalogue
from controller.core.catalogue import StepSpec
from controller.core.ports import Ref
from controller.services.outside import BACKUP_BUCKET
from controller.services.resources import Resources
from controller.services.steps.registry import ACTIONS
from controller.services.steps.step import Work
from provisioning.meta import Manifest
from provisioning.names import CRON, DATABASE_SECRET, WEB
from provisioning.objects.route import HTTP_ROUTE
from provisioning.procedure import ProcedureKind
from tests.support.world import World


def provisioned() -> tuple[World, Work]:
    world = World()
    world.create()
    return world, Work(world.outside, Resources(world.kube), world.procedure(ProcedureKind.CREATE))


def said(step: StepSpec, work: Work) -> str | None:
    check = ACTIONS[step.name].check
    assert check is not None
    return check(work)


GOOD = (
    catalogue.SECRETS,
    catalogue.DATABASE,
    catalogue.PERSONALISE,
    catalogue.NEUTRALISE,
    catalogue.COPY_FILES,
    catalogue.WORKLOADS,
    catalogue.CRON,
    catalogue.ROLL_OUT,
    catalogue.TURN,
    catalogue.PRUNE,
    catalogue.TRIM_LIMITS,
    catalogue.CLEAN_UP,
)


@pytest.mark.parametrize("step", GOOD, ids=lambda step: step.name)
def test_of_a_good_tenant_there_is_nothing_to_say(step: StepSpec) -> None:
    _, work = provisioned()
    assert said(step, work) is None


def patched(kind: str, name: str, spec: Manifest) -> Callable[[World], None]:
    return lambda world: (
        world.kube.patch(Ref("apps/v1", kind, name, world.tenant().names.namespace), {"spec": spec}) and None
    )


def without_secrets(world: World) -> None:
    world.kube.delete(Ref("v1", "Secret", DATABASE_SECRET, world.tenant().names.namespace))


def elsewhere(world: World) -> None:
    changed = [("UPDATE", ("web.base.url", "https://old.example"))]
    world.postgres.execute(world.tenant().names.database, changed)


def unproven(world: World) -> None:
    world.postgres.answer("ir_module_module", [{"name": "base"}, {"name": "unheard_of"}])


def limited(world: World) -> None:
    world.postgres.roles[world.tenant().names.role].connection_limit = 1


def member(world: World) -> None:
    world.postgres.roles[world.tenant().names.role].member_of.add("pg_monitor")


def half_copied(world: World) -> None:
    names, procedure = world.tenant().names, world.procedure(ProcedureKind.CREATE).metadata.name
    world.store.put(BACKUP_BUCKET, f"{names.backup_prefix}clone/{procedure}/files.tar", b"files")


def old_route(world: World) -> None:
    (route,) = world.kube.objects(HTTP_ROUTE[1])
    route["metadata"]["name"] = "web-of-before"
    world.seed(route)


def unchanged(world: World) -> None:
    """As it is, it is the contrary of what the step brings about."""


@pytest.mark.parametrize(
    ("step", "break_it", "words"),
    [
        (catalogue.SECRETS, without_secrets, "are gone"),
        (catalogue.DATABASE, member, "member of role pg_monitor"),
        (catalogue.PERSONALISE, elsewhere, "web.base.url is https://old.example instead of https://rua."),
        (catalogue.ADDRESS, elsewhere, "web.base.url is"),
        (catalogue.NEUTRALISE, unproven, "not proven harmless"),
        (catalogue.COPY_FILES, half_copied, "files.tar"),
        (catalogue.CLEAN_UP, half_copied, "files.tar"),
        (catalogue.WORKLOADS, patched("Deployment", WEB, {"replicas": 0}), "no web pods"),
        (catalogue.CRON, patched("Deployment", CRON, {"replicas": 0}), "no pod"),
        (catalogue.ROLL_OUT, patched("Deployment", WEB, {"replicas": 7}), "spec.replicas"),
        (catalogue.LIMITS, limited, "may have [1] connections, not 44"),
        (catalogue.TRIM_LIMITS, limited, "may have [1] connections, not 44"),
        (catalogue.TURN, old_route, "web-of-before"),
        (catalogue.PRUNE, old_route, "web-of-before"),
        (catalogue.QUIESCE, unchanged, "started web and cron again"),
        (catalogue.REMOVE_NAMESPACE, unchanged, "is still there"),
        (catalogue.REMOVE_DATABASE, unchanged, "is still there"),
    ],
    ids=lambda value: value.name if isinstance(value, StepSpec) else "",
)
def test_what_is_wrong_is_said(step: StepSpec, break_it: Callable[[World], None], words: str) -> None:
    world, work = provisioned()
    break_it(world)
    assert words in (said(step, work) or "")


def test_a_step_whose_end_is_not_so_fails_with_what_is_wrong() -> None:
    world = World()
    world.create()
    world.postgres.answer("rolconnlimit", [{"connections": 7}])
    world.edit(plan="large")
    world.drive()
    message = world.procedure(ProcedureKind.SET_PLAN).status.message
    assert "after limits: " in message
    assert "may have [7] connections" in message
