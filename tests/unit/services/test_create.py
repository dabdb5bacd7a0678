"""From a declared Tenant to a page through the gateway, and nothing more to do after that."""

import pytest
import structlog

from controller.errors import ConflictError
from provisioning.audit import AuditRecord
from provisioning.meta import FINALIZER
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from provisioning.trading import TRADING_NEEDS, Need
from tests.support import samples
from tests.support.world import NAMESPACE, World

CREATE, BUILD = ProcedureKind.CREATE, ProcedureKind.BUILD_TEMPLATE


def test_a_declared_tenant_becomes_ready() -> None:
    world = World()
    tenant = world.create()
    status = tenant.status
    assert (status.phase, status.ready, status.release) == (TenantPhase.READY, "1/1", "14.0")
    assert status.url == "https://rua.shops.localhost"
    assert tenant.metadata.finalizers == (FINALIZER,)
    assert status.lock is None
    assert status.provisioned_at is not None
    assert status.observed_generation == tenant.metadata.generation


def test_its_role_owns_its_database_with_everything_in_it_and_nothing_else() -> None:
    world = World()
    names = world.create().names
    database = world.postgres.databases[names.database]
    assert (database.owner, database.objects) == (names.role, {names.role})
    assert world.postgres.owned_elsewhere(names.role, names.database) == []
    assert world.postgres.roles[names.role].connection_limit == 44


def test_its_password_waits_with_its_partner_and_its_other_secrets_in_its_own_namespace() -> None:
    world = World()
    names = world.create().names
    secrets = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in world.kube.objects("Secret")}
    (outside,) = [each for each in secrets if each[0] != names.namespace]
    assert outside == (NAMESPACE, FIRST_PASSWORDS_SECRET)
    assert (names.namespace, "database") in secrets


def test_verify_claims_no_more_than_it_looks_at() -> None:
    world = World()
    world.create()
    said = next(step.message for step in world.procedure(CREATE).status.steps if step.name == "verify")
    assert said == "it has what posting an invoice and opening a till take"


@pytest.mark.parametrize("need", TRADING_NEEDS, ids=lambda need: need.message)
def test_a_database_that_lacks_what_trading_takes_is_refused(need: Need) -> None:
    world = World()
    world.postgres.answer(need.sql, [{"present": False}])
    world.declare()
    world.drive()
    create = world.procedure(CREATE)
    assert create.status.phase is ProcedurePhase.FAILED
    assert need.message in create.status.message


def test_a_quota_that_takes_no_pod_is_said() -> None:
    world = World()
    world.cluster.quota = "exceeded quota: tenant, requested: requests.memory=1536Mi"
    world.declare()
    world.drive(seconds=60)
    create = world.procedure(CREATE)
    assert create.status.message == f"no web pod is ready yet: no pod can be made: {world.cluster.quota}"


def test_whatever_a_pass_says_carries_the_request() -> None:
    """From the pass that starts the work, for as long as it is under way."""
    world = World()
    said = {"request-for": "Create 1 of a123456789", "requested-by": "ana", "request-id": "request-17"}
    world.declare(id="a123456789", annotations={f"shopfleet.dev/{key}": value for key, value in said.items()})
    world.cluster.frozen = True
    world.drive(seconds=5)
    name = world.procedure(CREATE).metadata.name
    for look in (
        lambda: world.operator.tenants.reconcile(NAMESPACE, "rua"),
        lambda: world.operator.procedures.advance(NAMESPACE, name),
    ):
        structlog.contextvars.clear_contextvars()
        look()
        bound = structlog.contextvars.get_contextvars()
        assert (bound["tenant"], bound["procedure"], bound["request_id"]) == ("rua", name, "request-17")


def test_beginning_and_end_are_in_the_audit_log() -> None:
    world = World()
    world.declare(
        id="a123456789",
        annotations={
            "shopfleet.dev/request-for": "Create 1 of a123456789",
            "shopfleet.dev/requested-by": "ana",
            "shopfleet.dev/on-behalf-of": "rua-owner",
            "shopfleet.dev/reason": "contract 17",
            "shopfleet.dev/request-id": "req-1",
        },
    )
    world.drive()
    records = [each.spec for each in world.all(AuditRecord)]
    assert [record.result for record in records] == ["begun", "succeeded: all steps are done"]
    assert {record.action for record in records} == {"procedure.Create"}
    assert {(r.who, r.on_behalf_of, r.reason, r.request_id) for r in records} == {
        ("tester", "rua-owner", "contract 17", "req-1")
    }


def test_annotations_of_any_length_do_not_keep_it_from_starting() -> None:
    world = World()
    long = {f"shopfleet.dev/{key}": "x" * 7000 for key in ("reason", "request-id", "requested-by", "force")}
    world.declare(id="a123456789", annotations={**long, "shopfleet.dev/request-for": "Create 1 of a123456789"})
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    spec = world.procedure(ProcedureKind.CREATE).spec
    assert (len(spec.reason), len(spec.request_id), len(spec.requested_by)) == (500, 63, 253)


