"""What cannot be had: a message that names the field and the fix, and nothing was changed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from controller.core.deadline import Deadline
from controller.core.ports import Ref
from controller.core.procedures import MAX_ATTEMPTS
from controller.errors import UnavailableError
from controller.services.outside import TEMPLATE_BUCKET
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, Manifest
from provisioning.partner import Partner
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.release import Release
from provisioning.tenant import TenantPhase
from tests.support.world import World

CREATE = ProcedureKind.CREATE


@dataclass(frozen=True)
class Bad:
    what: str
    field: str
    fix: str
    spec: dict[str, Any]
    before: Callable[[World], None] = lambda world: None


def set_spec(kind: str, name: str, **spec: Any) -> Callable[[World], None]:
    def change(world: World) -> None:
        with world.quietly():
            world.kube.patch(Ref(API_VERSION, kind, name), {"spec": spec})

    return change


def with_neighbour(world: World) -> None:
    world.create("neighbour")


def full_server(world: World) -> None:
    world.postgres.connections_limit = 5


def newer_server(world: World) -> None:
    world.postgres.server_version = "18.1"


CASES = [
    Bad("unknown plan", "spec.plan", "choose one of: large, medium, small", {"plan": "huge"}),
    Bad("unknown release", "spec.release", "choose one of: 14.0", {"release": "99.0"}),
    Bad("unknown server", "spec.databaseServer", "choose one of: default", {"database_server": "x"}),
    Bad(
        "server newer than our client programs",
        "spec.databaseServer",
        "spec.toolsImage of DatabaseServer default",
        {},
        newer_server,
    ),
    Bad("unknown country", "spec.country", "choose one of: FR, DE", {"country": "US"}),
    Bad("unknown language", "spec.languages", "choose from: fr_FR, de_DE", {"languages": ("xx_XX",)}),
    Bad("unknown currency", "spec.currency", "ISO 4217", {"currency": "XYZ"}),
    Bad("unknown time zone", "spec.timeZone", "IANA name", {"time_zone": "Mars/Base"}),
    Bad(
        "foreign hostname",
        "spec.hostnames",
        "use a name under: shops.localhost",
        {"hostnames": ("a.example.com",)},
    ),
    Bad(
        "taken hostname",
        "spec.hostnames",
        "choose another hostname",
        {"hostnames": ("neighbour.shops.localhost",)},
        with_neighbour,
    ),
    Bad("taken id", "spec.id", "leave spec.id out", {"id": "taken"}, with_neighbour),
    Bad("no source", "spec.cloneOf.tenant", "name one of your own", {"clone_of": {"tenant": "nobody"}}),
    Bad(
        "full server", "spec.databaseServer", "choose another server or raise its max_connections", {}, full_server
    ),
    Bad(
        "closed server",
        "spec.databaseServer",
        "acceptsTenants",
        {},
        set_spec(DatabaseServer.KIND, "default", acceptsTenants=False),
    ),
    Bad(
        "unknown series",
        "spec.release",
        "choose a release of one of: 14.0",
        {},
        set_spec(Release.KIND, "14.0", series="13.0"),
    ),
    Bad(
        "full partner",
        "metadata.namespace",
        "raise the partner's maxTenants",
        {},
        lambda world: (with_neighbour(world), set_spec(Partner.KIND, "default", maxTenants=1)(world)),
    ),
]


@pytest.mark.parametrize("bad", CASES, ids=lambda bad: bad.what)
def test_a_refusal_names_field_and_fix_and_changes_nothing(bad: Bad) -> None:
    world = World()
    bad.before(world)
    spec = dict(bad.spec)
    if spec.get("id") == "taken":
        spec["id"] = world.tenant("neighbour").spec.id
    world.watch.effects.clear()
    untouched = everything(world)
    world.declare(**spec)
    world.drive()
    (procedure,) = [*world.procedures(CREATE, "rua"), *world.procedures(ProcedureKind.CLONE, "rua")]
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert f"{bad.field}: " in procedure.status.message
    assert bad.fix in procedure.status.message
    tenant = world.tenant()
    assert tenant.status.phase is TenantPhase.FAILED
    assert bad.fix in tenant.status.message
    assert f"shopfleet procedure retry {procedure.metadata.name}" in tenant.status.message
    assert world.watch.changing() == []
    assert everything(world) == untouched


def everything(world: World) -> tuple[Any, ...]:
    """All that is not the operator's own record."""
    records = ("Tenant", "Procedure", "Event", "AuditRecord")
    objects = [each for each in world.kube.objects() if each["kind"] not in records]
    return objects, list(world.postgres.databases), list(world.postgres.roles), world.kept()


@pytest.mark.parametrize(
    ("field", "spec"),
    [
        ("spec.languages", {"languages": ("xx_XX",)}),
        ("spec.country", {"country": "US"}),
        ("spec.timeZone", {"time_zone": "Mars/Base"}),
        ("spec.currency", {"currency": "XYZ"}),
        ("spec.cloneOf", {"clone_of": {"tenant": "nobody"}}),
    ],
)
def test_what_nobody_can_edit_any_more_says_how_to_begin_again(field: str, spec: dict[str, Any]) -> None:
    world = World()
    world.declare(**spec)
    world.drive()
    message = world.tenant().status.message
    assert f"{field} cannot be edited" in message
    assert "run: shopfleet tenant delete rua --purge, and create it again" in message
    world.delete(purge=True)
    world.drive()
    world.create()
    assert world.tenant().status.phase is TenantPhase.READY


