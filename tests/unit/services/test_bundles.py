"""Further bundles of a living tenant: installed once its tills are closed; none is taken out."""

from collections.abc import Sequence

from controller.core import catalogue
from controller.services import requests
from controller.services.requests import Request
from controller.services.steps.template import names_for
from provisioning.network import digest
from provisioning.objects import modules
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support import samples
from tests.support.simulation import MODULES_WRITTEN
from tests.support.world import World
from tests.unit.services.living import live, replicas
from tests.unit.services.scenarios import CHAIN

MORE = ["ecommerce", "storeNetwork"]


def installed(world: World) -> list[tuple[str, ...]]:
    """What was installed in the living tenant, in order."""
    executed = world.postgres.databases[world.tenant().names.database].executed
    return [tuple(map(str, names)) for _, (sql, names) in executed if sql == MODULES_WRITTEN]


def added(world: World, bundles: Sequence[str] = MORE) -> Procedure:
    world.edit(bundles=list(bundles))
    world.drive()
    return world.procedure(ProcedureKind.ADD_BUNDLES)


def said(procedure: Procedure) -> str:
    name = catalogue.INSTALL_MODULES.name
    return next(each.message for each in procedure.status.steps if each.name == name)


def test_the_modules_of_what_is_new_are_installed_while_the_shop_goes_on() -> None:
    world = live()
    pods = replicas(world)
    done = added(world)
    assert done.status.phase is ProcedurePhase.SUCCEEDED
    assert said(done) == "17 modules installed"
    assert installed(world) == [("retail_store_network",)]
    applied = world.tenant().status.applied
    assert applied is not None
    assert applied.bundles == tuple(MORE)
    assert world.tenant().status.phase is TenantPhase.READY
    assert replicas(world) == pods
    assert not [each for each in world.watch.changing() if "Deployment" in each or "HTTPRoute" in each]


def test_stores_are_set_up_once_their_bundle_is_there() -> None:
    world = live()
    world.edit(bundles=MORE, stores=list(CHAIN["stores"]))
    world.drive()
    assert world.procedure(ProcedureKind.SET_STORES).status.phase is ProcedurePhase.SUCCEEDED
    tenant = world.tenant()
    assert tenant.status.applied is not None
    assert tenant.status.applied.network == digest(tenant.spec) != ""


def test_open_tills_speak_against_it() -> None:
    world = live()
    world.open_tills(2)
    refused = added(world)
    assert refused.status.phase is ProcedurePhase.FAILED
    assert "2 tills are open" in refused.status.message
    assert installed(world) == []
    world.open_tills(0)
    world.retry(refused)
    world.drive()
    assert world.procedure(ProcedureKind.ADD_BUNDLES).status.phase is ProcedurePhase.SUCCEEDED


def test_a_person_can_do_it_while_tills_are_open() -> None:
    world = live()
    world.open_tills(2)
    before = world.tenant()
    asked = Request("ana", "r1", reason="wholesale begins", force="the tills know")
    noted = requests.edit(before, before, ProcedureKind.ADD_BUNDLES, asked)["metadata"]["annotations"]
    world.edit(bundles=MORE, annotations={key: value for key, value in noted.items() if value is not None})
    world.drive()
    assert world.procedure(ProcedureKind.ADD_BUNDLES).status.phase is ProcedurePhase.SUCCEEDED


def test_what_a_tenant_has_by_default_is_not_taken_out_by_naming_others() -> None:
    """The API server does not know the release, so the operator says it; nothing is changed."""
    world = live()
    refused = added(world, ["storeNetwork"])
    assert refused.status.phase is ProcedurePhase.FAILED
    assert "spec.bundles: ecommerce cannot be taken out" in refused.status.message
    assert installed(world) == []
    world.edit(bundles=MORE)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert installed(world) == [("retail_store_network",)]


def test_naming_what_is_there_installs_nothing() -> None:
    world = live()
    done = added(world, ["ecommerce"])
    assert said(done) == "all modules are installed already"
    assert not world.kube.objects("Job")


