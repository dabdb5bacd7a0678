"""A clone is a copy of its own that is proven harmless before it starts, and leaves nothing behind."""

from typing import Any

import pytest

from controller.errors import ExitCode, RefusedError, UnavailableError
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from release.neutralise.leftovers import PARAMETERS_QUERY
from release.neutralise.neutralise import INSTALLED_QUERY
from tests.support.world import World

CLONE = ProcedureKind.CLONE


def with_source() -> World:
    world = World()
    world.create()
    world.watch.effects.clear()
    return world


def cloned(world: World, **clone_of: Any) -> None:
    world.declare("staging", clone_of={"tenant": "rua", **clone_of})
    world.drive()


def messages(world: World) -> dict[str, str]:
    return {step.name: step.message for step in world.procedure(CLONE).status.steps}


def test_a_clone_has_a_database_and_files_of_its_own() -> None:
    world = with_source()
    cloned(world)
    assert world.tenant("staging").status.phase is TenantPhase.READY
    names, source = world.tenant("staging").names, world.tenant().names
    database = world.postgres.databases[names.database]
    assert (database.owner, database.objects) == (names.role, {names.role})
    assert world.postgres.databases[source.database].objects == {source.role}
    assert "proven" in messages(world)["neutralise"]


def test_it_is_neutralised_before_anything_of_it_starts() -> None:
    world = with_source()
    cloned(world)
    names = world.tenant("staging").names
    effects = world.watch.effects
    statements = [index for index, each in enumerate(effects) if each == ("postgres.execute", names.database)]
    web = effects.index(("kube.apply", f"Deployment {names.namespace}/web"))
    assert statements
    assert max(statements) < web


@pytest.mark.parametrize(
    ("query", "rows", "words"),
    [
        (
            INSTALLED_QUERY,
            [{"name": "base"}, {"name": "unheard_of"}],
            "module unheard_of may speak to the outside",
        ),
        (INSTALLED_QUERY, [], "base itself is not in it"),
        (PARAMETERS_QUERY, [{"key": "bank_api_key", "value": "k"}], "bank_api_key looks like a credential"),
    ],
)
def test_a_clone_that_is_not_proven_harmless_never_starts(query: str, rows: list[Any], words: str) -> None:
    world = with_source()
    world.postgres.answer(query, rows)
    cloned(world)
    assert world.procedure(CLONE).status.phase is ProcedurePhase.FAILED
    assert words in world.procedure(CLONE).status.message
    names = world.tenant("staging").names
    assert not [
        each for each in world.kube.objects("Deployment") if each["metadata"]["namespace"] == names.namespace
    ]


def test_as_production_is_explicit_and_said() -> None:
    world = with_source()
    world.postgres.answer(INSTALLED_QUERY, [{"name": "base"}, {"name": "unheard_of"}])
    cloned(world, as_production=True)
    assert world.tenant("staging").status.phase is TenantPhase.READY
    assert "acts for real" in messages(world)["neutralise"]


def test_nothing_of_the_copy_stays_in_the_object_store_or_in_the_source() -> None:
    world = with_source()
    cloned(world)
    source = world.tenant().names.namespace
    assert world.kept() == []
    secrets = [each["metadata"] for each in world.kube.objects("Secret")]
    urls = [each["name"] for each in secrets if "copy-" in each["name"]]
    assert urls == []
    assert {each["metadata"]["namespace"] for each in world.kube.objects("Job")} <= {
        source,
        world.tenant("staging").names.namespace,
    }


def test_a_cancelled_clone_leaves_nothing_anywhere() -> None:
    world = with_source()
    source = world.tenant()
    before = {(each["kind"], each["metadata"]["name"]) for each in world.kube.objects()}
    world.declare("staging", clone_of={"tenant": "rua"})
    world.cluster.failing_jobs["restore"] = "disk full"
    world.drive(seconds=20)
    assert world.kept() != []
    world.delete("staging")
    world.drive()
    assert world.kept() == []
    assert world.tenants() == ["rua"]
    after = {
        (each["kind"], each["metadata"]["name"])
        for each in world.kube.objects()
        if each["kind"] not in ("Event", "Pod", "Procedure", "AuditRecord")
    }
    assert after <= before
    assert set(world.postgres.databases) == {world.template.database, source.names.database}
    assert world.tenant().status.phase is TenantPhase.READY


def test_a_clone_that_failed_for_good_leaves_nothing_once_it_is_deleted() -> None:
    world = with_source()
    world.cluster.failing_jobs["restore"] = "disk full"
    cloned(world)
    assert world.procedure(CLONE).status.phase is ProcedurePhase.FAILED
    assert "disk full" in world.procedure(CLONE).status.message
    world.cluster.failing_jobs.clear()
    world.delete("staging", purge=True)
    world.drive()
    assert world.kept() == []
    assert world.tenants() == ["rua"]


def test_a_restore_that_fails_once_starts_again_with_an_empty_database() -> None:
    world = with_source()
    world.declare("staging", clone_of={"tenant": "rua"})
    world.cluster.failing_jobs["restore"] = "connection lost"
    world.drive(seconds=10)
    world.cluster.failing_jobs.clear()
    world.drive()
    assert world.tenant("staging").status.phase is TenantPhase.READY


def test_a_restore_that_is_refused_is_not_tried_again() -> None:
    world = with_source()
    world.cluster.failing_jobs["restore"] = "the download's SHA-256 is wrong: it is damaged"
    world.cluster.exit_code = ExitCode.REFUSED
    cloned(world)
    assert world.procedure(CLONE).status.phase is ProcedurePhase.FAILED
    assert "damaged" in world.procedure(CLONE).status.message
    jobs = [target for action, target in world.watch.effects if action == "kube.create" and "restore" in target]
    assert len(jobs) == 1


def test_the_source_goes_on_selling() -> None:
    world = with_source()
    cloned(world)
    source = world.tenant().names
    disturbing = [
        target
        for action, target in world.watch.effects
        if source.namespace in target and not target.startswith(("Job ", "Secret "))
    ]
    assert disturbing == []
    assert not any(target == source.database for _, target in world.watch.effects)


def test_a_proof_that_gets_no_answer_is_asked_for_again() -> None:
    world = with_source()
    world.postgres.faults.fail("query", UnavailableError("the database fails over"), nth=4)
    cloned(world)
    assert world.tenant("staging").status.phase is TenantPhase.READY


def test_a_proof_that_is_refused_proves_nothing() -> None:
    world = with_source()
    world.postgres.faults.fail("query", RefusedError("no such table"), nth=5)
    cloned(world)
    assert world.procedure(CLONE).status.phase is ProcedurePhase.FAILED
    assert "not known whether" in world.procedure(CLONE).status.message