def test_a_tenant_may_bring_its_own_id() -> None:
    world = World()
    assert world.create(id="b123456789").names.namespace == "sf-b123456789"


def test_phases_are_told_as_events() -> None:
    world = World()
    world.create()
    said = [each["reason"] for each in world.kube.objects("Event")]
    assert said[-2:] == ["Succeeded", "Ready"]


def test_scheduled_jobs_start_only_in_a_shop_that_serves_and_is_proven() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=60)
    assert [each["metadata"]["name"] for each in world.kube.objects("Deployment")] == ["web"]
    world.cluster.frozen = False
    world.drive()
    assert sorted(each["metadata"]["name"] for each in world.kube.objects("Deployment")) == ["cron", "web"]
    assert world.tenant().status.phase is TenantPhase.READY


def test_pods_start_beside_the_copying_and_are_let_in_when_the_database_is_the_tenants_own() -> None:
    world = World()
    world.create()
    effects = [f"{action} {target}" for action, target in world.watch.effects]

    def first(what: str) -> int:
        return next(index for index, effect in enumerate(effects) if what in effect)

    limits = [index for index, effect in enumerate(effects) if "ensure_role" in effect]
    assert first("Deployment") < first("create_database")
    assert limits[0] < first("create_database") < first("postgres.execute") < limits[-1]
    assert len(limits) == 2


def test_a_tenants_role_is_shut_out_until_its_database_is_personalised() -> None:
    world = World()
    seen: list[int] = []

    def look(number: int, action: str, target: str) -> None:
        if action == "postgres.execute":
            seen.extend(role.connection_limit for name, role in world.postgres.roles.items() if name[:2] == "t_")

    world.watch.before = world.watch.after = look  # type: ignore[method-assign]
    world.create()
    assert seen == [0, 0]


def test_a_conflict_is_not_taken_for_a_copy_that_is_there() -> None:
    world = World()
    world.declare()
    # The template is there already, so this is the copy.
    world.calls.fail("create_database", ConflictError("deadlock detected"))
    world.drive()
    procedure = world.procedure(ProcedureKind.CREATE)
    assert procedure.status.phase is ProcedurePhase.SUCCEEDED
    assert [step.attempts for step in procedure.status.steps if step.name == "database"] == [2]


def test_progress_shows_while_it_waits_for_pods() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    procedure: Procedure = world.procedure(CREATE)
    assert procedure.status.progress.startswith("7/11")
    assert procedure.status.message == "no web pod is ready yet"
    conditions = {each.type: each for each in world.tenant().status.conditions}
    assert "7/11" in conditions["Progressing"].message


def test_events_are_told_of_this_very_tenant() -> None:
    world = World()
    tenant = world.create()
    about = [each["involvedObject"] for each in world.kube.objects("Event")]
    assert tenant.metadata.uid in {each["uid"] for each in about if each["kind"] == "Tenant"}
    assert all(each["uid"] for each in about)


def test_the_most_and_longest_hostnames_fit() -> None:
    world = World()
    longest = ".".join(["a" * 60] * 3)
    hostnames = tuple(f"{number:02}{longest}.{number:02}{'b' * 48}.shops.localhost" for number in range(17))
    assert world.create(hostnames=hostnames).status.phase is TenantPhase.READY


def test_the_longest_names_fit() -> None:
    world = World(template=False)
    server = "s" * 63
    world.seed_resource(samples.server().model_copy(update={"metadata": samples.tenant(server).metadata}))
    tenant = world.create("n" * 63, hostnames=("n.shops.localhost",), database_server=server)
    assert tenant.status.phase is TenantPhase.READY
    names = [each["metadata"]["name"] for each in world.kube.objects() if each["kind"] not in ("Event",)]
    assert max(map(len, names)) <= 63


def test_a_creation_taken_up_again_waits_until_its_undone_namespace_is_gone() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    removing, world.cluster._volume = world.cluster._volume, lambda *_: None
    create = world.procedure(CREATE)
    world.edit_procedure(create.metadata.name, cancel=True)
    world.drive(seconds=5)
    assert world.procedure(CREATE).status.phase is ProcedurePhase.CANCELLED
    world.retry(world.procedure(CREATE))
    world.drive(seconds=5)
    assert "is still being removed" in world.procedure(CREATE).status.message
    world.cluster._volume, world.cluster.frozen = removing, False
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


def test_one_that_is_declared_suspended_is_made_and_then_suspended() -> None:
    world = World()
    tenant = world.create(suspended=True)
    assert tenant.status.phase is TenantPhase.SUSPENDED
    assert world.procedure(CREATE).status.phase is ProcedurePhase.SUCCEEDED