def test_a_bundle_that_the_release_has_not_is_refused() -> None:
    """Such as for tenants of a release of before there were bundles."""
    refused = added(live(), ["ecommerce", "rental"])
    assert refused.status.phase is ProcedurePhase.FAILED
    assert "release 14.0 has no rental" in refused.status.message


def test_what_odoo_says_against_it_reaches_whoever_asked() -> None:
    world = live()
    world.cluster.failing_jobs[modules.CONTAINER], world.cluster.exit_code = "this image has no module x", 4
    failed = added(world)
    assert failed.status.phase is ProcedurePhase.FAILED
    assert "this image has no module x" in world.tenant().status.message
    world.cluster.failing_jobs.clear()
    world.retry(failed)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.READY
    assert installed(world) == [("retail_store_network",)]


def test_a_job_that_somebody_kept_waiting_is_tried_again() -> None:
    world = live()
    world.cluster.failing_jobs[modules.CONTAINER] = "LockNotAvailable: canceling statement due to lock timeout"
    world.edit(bundles=MORE)
    world.drive(seconds=10)
    assert world.procedure(ProcedureKind.ADD_BUNDLES).status.phase is ProcedurePhase.RUNNING
    world.cluster.failing_jobs.clear()
    world.drive()
    assert world.procedure(ProcedureKind.ADD_BUNDLES).status.phase is ProcedurePhase.SUCCEEDED


def test_other_changes_keep_the_bundles_of_before_until_they_are_there() -> None:
    """Whoever renames meanwhile gets no objects of what is not installed."""
    world = live()
    world.edit(bundles=MORE, displayName="New")
    world.drive()
    kinds = [each.spec.kind for each in world.all(Procedure) if each.spec.tenant == "rua"]
    assert kinds[1:] and set(kinds) >= {ProcedureKind.RENAME, ProcedureKind.ADD_BUNDLES}
    applied = world.tenant().status.applied
    assert applied is not None
    assert (applied.display_name, applied.bundles) == ("New", tuple(MORE))


def test_a_suspended_tenant_gets_it_when_it_is_resumed() -> None:
    world = live()
    world.edit(suspended=True)
    world.drive()
    world.edit(bundles=MORE)
    world.drive()
    assert not world.procedures(ProcedureKind.ADD_BUNDLES)
    world.edit(suspended=False)
    world.drive()
    assert world.procedure(ProcedureKind.ADD_BUNDLES).status.phase is ProcedurePhase.SUCCEEDED


def test_a_lock_is_waited_for_only_so_long() -> None:
    world = live()
    world.cluster.frozen = True
    world.edit(bundles=MORE)
    world.drive(seconds=5)
    [job] = world.kube.objects("Job")
    [container] = job["spec"]["template"]["spec"]["containers"]
    env = {each["name"]: each["value"] for each in container["env"]}
    assert env["PGOPTIONS"] == "-c lock_timeout=15s"
    assert env["INSTALL_MODULES"] == "retail_store_network"
    assert container["image"] == samples.release().spec.image
    assert job["spec"]["activeDeadlineSeconds"] == catalogue.INSTALL_MODULES.deadline.total_seconds()


def test_a_bundle_added_to_a_tenant_that_never_served_needs_it_made_anew() -> None:
    """Its database may be a copy of the template without that bundle."""
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    world.cluster.missing_images.add(samples.release().spec.image)
    world.cluster.frozen = False
    world.drive()
    assert world.procedure(ProcedureKind.CREATE).status.phase is ProcedurePhase.FAILED
    names = names_for(samples.release(), samples.tenant_spec().variant, MORE)
    world.postgres.seed_template(names.database, names.owner)
    world.cluster.missing_images.clear()
    world.edit(bundles=MORE)
    world.drive()
    assert world.tenant().status.phase is TenantPhase.FAILED
    assert "was copied before retail_store_network belonged to them" in world.tenant().status.message
