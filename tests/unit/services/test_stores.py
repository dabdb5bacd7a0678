"""A tenant's stores: set up at its creation, and again whenever their description changes."""

import json

import pytest

from controller.core import catalogue
from controller.core.conditions import AS_DECLARED
from controller.core.modules import MODULES_QUERY
from controller.services.resources import Resources
from controller.services.steps.registry import ACTIONS
from controller.services.steps.step import Work
from provisioning.network import digest
from provisioning.objects import stores
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support import samples
from tests.support.simulation import NETWORK_WRITTEN
from tests.support.world import World, module
from tests.unit.services.living import replicas
from tests.unit.services.scenarios import CHAIN, SCENARIOS

MORE = [*CHAIN["stores"], {"code": "NIC", "name": "Nice", "suppliedBy": "DC"}]


def chain() -> World:
    world = SCENARIOS["set-stores"].before()
    world.watch.effects.clear()
    return world


def applied(world: World, name: str = "rua") -> list[str]:
    """Digests of the descriptions that were applied to the tenant's database, in order."""
    found = world.postgres.databases[world.tenant(name).names.database].executed
    return [str(value) for _, (sql, values) in found if sql == NETWORK_WRITTEN for value in values]


def said(procedure: Procedure, step: catalogue.StepSpec) -> str:
    return next(each.message for each in procedure.status.steps if each.name == step.name)


def test_a_new_tenant_has_its_stores_before_it_counts_as_ready() -> None:
    world = chain()
    tenant = world.tenant()
    assert applied(world) == [digest(tenant.spec)] == [tenant.status.applied.network]
    created = world.procedure(ProcedureKind.CREATE)
    assert said(created, catalogue.STORES) == "2 warehouses, 3 tills made; 1 things changed"
    assert not world.procedures(ProcedureKind.SET_STORES)


def test_a_tenant_without_stores_waits_for_nothing() -> None:
    world = World()
    tenant = world.create()
    assert said(world.procedure(ProcedureKind.CREATE), catalogue.STORES) == "no stores are to be set up"
    assert not world.kube.objects("Job")
    assert tenant.status.applied.network == ""
    assert "network" not in world.procedure(ProcedureKind.CREATE).status.outputs


def test_stores_of_a_tenant_without_the_bundle_are_what_they_were() -> None:
    world = World()
    world.create(stores=[{"code": "P1", "name": "Porto"}])
    assert world.tenant().status.phase is TenantPhase.READY
    assert not world.kube.objects("Job")
    world.edit(stores=[{"code": "P1", "name": "Porto"}, {"code": "P2", "name": "Braga"}])
    world.drive()
    assert not world.procedures(ProcedureKind.SET_STORES)


def test_a_change_of_the_stores_is_set_up_while_the_shop_goes_on() -> None:
    world = chain()
    pods = replicas(world)
    world.open_tills(3)
    world.edit(stores=MORE)
    world.drive()
    assert world.procedure(ProcedureKind.SET_STORES).status.phase is ProcedurePhase.SUCCEEDED
    assert applied(world)[1:] == [digest(world.tenant().spec)]
    assert world.tenant().status.phase is TenantPhase.READY
    assert replicas(world) == pods
    assert not [each for each in world.watch.changing() if "Deployment" in each or "HTTPRoute" in each]


def test_what_is_set_up_already_is_not_set_up_again() -> None:
    world = chain()
    (database,) = [world.postgres.databases[world.tenant().names.database]]
    world.edit(stores=MORE)
    world.drive()
    again = database.executed[-1]
    world.edit(stores=list(CHAIN["stores"]))
    world.drive()
    assert len(applied(world)) == 3
    database.executed.append(again)
    world.edit(stores=MORE)
    world.drive()
    assert len(applied(world)) == 4
    latest = max(world.procedures(ProcedureKind.SET_STORES), key=lambda each: each.metadata.name)
    assert said(latest, catalogue.CHANGE_STORES) == "all stores are set up already"


