"""What a tenant needs next, for every situation it can be found in."""

from typing import Any

import pytest

from controller.core.catalogue import STEPS
from controller.core.lifecycle import (
    NETWORK_OUTPUT,
    Adopt,
    Cancel,
    Converge,
    Decision,
    Hold,
    LetGo,
    Start,
    brought_about,
    decide,
    effective,
    procedure_name,
    target_of,
)
from controller.errors import Unknown
from provisioning.meta import FINALIZER
from provisioning.names import LIMIT, tenant_id_from_uid
from provisioning.network import digest
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, ProcedureStatus, StepPhase, StepStatus
from provisioning.store import Store
from provisioning.tenant import AppliedSpec, CloneSource, Tenant
from tests.support.samples import procedure, progress, tenant, tenant_spec

APPLIED = AppliedSpec.of(tenant_spec())
UID = "rua-0000-uid"


def its(kind: ProcedureKind, phase: ProcedurePhase, generation: int = 2, **fields: Any) -> Procedure:
    """A procedure that the sample tenant's own reconcile created."""
    name = procedure_name(tenant(generation=generation), kind)
    return procedure(kind, name, phase=phase, **fields)


def started(kind: ProcedureKind, generation: int = 2) -> tuple[type[Decision], ProcedureKind, str]:
    return Start, kind, procedure_name(tenant(generation=generation), kind)


FAILED, RUNNING, DONE = ProcedurePhase.FAILED, ProcedurePhase.RUNNING, ProcedurePhase.SUCCEEDED
CREATE, RENAME, SET_PLAN = ProcedureKind.CREATE, ProcedureKind.RENAME, ProcedureKind.SET_PLAN
SUSPEND, RESUME, DELETE = ProcedureKind.SUSPEND, ProcedureKind.RESUME, ProcedureKind.DELETE
SET_STORES, ADD_BUNDLES = ProcedureKind.SET_STORES, ProcedureKind.ADD_BUNDLES
NEW = {"applied": False}
CHAIN = {"bundles": ("storeNetwork",), "stores": (Store(code="DC", name="Central"),)}
WITH_CHAIN = APPLIED.model_copy(update={"bundles": CHAIN["bundles"]})
SOURCE = CloneSource(tenant="original")
NOTHING_BEGUN = {"steps": progress(CREATE, 0, StepPhase.FAILED, attempts=8)}

STARTS = [
    # (what, tenant, procedures, expected kind)
    ("a new one is created", {**NEW}, (), CREATE),
    ("a new one with a source is cloned", {**NEW, "clone_of": SOURCE}, (), ProcedureKind.CLONE),
    ("suspended in the spec", {"suspended": True, "applied": APPLIED}, (), SUSPEND),
    ("resumed in the spec", {"applied": APPLIED.model_copy(update={"suspended": True})}, (), RESUME),
    ("another plan", {"plan": "large", "applied": APPLIED}, (), SET_PLAN),
    ("more storage", {"storage": "50Gi", "applied": APPLIED}, (), SET_PLAN),
    ("another name", {"display_name": "New", "applied": APPLIED}, (), RENAME),
    ("another hostname", {"hostnames": ("x.shops.localhost",), "applied": APPLIED}, (), RENAME),
    ("other stores", {**CHAIN, "applied": WITH_CHAIN}, (), SET_STORES),
    ("the stores' bundle before the stores", {**CHAIN, "applied": APPLIED}, (), ADD_BUNDLES),
    ("a bundle more", {"bundles": ("ecommerce", "wholesale"), "applied": APPLIED}, (), ADD_BUNDLES),
    ("no stores any more", {"applied": APPLIED.model_copy(update={"network": "0123"})}, (), SET_STORES),
    ("name before stores", {**CHAIN, "display_name": "New", "applied": APPLIED}, (), RENAME),
    (
        "plan before name",
        {"plan": "large", "display_name": "New", "applied": APPLIED},
        (),
        SET_PLAN,
    ),
    (
        "suspension before plan",
        {"plan": "large", "suspended": True, "applied": APPLIED},
        (),
        SUSPEND,
    ),
    ("deleted", {"deleting": True}, (), DELETE),
    ("deleted before anything was recorded", {"deleting": True, **NEW}, (), DELETE),
    (
        "deleted, half made",
        {"deleting": True, **NEW},
        (its(CREATE, FAILED, 1, steps=progress(CREATE, 3)),),
        DELETE,
    ),
    (
        "deleted, undone, which may be incomplete",
        {"deleting": True, **NEW},
        (its(CREATE, ProcedurePhase.CANCELLED, 1, steps=(StepStatus(name="secrets", phase=StepPhase.UNDONE),)),),
        DELETE,
    ),
    (
        "deleted, its namesake's deletion is old",
        {"deleting": True},
        (procedure(DELETE, "rua-delete-other-9"),),
        DELETE,
    ),
    ("edited after a failure", {**NEW, "generation": 3}, (its(CREATE, FAILED, 2),), CREATE),
]


