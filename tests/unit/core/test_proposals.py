"""What a change would do, decided from data alone."""

from controller.core import proposals
from controller.core.lifecycle import procedure_name
from controller.errors import Unknown
from provisioning.meta import Metadata
from provisioning.procedure import Procedure, ProcedureKind, ProcedureSpec, ProcedureStatus
from provisioning.store import Region, Store
from provisioning.tenant import AppliedSpec, Environment, Tenant, TenantSpec, TenantStatus

SPEC = TenantSpec(
    id="abcdefghij", display_name="Rua", hostnames=("rua.shops.localhost",), plan="small", release="14.0",
    country="PT", languages=("pt_PT",),
)  # fmt: skip
UNSEEN = Unknown("you may not see it")


def tenant(generation: int = 3, **spec: object) -> Tenant:
    declared = SPEC.model_copy(update=spec)
    return Tenant(
        metadata=Metadata(name="rua", namespace="partner-default", uid="12345678-x", generation=generation),
        spec=declared,
        status=TenantStatus(applied=AppliedSpec.of(SPEC)),
    )


def procedure(name: str, kind: ProcedureKind) -> Procedure:
    spec = ProcedureSpec(kind=kind, tenant="rua", requested_by="x", request_id="r")
    return Procedure(metadata=Metadata(name=name), spec=spec, status=ProcedureStatus())


def test_a_new_tenant_gets_its_id_at_once() -> None:
    proposal = proposals.create(tenant(id=None), UNSEEN)
    assert proposal.names is not None
    assert proposal.names.namespace == f"sf-{proposal.after.spec.id}"
    assert proposals.create(tenant(), UNSEEN).after.spec.id == "abcdefghij"


def test_what_could_not_be_checked_is_said() -> None:
    assert "you may not see it" in proposals.rename(tenant(), "new.shops.localhost", None, UNSEEN).warnings[0]


def test_rename_puts_the_new_address_first_and_repeats_none() -> None:
    renamed = proposals.rename(tenant(), "new.shops.localhost", None, UNSEEN).after
    assert renamed.spec.hostnames == ("new.shops.localhost", "rua.shops.localhost")
    back = proposals.rename(renamed, "rua.shops.localhost", None, UNSEEN).after
    assert back.spec.hostnames == ("rua.shops.localhost", "new.shops.localhost")


def test_nothing_to_do_is_known_before_anything_is_asked() -> None:
    assert proposals.suspend(tenant(), suspended=False).nothing_to_do
    assert proposals.set_plan(tenant(), "small", None, UNSEEN).nothing_to_do
    assert not proposals.delete(tenant(), purge=False).nothing_to_do


def test_a_clone_takes_what_runs_and_not_what_is_being_changed() -> None:
    source = tenant(plan="large", suspended=True)
    copy = proposals.clone(source, "copy", ("copy.shops.localhost",), as_production=False)
    assert copy.spec.plan == "small"
    assert copy.spec.id is None
    assert not copy.spec.suspended
    assert copy.spec.environment is Environment.STAGING
    assert (
        len(proposals.clone(tenant(display_name="x" * 80), "c", (), as_production=False).spec.display_name) == 80
    )


def test_deletion_says_what_goes_and_what_stays() -> None:
    kept, purged = (proposals.delete(tenant(), purge=purge) for purge in (False, True))
    assert any("tenants/abcdefghij/final/" in each for each in kept.changes)
    assert not any("final/" in each for each in purged.changes)
    assert purged.warnings


def test_the_procedure_of_this_generation_or_the_next_later_one() -> None:
    kind, mine = ProcedureKind.SET_PLAN, tenant(generation=4)
    older, own, later = (procedure(procedure_name(tenant(each), kind), kind) for each in (3, 4, 6))
    assert proposals.started_by(mine, kind, [older]) is None
    assert proposals.started_by(mine, kind, [later, own, older]) is own
    assert proposals.started_by(mine, kind, [older, later]) is later


def test_procedures_of_another_kind_or_of_a_former_tenant_do_not_count() -> None:
    other = procedure(procedure_name(tenant(4), ProcedureKind.RENAME), ProcedureKind.RENAME)
    former = procedure("rua-setplan-99999-9", ProcedureKind.SET_PLAN)
    assert proposals.started_by(tenant(4), ProcedureKind.SET_PLAN, [other, former]) is None


def test_a_repeated_one_of_the_same_generation() -> None:
    kind = ProcedureKind.SET_PLAN
    first, second = (procedure(procedure_name(tenant(4), kind, earlier), kind) for earlier in (0, 1))
    assert proposals.started_by(tenant(4), kind, [first, second]) is first


DC = {"code": "DC", "name": "Central", "kind": "warehouse"}
LYON = {"code": "LYO", "name": "Lyon", "suppliedBy": "DC"}


def with_stores(*stores: dict[str, object], bundles: tuple[str, ...] | None = ("storeNetwork",)) -> Tenant:
    return tenant(bundles=bundles, stores=tuple(Store.model_validate(each) for each in stores))


def test_other_stores_are_told_one_by_one() -> None:
    before = with_stores(DC, LYON)
    after = with_stores(DC, {**LYON, "name": "Lyon Part-Dieu", "tills": 2}, {"code": "NIC", "name": "Nice"})
    proposal = proposals.set_stores(before, after.spec, UNSEEN)
    assert (proposal.action, proposal.kind) == ("tenant.set-stores", ProcedureKind.SET_STORES)
    assert proposal.changes == ("store LYO: name, tills", "store NIC: Nice is new")
    gone = proposals.set_stores(before, with_stores(DC).spec, UNSEEN)
    assert gone.changes == ("store LYO: Lyon is taken out of the description, and stays in Odoo",)
    regions = before.spec.model_copy(update={"regions": (Region(name="East"),)})
    assert proposals.set_stores(before, regions, UNSEEN).changes == ("regions: changed",)


def test_the_same_stores_in_another_order_are_nothing_to_do() -> None:
    assert proposals.set_stores(with_stores(DC, LYON), with_stores(LYON, DC).spec, UNSEEN).nothing_to_do


def test_stores_that_nothing_sets_up_are_refused_with_a_way_out() -> None:
    proposal = proposals.set_stores(with_stores(bundles=None), with_stores(DC).spec, UNSEEN)
    [problem] = proposal.problems
    assert problem.field == "spec.bundles"
    assert problem.fix == "add it first: shopfleet tenant add-bundle rua storeNetwork"


def test_other_stores_of_a_suspended_tenant_wait_for_its_resume() -> None:
    sleeping = with_stores(DC)
    sleeping = sleeping.model_copy(update={"spec": sleeping.spec.model_copy(update={"suspended": True})})
    assert proposals.set_stores(sleeping, with_stores(DC, LYON).spec, UNSEEN).deferred