def test_modules_of_its_bundles_belong_to_it() -> None:
    """And those of bundles that it has not are none of its own."""
    world = chain()
    names = ["base", *samples.release().spec.modules_with(CHAIN["bundles"]), "website_sale"]
    world.postgres.answer(MODULES_QUERY, [module(name) for name in names])
    world.restart()
    world.drive(seconds=1)
    said = {each.type: each.message for each in world.tenant().status.conditions}
    assert "not of the release: website_sale" in said[AS_DECLARED]
    assert "retail_store_network" not in said[AS_DECLARED]


def test_an_order_of_the_stores_is_no_change() -> None:
    world = chain()
    world.edit(stores=list(reversed(CHAIN["stores"])))
    world.drive()
    assert not world.procedures(ProcedureKind.SET_STORES)


def test_stores_that_are_taken_out_stay_in_odoo() -> None:
    world = chain()
    world.edit(stores=[])
    world.drive()
    assert said(world.procedure(ProcedureKind.SET_STORES), catalogue.CHANGE_STORES) == "no stores are to be set up"
    assert world.tenant().status.applied.network == ""
    assert len(applied(world)) == 1


def test_an_edit_while_stores_are_set_up_is_what_counts_in_the_end() -> None:
    world = chain()
    world.cluster.frozen = True
    world.edit(stores=MORE)
    world.drive(seconds=5)
    running = world.procedure(ProcedureKind.SET_STORES)
    assert running.status.message.startswith("setting up 3 stores: ")
    world.edit(stores=[*MORE, {"code": "PAR", "name": "Paris"}])
    world.cluster.frozen = False
    world.drive()
    tenant = world.tenant()
    assert applied(world)[-1] == digest(tenant.spec) == tenant.status.applied.network
    assert len(world.procedures(ProcedureKind.SET_STORES)) == 1


def test_what_odoo_says_against_a_store_reaches_whoever_asked_and_is_not_tried_again() -> None:
    world = chain()
    world.cluster.failing_jobs[stores.CONTAINER] = "Store NIC: there is no country XX."
    world.cluster.exit_code = 4
    world.edit(stores=MORE)
    world.drive()
    failed = world.procedure(ProcedureKind.SET_STORES)
    assert failed.status.phase is ProcedurePhase.FAILED
    assert "it says: Store NIC: there is no country XX." in world.tenant().status.message
    assert world.tenant().status.phase is TenantPhase.DEGRADED
    world.cluster.failing_jobs.clear()
    world.edit(stores=[*MORE[:2], {"code": "NIC", "name": "Nice Étoile", "suppliedBy": "DC"}])
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert applied(world)[-1] == digest(world.tenant().spec)


def test_a_creation_that_odoo_refused_ends_well_once_the_store_is_corrected() -> None:
    world = SCENARIOS["create with stores"].before()
    world.cluster.failing_jobs[stores.CONTAINER], world.cluster.exit_code = "Store LYO: no.", 4
    world.declare(**CHAIN)
    world.drive()
    failed = world.procedure(ProcedureKind.CREATE)
    assert failed.status.phase is ProcedurePhase.FAILED
    assert "Store LYO: no." in world.tenant().status.message
    world.cluster.failing_jobs.clear()
    world.edit(stores=MORE)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert applied(world) == [digest(world.tenant().spec)]


def test_a_job_that_fails_by_chance_is_tried_again() -> None:
    world = chain()
    world.cluster.failing_jobs[stores.CONTAINER] = "OperationalError: no connection"
    world.edit(stores=MORE)
    world.drive(seconds=10)
    assert world.procedure(ProcedureKind.SET_STORES).status.phase is ProcedurePhase.RUNNING
    world.cluster.failing_jobs.clear()
    world.drive()
    assert world.procedure(ProcedureKind.SET_STORES).status.phase is ProcedurePhase.SUCCEEDED