@pytest.mark.parametrize(("what", "fields", "procedures", "kind"), STARTS, ids=[case[0] for case in STARTS])
def test_starts(what: str, fields: dict[str, Any], procedures: tuple[Procedure, ...], kind: ProcedureKind) -> None:
    subject = tenant(**fields)
    decision = decide(subject, procedures)
    assert isinstance(decision, Start)
    assert (decision.kind, decision.name) == (kind, procedure_name(subject, kind))
    assert decision.reason


HOLDS = [
    # (what, tenant, procedures, words of the reason, whether it needs a person)
    ("created already", {**NEW}, (its(CREATE, RUNNING),), "is running", False),
    ("queued already", {**NEW}, (its(CREATE, ProcedurePhase.QUEUED),), "is queued", False),
    ("create failed", {**NEW}, (its(CREATE, FAILED, status={"message": "no image"}),), "no image", True),
    ("cancelled", {**NEW}, (its(CREATE, ProcedurePhase.CANCELLED),), "procedure retry rua-create", True),
    (
        "another runs first",
        {"plan": "large", "applied": APPLIED},
        (procedure(RENAME),),
        "rua-rename is queued",
        False,
    ),
    ("release of a live one", {"release": "15.0", "applied": APPLIED}, (), "set spec.release back", True),
    ("being deleted", {"deleting": True}, (its(DELETE, RUNNING),), "is running", False),
    ("edited while deleted", {"deleting": True, "generation": 9}, (its(DELETE, RUNNING),), "is running", False),
    ("deletion failed", {"deleting": True}, (its(DELETE, FAILED, status={"message": "x"}),), "retry", True),
    (
        "deletion failed, edited since",
        {"deleting": True, "generation": 9},
        (its(DELETE, FAILED, status={"message": "x"}),),
        "retry rua-delete-rua-0-2",
        True,
    ),
    ("being undone", {"deleting": True}, (its(CREATE, RUNNING, cancel=True),), "is being undone", False),
    ("let go", {"deleting": True, "finalizers": ("other/one",)}, (), "let go", False),
]


@pytest.mark.parametrize(
    ("what", "fields", "procedures", "words", "failed"), HOLDS, ids=[case[0] for case in HOLDS]
)
def test_holds(
    what: str, fields: dict[str, Any], procedures: tuple[Procedure, ...], words: str, failed: bool
) -> None:
    decision = decide(tenant(**fields), procedures)
    assert isinstance(decision, Hold)
    assert words in decision.reason
    assert decision.failed is failed


def test_unreadable_procedures_stop_everything() -> None:
    for fields in ({"applied": False}, {"deleting": True}, {"suspended": True, "applied": APPLIED}):
        decision = decide(tenant(**fields), Unknown("the API server gave no answer"))
        assert isinstance(decision, Hold)
        assert "gave no answer" in decision.reason


def test_a_settled_tenant_converges() -> None:
    assert isinstance(decide(tenant(), (its(CREATE, DONE, 1),)), Converge)


def test_a_suspended_tenant_changes_only_once_it_is_resumed() -> None:
    applied = APPLIED.model_copy(update={"suspended": True})
    assert isinstance(decide(tenant(suspended=True, plan="large", applied=applied), ()), Converge)


@pytest.mark.parametrize("fields", [{"id": None}, {"finalizers": ()}])
def test_a_tenant_is_adopted_before_anything_is_made(fields: dict[str, Any]) -> None:
    subject = tenant(applied=False, **fields)
    decision = decide(subject, ())
    assert isinstance(decision, Adopt)
    assert decision.id == (subject.spec.id or tenant_id_from_uid(UID))


def test_deletion_first_cancels_what_runs() -> None:
    decision = decide(tenant(deleting=True), (procedure(RENAME, phase=RUNNING),))
    assert decision == Cancel("rua-rename", "the tenant is being deleted")


LETS_GO = [
    ("all removed", {"deleting": True}, (its(DELETE, DONE),)),
    ("all removed, edited since", {"deleting": True, "generation": 9}, (its(DELETE, DONE),)),
    ("never adopted", {"deleting": True, "id": None, **NEW}, ()),
    ("refused before anything was made", {"deleting": True, **NEW}, (its(CREATE, FAILED, 1, **NOTHING_BEGUN),)),
    ("cancelled before it began", {"deleting": True, **NEW}, (its(CREATE, ProcedurePhase.CANCELLED, 1),)),
]


