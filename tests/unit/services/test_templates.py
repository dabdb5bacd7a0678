"""Golden templates: built once for each release, server and variant, kept, and copied for every tenant."""

import pytest

from controller.errors import ExitCode
from controller.services.outside import TEMPLATE_BUCKET
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support import samples
from tests.support.simulation import DUMP
from tests.support.world import NAMESPACE, TEMPLATES_NAMESPACE, World

CREATE, BUILD = ProcedureKind.CREATE, ProcedureKind.BUILD_TEMPLATE


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
            world.store.put(TEMPLATE_BUCKET, world.template.dump_key(), DUMP)
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
    world.store.put("shopfleet-templates", world.template.dump_key(), DUMP)
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