def test_what_can_be_edited_needs_no_new_beginning() -> None:
    world = World()
    world.declare(plan="huge")
    world.drive()
    assert "create it again" not in world.tenant().status.message


def test_a_refusal_costs_one_attempt_and_then_waits_for_a_person() -> None:
    world = World()
    world.declare(plan="huge")
    world.drive()
    assert next(step.attempts for step in world.procedure(CREATE).status.steps) == MAX_ATTEMPTS
    world.watch.effects.clear()
    world.drive(seconds=3600)
    assert world.watch.effects == []


def test_mending_the_spec_is_enough() -> None:
    world = World()
    world.declare(plan="huge")
    world.drive()
    world.edit(plan="small")
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


def test_all_problems_come_at_once() -> None:
    world = World()
    world.declare(plan="huge", country="US", time_zone="Mars/Base")
    world.drive()
    message = world.procedure(CREATE).status.message
    assert all(field in message for field in ("spec.plan", "spec.country", "spec.timeZone"))


def test_a_server_that_is_down_is_tried_for_minutes_then_named() -> None:
    world = World()

    def down(server: DatabaseServer, deadline: Deadline) -> Any:
        raise UnavailableError(f"DatabaseServer {server.metadata.name} gives no answer")

    connect, world._connect = world._connect, down
    world.restart()
    world.declare()
    world.drive()
    procedure = world.procedure(CREATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "DatabaseServer default gives no answer" in procedure.status.message
    assert (procedure.status.finished_at - procedure.status.started_at).total_seconds() > 180
    assert world.watch.changing() == []
    world._connect = connect
    world.restart()
    world.retry(procedure)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


def test_a_missing_image_is_named_at_once() -> None:
    world = World()
    world.cluster.missing_images.add("shopfleet.local/odoo-14.0:0123456789ab")
    world.declare()
    world.drive()
    procedure = world.procedure(CREATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "ErrImagePull" in procedure.status.message
    assert "check the release's image" in procedure.status.message


@pytest.mark.parametrize(("resource", "words"), [("memory", "Insufficient memory"), ("disk", "no disk")])
def test_no_room_on_the_nodes_is_said_while_it_waits(resource: str, words: str) -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=2)
    namespace = world.tenant().names.namespace
    condition = {"type": "PodScheduled", "status": "False", "message": f"0/1 nodes are available: {words}"}
    pod: Manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-x", "namespace": namespace, "labels": {"shopfleet.dev/component": "web"}},
        "status": {"conditions": [condition]},
    }
    world.seed(pod)
    world.drive(seconds=30)
    procedure = world.procedure(CREATE)
    assert procedure.status.phase is ProcedurePhase.RUNNING
    assert "no node takes the pod" in procedure.status.message
    assert words in procedure.status.message
    world.drive(seconds=3600)
    assert "not done after 15 min" in world.procedure(CREATE).status.message


def test_a_certificate_that_expired_is_named() -> None:
    world = World()
    status = world.web.status

    def expired(hostname: str, path: str, timeout: float = 10.0) -> int:
        raise UnavailableError(f"https://{hostname}: certificate has expired")

    world.web.status = expired
    world.declare()
    world.drive(seconds=60)
    assert "certificate has expired" in world.procedure(CREATE).status.message
    world.web.status = status
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


@pytest.mark.parametrize("which", ["two new tenants", "a rename onto a new one"])
def test_of_two_that_want_one_hostname_at_once_only_one_gets_it(which: str) -> None:
    world = World()
    wanted = "wanted.shops.localhost"
    if which == "two new tenants":
        world.declare("first", hostnames=(wanted,))
        world.declare("second", hostnames=(wanted,))
    else:
        world.create("second")
        world.declare("first", hostnames=(wanted,))
        world.edit("second", hostnames=[wanted])
    world.drive()
    routes = [each for each in world.kube.objects("HTTPRoute") if wanted in each["spec"]["hostnames"]]
    assert len(routes) == 1


def test_the_server_s_authority_is_missing() -> None:
    world = World()
    with world.quietly():
        world.kube.delete(Ref("v1", "ConfigMap", "platform-ca", "shopfleet-system"))
    world.declare()
    world.drive()
    procedure = world.procedure(CREATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "ConfigMap shopfleet-system/platform-ca, which does not exist" in procedure.status.message
    assert "spec.caConfigMap" in procedure.status.message


def test_a_step_with_a_defect_ends_and_says_so_without_its_details() -> None:
    world = World()

    def broken(*_: object) -> None:
        raise KeyError("hunter2")

    world.postgres.give_database = broken
    world.declare()
    world.operator.run()
    procedure = world.procedure(CREATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert "defect: KeyError" in procedure.status.message
    assert "hunter2" not in procedure.status.message


def test_an_image_with_the_servers_client_lets_tenants_in_and_its_dumps_stay_apart() -> None:
    world = World(template=False)
    newer_server(world)
    set_spec(DatabaseServer.KIND, "default", toolsImage="registry.example.com/tools:18")(world)
    world.create()
    assert world.procedure(CREATE).status.phase is ProcedurePhase.SUCCEEDED
    (kept,) = world.kept(TEMPLATE_BUCKET)
    assert kept not in {world.template.dump_key(), ""}


def test_a_tenant_whose_server_was_upgraded_can_still_be_changed() -> None:
    world = World()
    world.create()
    newer_server(world)
    world.edit(plan="medium")
    world.drive()
    assert world.procedure(ProcedureKind.SET_PLAN).status.phase is ProcedurePhase.SUCCEEDED