@pytest.mark.parametrize(("what", "fields", "procedures"), LETS_GO, ids=[case[0] for case in LETS_GO])
def test_lets_go(what: str, fields: dict[str, Any], procedures: tuple[Procedure, ...]) -> None:
    assert isinstance(decide(tenant(**fields), procedures), LetGo)


def test_the_same_change_in_the_same_generation_gets_a_procedure_of_its_own() -> None:
    """After somebody retried an older procedure, which took the plan back."""
    subject = tenant(plan="large", applied=APPLIED)
    first = procedure_name(subject, SET_PLAN)
    again = decide(subject, (procedure(SET_PLAN, first, phase=DONE),))
    assert isinstance(again, Start)
    assert again.name == f"{first}-2"
    third = decide(subject, tuple(procedure(SET_PLAN, name, phase=DONE) for name in (first, f"{first}-2")))
    assert isinstance(third, Start)
    assert third.name == f"{first}-3"


@pytest.mark.parametrize("kind", ProcedureKind)
def test_procedure_names_fit_into_a_label(kind: ProcedureKind) -> None:
    subject = tenant("n" * LIMIT, uid="0123456789", generation=123_456)
    name = procedure_name(subject, kind)
    assert len(name) <= LIMIT
    assert name.endswith(f"-{kind.value.lower()}-01234-123456")


def test_names_of_two_incarnations_differ() -> None:
    names = {procedure_name(tenant(uid=uid), CREATE) for uid in ("aaaaa-1", "bbbbb-1")}
    assert len(names) == 2


# What a procedure brings about


def test_the_target_travels_with_the_procedure() -> None:
    assert target_of(procedure(SET_PLAN, target=APPLIED)) == APPLIED
    assert target_of(procedure(ProcedureKind.ROTATE_PASSWORD)) is None


def test_objects_follow_from_the_target_then_from_what_was_applied_then_from_the_spec() -> None:
    subject = tenant(plan="large", display_name="New", applied=APPLIED)
    larger = APPLIED.model_copy(update={"plan": "large"})
    assert effective(subject, procedure(SET_PLAN, target=larger)).spec.plan == "large"
    assert effective(subject, procedure(SET_PLAN, target=larger)).spec.display_name == APPLIED.display_name
    assert effective(subject).spec.plan == "small"
    assert effective(tenant(plan="large", applied=False)).spec.plan == "large"


def test_a_late_retry_takes_back_only_what_it_is_about() -> None:
    renamed = APPLIED.model_copy(update={"hostnames": ("new.shops.localhost",), "plan": "medium"})
    old_target = APPLIED.model_copy(update={"plan": "large"})
    result = brought_about(tenant(applied=renamed), procedure(SET_PLAN, target=old_target))
    assert result == renamed.model_copy(update={"plan": "large"})


@pytest.mark.parametrize("kind", [CREATE, ProcedureKind.CLONE])
def test_what_makes_a_tenant_brings_about_all_of_its_target(kind: ProcedureKind) -> None:
    assert brought_about(tenant(applied=False), procedure(kind, target=APPLIED)) == APPLIED


def test_the_first_steps_of_a_creation_make_nothing() -> None:
    """What the shortcut of a deletion relies on."""
    for kind in (CREATE, ProcedureKind.CLONE):
        looking = [step.name for step in STEPS[kind] if step.name in ("validate", "template")]
        assert [step.name for step in STEPS[kind]][: len(looking)] == looking


def test_the_finaliser_is_ours() -> None:
    subject: Tenant = tenant()
    assert subject.metadata.finalizers == (FINALIZER,)


def test_only_the_step_that_set_the_stores_up_says_which_are_there() -> None:
    subject = tenant(applied=APPLIED, **CHAIN)
    change = procedure(SET_STORES, target=APPLIED)
    assert brought_about(subject, change) == APPLIED
    done = change.model_copy(update={"status": ProcedureStatus(outputs={NETWORK_OUTPUT: digest(subject.spec)})})
    assert brought_about(subject, done) == APPLIED.model_copy(update={"network": digest(subject.spec)})
    create = procedure(CREATE, target=AppliedSpec.of(subject.spec))
    new = brought_about(tenant(applied=False, **CHAIN), create)
    assert new is not None
    assert new.network == ""


def test_what_was_applied_before_there_were_networks_is_no_difference() -> None:
    before = AppliedSpec.model_validate(APPLIED.model_dump(exclude={"network"}))
    assert isinstance(decide(tenant(applied=before), []), Converge)