def test_what_stores_refer_to_is_checked_before_odoo_is_asked() -> None:
    world = chain()
    world.edit(stores=[{"code": "LYO", "name": "Lyon", "suppliedBy": "XX"}])
    world.drive()
    failed = world.procedure(ProcedureKind.SET_STORES)
    assert failed.status.phase is ProcedurePhase.FAILED
    assert (
        "spec.stores[LYO].suppliedBy: there is no store or warehouse with the code 'XX'" in failed.status.message
    )
    assert len(applied(world)) == 1


def test_a_rename_keeps_the_stores() -> None:
    world = chain()
    world.edit(displayName="New", hostnames=["new.shops.localhost"])
    world.drive()
    assert world.tenant().status.applied.network == digest(world.tenant().spec)
    assert not world.procedures(ProcedureKind.SET_STORES)


def test_a_clone_ends_with_the_stores_of_its_source() -> None:
    world = chain()
    source = world.tenant().spec
    world.declare("staging", clone_of={"tenant": "rua"}, stores=source.stores, bundles=source.bundles)
    world.drive()
    clone = world.tenant("staging")
    assert clone.status.phase is TenantPhase.READY
    assert [clone.status.applied.network] == [digest(source)] == applied(world, "staging")
    assert not world.procedures(ProcedureKind.SET_STORES), "they came with the database"


def test_a_clone_gets_what_its_source_did_not_have_yet() -> None:
    world = chain()
    world.declare("staging", clone_of={"tenant": "rua"}, stores=MORE, bundles=CHAIN["bundles"])
    world.drive()
    clone = world.tenant("staging")
    assert clone.status.applied.network == digest(clone.spec) == applied(world, "staging")[-1]
    assert world.procedure(ProcedureKind.SET_STORES).spec.tenant == "staging"


def test_a_late_retry_brings_back_no_old_stores() -> None:
    world = chain()
    world.cluster.failing_jobs[stores.CONTAINER], world.cluster.exit_code = "no", 4
    world.edit(stores=MORE)
    world.drive()
    failed = world.procedure(ProcedureKind.SET_STORES)
    world.cluster.failing_jobs.clear()
    world.edit(stores=MORE[:2])
    world.drive()
    world.retry(failed)
    world.drive()
    assert applied(world)[-1] == digest(world.tenant().spec) == world.tenant().status.applied.network


def test_nobody_who_may_list_pods_reads_who_works_where() -> None:
    world = SCENARIOS["set-stores"].before()
    person = {"login": "lea@rua.example", "name": "Léa", "role": "store_manager"}
    world.cluster.frozen = True
    world.edit(stores=[CHAIN["stores"][0], {**CHAIN["stores"][1], "people": [person]}])
    world.drive(seconds=5)
    assert [each for each in world.kube.objects("Secret") if stores.DESCRIPTION_KEY in each["data"]]
    for kind in ("Job", "Pod", "Event", "Procedure"):
        assert "lea@" not in json.dumps(world.kube.objects(kind))
    world.cluster.frozen = False
    world.drive()
    left = [each["data"] for each in world.kube.objects("Secret") if stores.DESCRIPTION_KEY in each["data"]]
    assert left == []


def test_stores_are_looked_for_in_the_database() -> None:
    world = chain()
    work = Work(world.outside, Resources(world.kube), world.procedure(ProcedureKind.CREATE))
    check = ACTIONS[catalogue.STORES.name].check
    assert check is not None
    assert check(work) is None
    world.postgres.databases[world.tenant().names.database].executed.clear()
    assert "has the stores of no description instead of" in (check(work) or "")


@pytest.mark.parametrize("name", ["create with stores", "set-stores"])
def test_the_job_stands_in_no_way_of_the_next_one(name: str) -> None:
    """Each procedure has Jobs of its own name."""
    world = SCENARIOS[name].before()
    SCENARIOS[name].act(world)
    world.drive()
    world.edit(stores=[*MORE, {"code": "PAR", "name": "Paris"}])
    world.drive()
    assert applied(world)[-1] == digest(world.tenant().spec)
