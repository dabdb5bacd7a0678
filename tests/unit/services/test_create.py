"""From a declared Tenant to a page through the gateway, and nothing more to do after that."""

import pytest
import structlog

from controller.core.ports import Ref
from controller.errors import ExitCode, UnavailableError
from controller.services.outside import TEMPLATE_BUCKET
from provisioning.audit import AuditRecord
from provisioning.meta import FINALIZER
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from provisioning.trading import TRADING_NEEDS, Need
from tests.support import samples
from tests.support.fakes.faults import CallMade
from tests.support.world import NAMESPACE, TEMPLATES_NAMESPACE, World

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
    assert world.postgres.roles[names.role].connection_limit == 40


def test_its_password_waits_with_its_partner_and_its_other_secrets_in_its_own_namespace() -> None:
    world = World()
    names = world.create().names
    secrets = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in world.kube.objects("Secret")}
    (outside,) = [each for each in secrets if each[0] != names.namespace]
    assert outside == (NAMESPACE, FIRST_PASSWORDS_SECRET)
    assert (names.namespace, "database") in secrets


def calls_of_a_look(world: World) -> list[CallMade]:
    """Of one pass over a settled tenant, which changes nothing."""
    world.watch.effects.clear()
    world.calls.calls.clear()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert world.watch.effects == []
    return world.calls.calls


def test_a_settled_tenant_costs_one_request_per_kind_and_none_per_object() -> None:
    world = World()
    place = world.create().names.namespace
    calls = calls_of_a_look(world)
    inside = [f"{each.method} {each.target}" for each in calls if place in each.target]
    assert {each.split()[0] for each in inside} == {"list"}
    assert len(set(inside)) == len(inside), "a kind is read twice"
    kinds = {each["kind"] for each in world.kube.objects() if each["metadata"].get("namespace") == place}
    assert {each.split()[1] for each in inside} == kinds - {"Event", "Pod"}
    # Itself and its procedures; plan, release, server and the server's authority.
    assert len(calls) - len(inside) == 6


def test_a_tenant_with_more_objects_costs_no_more_calls() -> None:
    small, large = World(), World()
    small.create()
    large.create(hostnames=("rua.shops.localhost", "old.shops.localhost"))
    assert len(large.kube.objects("HTTPRoute")) > len(small.kube.objects("HTTPRoute"))
    assert len(calls_of_a_look(large)) == len(calls_of_a_look(small))


def test_what_cannot_be_read_is_not_taken_for_missing() -> None:
    world = World()
    world.create()
    lists = [each.target for each in calls_of_a_look(world) if each.method == "list"]
    with world.quietly():
        for manifest in world.kube.objects("Deployment"):
            world.kube.delete(Ref.of(manifest))
    assert len(lists) > 10
    for target in lists:
        if target.startswith("Procedure"):
            continue
        world.watch.effects.clear()
        world.calls.fail("list", UnavailableError("no answer"), target=target)
        with pytest.raises(UnavailableError):
            world.operator.tenants.reconcile(NAMESPACE, "rua")
        assert world.watch.changing() == [], target
    world.restart()
    world.drive()
    assert len(world.kube.objects("Deployment")) == 2


def test_who_lost_its_labels_is_not_missing() -> None:
    world = World()
    world.create()
    with world.quietly():
        for manifest in world.kube.objects("Deployment"):
            world.kube.patch(Ref.of(manifest), {"metadata": {"labels": None}, "spec": {"replicas": 5}})
    world.watch.effects.clear()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert world.watch.changing() == []
    assert {each["spec"]["replicas"] for each in world.kube.objects("Deployment")} == {5}


def test_what_was_just_made_again_shows_in_the_same_pass() -> None:
    world = World()
    names = world.create().names
    with world.quietly():
        world.kube.delete(Ref("apps/v1", "Deployment", "web", names.namespace))
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    available = next(each for each in world.tenant().status.conditions if each.type == "Available")
    assert (available.reason, available.message) == ("NoReadyPod", "no web pod is ready")


def test_a_new_operator_changes_nothing_of_settled_tenants() -> None:
    world = World()
    world.create()
    world.create("other")
    world.watch.effects.clear()
    world.restart()
    world.drive()
    assert world.watch.effects == []


def test_what_is_missing_of_a_settled_tenant_is_made_again() -> None:
    world = World()
    tenant = world.create()
    before = {(each["kind"], each["metadata"]["name"]) for each in world.kube.objects()}
    with world.quietly():
        for manifest in world.kube.objects():
            if manifest["kind"] in ("Service", "NetworkPolicy", "HTTPRoute", "Deployment"):
                world.kube._remove(world.kube._key(Ref.of(manifest)))
    world.restart()
    world.drive()
    after = {(each["kind"], each["metadata"]["name"]) for each in world.kube.objects()}
    assert before <= after
    assert tenant.status.phase is TenantPhase.READY


def test_the_first_of_its_variant_has_the_template_built_and_says_so() -> None:
    world = World(template=False)
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=3)
    create = world.procedure(CREATE)
    assert "building the template" in create.status.message
    assert "Provisioning" in world.tenant().status.phase
    world.cluster.frozen = False
    world.drive()
    assert world.procedure(BUILD).status.phase is ProcedurePhase.SUCCEEDED
    assert world.tenant().status.phase is TenantPhase.READY
    assert world.kept("shopfleet-templates") != []


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (False, "building the template for FR with fr_FR: about 3 min"),
        (True, "restoring the template for FR with fr_FR: about 1 min"),
    ],
)
def test_an_estimate_comes_with_the_first_word(kept: bool, says: str) -> None:
    world = World(template=False)
    if kept:
        with world.quietly():
            world.store.put(TEMPLATE_BUCKET, world.template.dump_key(), b"PGDMP")
    world.declare()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    world.operator.procedures.advance(NAMESPACE, world.procedure(CREATE).metadata.name)
    assert says in world.procedure(CREATE).status.message


def test_tenants_of_one_variant_share_one_build() -> None:
    world = World(template=False)
    for name in ("a", "b", "c"):
        world.declare(name)
    world.drive()
    assert len(world.procedures(BUILD)) == 1
    assert {world.tenant(name).status.phase for name in ("a", "b", "c")} == {TenantPhase.READY}


def test_another_variant_gets_a_template_of_its_own() -> None:
    world = World()
    world.create("german", country="DE", languages=("de_DE",))
    assert len(world.procedures(BUILD)) == 1
    assert len([name for name in world.postgres.databases if name.startswith("tpl_")]) == 2


def test_a_kept_dump_is_restored_instead_of_built() -> None:
    world = World(template=False)
    world.store.put("shopfleet-templates", world.template.dump_key(), b"PGDMP")
    world.create()
    steps = {step.name: step.message for step in world.procedure(BUILD).status.steps}
    assert steps["build"] == "filled already"
    assert world.postgres.databases[world.template.database].template


def test_a_template_that_was_dropped_is_built_again() -> None:
    world = World(template=False)
    for name in ("a", "b", "c"):
        assert world.create(name).status.phase is TenantPhase.READY
        del world.postgres.databases[world.template.database]


def test_nothing_of_a_finished_build_stays_but_the_template_and_its_dump() -> None:
    world = World(template=False)
    world.create()
    kinds = {
        each["kind"] for each in world.kube.objects() if each["metadata"].get("namespace") == TEMPLATES_NAMESPACE
    }
    assert "Job" not in kinds
    assert "Secret" not in kinds
    assert world.postgres.roles[world.template.owner].password is None


def test_a_failed_build_says_what_to_do_and_a_retry_of_both_works() -> None:
    world = World(template=False)
    world.cluster.failing_jobs["template"] = "module x does not exist"
    world.declare()
    world.drive()
    create, build = world.procedure(CREATE), world.procedure(BUILD)
    assert (create.status.phase, build.status.phase) == (ProcedurePhase.FAILED, ProcedurePhase.FAILED)
    assert "module x does not exist" in create.status.message
    assert f"shopfleet procedure retry {build.metadata.name}" in create.status.message
    assert world.tenant().status.phase is TenantPhase.FAILED
    world.cluster.failing_jobs.clear()
    world.retry(build)
    world.drive()
    world.retry(create)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY


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


def test_what_the_template_s_build_refuses_is_not_tried_again() -> None:
    world = World(template=False)
    world.cluster.failing_jobs["template"] = "language xx_XX is unknown to this Odoo"
    world.cluster.exit_code = ExitCode.REFUSED
    world.declare()
    world.drive()
    build = world.procedure(BUILD)
    assert build.status.phase is ProcedurePhase.FAILED
    assert "language xx_XX is unknown to this Odoo" in build.status.message
    made = [target for action, target in world.watch.effects if action == "kube.create" and "Job" in target]
    assert len(made) == 1
    assert world.template.building not in world.postgres.databases


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


def test_a_settled_tenant_s_passes_are_about_no_request() -> None:
    world = World()
    world.create()
    structlog.contextvars.clear_contextvars()
    world.operator.tenants.reconcile(NAMESPACE, "rua")
    assert structlog.contextvars.get_contextvars() == {"tenant": "rua"}


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


def test_progress_shows_while_it_waits_for_pods() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    procedure: Procedure = world.procedure(CREATE)
    assert procedure.status.progress.startswith("7/10")
    assert procedure.status.message == "no web pod is ready yet"
    conditions = {each.type: each for each in world.tenant().status.conditions}
    assert "7/10" in conditions["Progressing"].message


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


def test_builds_of_one_template_on_two_servers_share_no_secret() -> None:
    world = World(template=False)
    world.seed_resource(samples.server().model_copy(update={"metadata": samples.tenant("second").metadata}))
    world.cluster.frozen = True
    world.declare("a")
    world.declare("b", database_server="second")
    world.drive(seconds=5)
    builds = {each.metadata.name for each in world.procedures(BUILD)}
    assert len(builds) == 2
    secrets = {
        each["metadata"]["name"]
        for each in world.kube.objects("Secret")
        if each["metadata"]["namespace"] == TEMPLATES_NAMESPACE
    }
    assert builds <= secrets


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
