"""How a request travels: what the command line writes is what the operator reads, for one change and no other."""

from datetime import timedelta

import pytest

from controller.core import proposals
from controller.core.lifecycle import procedure_name
from controller.core.ports import Ref
from controller.core.proposals import Proposal
from controller.errors import UnavailableError
from controller.services import requests
from controller.services.changes import Changes
from controller.services.requests import Request, heard, is_awaited
from controller.services.tenants import BUSY_SECONDS
from provisioning.meta import API_VERSION, Metadata
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant
from tests.support import samples
from tests.support.world import NAMESPACE, World

ASKED = Request("ana", "r1", reason="fire drill", on_behalf_of="rua", force="the shop burns", purge=True)
SET_PLAN, SUSPEND, DELETE = ProcedureKind.SET_PLAN, ProcedureKind.SUSPEND, ProcedureKind.DELETE


def live() -> World:
    world = World()
    world.create()
    return world


def submit(world: World, proposal: Proposal, request: Request) -> None:
    """As the command line does it."""
    with world.quietly():
        Changes(world.kube, world.clock, "default").submit(proposal, request)


def suspend(world: World) -> Proposal:
    return proposals.suspend(world.tenant(), suspended=True)


def last(world: World, kind: ProcedureKind) -> Procedure:
    return world.procedures(kind)[-1]


def test_what_a_request_does_not_say_is_taken_away() -> None:
    annotations = Request("who", "id", reason="why").annotations("x")
    assert annotations[requests.ANNOTATION_REASON] == "why"
    assert annotations[requests.ANNOTATION_FORCE] is None
    assert annotations[requests.ANNOTATION_PURGE] is None


# Written and read


def sent(tenant: Tenant, meant_for: str) -> Tenant:
    said = {key: value for key, value in ASKED.annotations(meant_for).items() if value is not None}
    return tenant.model_copy(update={"metadata": tenant.metadata.model_copy(update={"annotations": said})})


def read(tenant: Tenant, kind: ProcedureKind, generation: int, uid: str = "rua-0000-uid") -> Request | None:
    metadata = tenant.metadata.model_copy(update={"generation": generation, "uid": uid})
    found = tenant.model_copy(update={"metadata": metadata})
    return heard(found, kind, procedure_name(found, kind))


def test_the_operator_reads_what_was_written() -> None:
    before = samples.tenant(generation=4)
    said = requests.edit(before, before, SUSPEND, ASKED)["metadata"]["annotations"]
    after = sent(before, said[requests.ANNOTATION_MEANT_FOR])
    assert read(after, SUSPEND, 5) == ASKED
    assert ASKED.parameters() == {"force": "the shop burns", "purge": "true"}


def test_it_is_meant_for_one_kind_one_generation_one_tenant_and_one_time() -> None:
    before = samples.tenant(generation=4)
    said = requests.edit(before, before, SUSPEND, ASKED)["metadata"]["annotations"]
    after = sent(before, said[requests.ANNOTATION_MEANT_FOR])
    assert read(after, SET_PLAN, 5) is None
    assert read(after, SUSPEND, 4) is None
    assert read(after, SUSPEND, 6) is None
    assert read(after, SUSPEND, 5, uid="its namesake's") is None
    metadata = after.metadata.model_copy(update={"generation": 5})
    once_more = after.model_copy(update={"metadata": metadata})
    assert heard(once_more, SUSPEND, f"{procedure_name(once_more, SUSPEND)}-2") is None


def test_a_creation_is_known_by_the_id_that_it_brings() -> None:
    new = samples.tenant(uid="").model_copy(update={"metadata": Metadata(name="rua")})
    said = requests.creation(new, ProcedureKind.CREATE, ASKED)["metadata"]["annotations"]
    made = sent(samples.tenant(generation=1), said[requests.ANNOTATION_MEANT_FOR])
    assert read(made, ProcedureKind.CREATE, 1) == ASKED
    assert read(made, ProcedureKind.CREATE, 2) is None


@pytest.mark.parametrize(("age", "awaited"), [(-5, True), (0, True), (9, True), (10, False), (-60, False)])
def test_a_deletion_waits_for_its_request_but_not_for_ever(age: int, awaited: bool) -> None:
    announced = sent(samples.tenant(deleting=True), requests.ANNOUNCED)
    assert is_awaited(announced, samples.NOW + timedelta(seconds=age)) is awaited
    assert not is_awaited(samples.tenant(deleting=True), samples.NOW)
    assert not is_awaited(sent(samples.tenant(), requests.ANNOUNCED), samples.NOW)


# In the whole


def test_a_forced_change_goes_past_open_tills_and_the_next_one_by_hand_does_not() -> None:
    world = live()
    world.open_tills(1)
    submit(world, suspend(world), Request("ana", "r1", reason="drill", force="the shop burns"))
    world.drive()
    assert last(world, SUSPEND).status.phase is ProcedurePhase.SUCCEEDED
    assert last(world, SUSPEND).spec.requested_by == "ana"
    world.edit(suspended=False)
    world.drive()
    world.edit(suspended=True)
    world.drive()
    by_hand = last(world, SUSPEND)
    assert by_hand.status.phase is ProcedurePhase.FAILED
    assert "1 till is open" in by_hand.status.message
    assert (by_hand.spec.requested_by, "force" in by_hand.spec.parameters) == ("kubectl", False)
    assert "drill" not in by_hand.spec.reason


def test_a_forced_change_entitles_to_no_other_that_waits() -> None:
    """Somebody wants another plan and waits for the till; the next person renames by force."""
    world = live()
    world.open_tills(1)
    world.edit(plan="large")
    rename = proposals.rename(world.tenant(), None, "New", samples.catalogue(world.tenant()))
    submit(world, rename, Request("ana", "r1", force="the shop burns"))
    world.drive()
    assert "1 till is open" in last(world, SET_PLAN).status.message
    assert last(world, SET_PLAN).spec.requested_by == "kubectl"


def test_a_purge_is_asked_for_by_the_command_line() -> None:
    world = live()
    submit(world, proposals.delete(world.tenant(), purge=True), Request("ana", "r1", purge=True))
    world.drive()
    assert (world.tenants(), world.kept()) == ([], [])
    assert last(world, DELETE).spec.requested_by == "ana"


@pytest.mark.parametrize("moment", ["before", "at", "after"])
def test_a_purge_that_failed_is_not_inherited_by_the_next_deletion(moment: str) -> None:
    world = live()
    proposal = proposals.delete(world.tenant(), purge=True)
    method, nth = {"before": ("patch", 1), "at": ("delete", 1), "after": ("patch", 2)}[moment]
    with world.quietly():
        changes = Changes(world.kube, world.clock, "default")
        world.kube.faults = type(world.calls)()
        world.kube.faults.fail(method, UnavailableError("no answer"), nth)
        with pytest.raises(UnavailableError):
            changes.submit(proposal, Request("ana", "r1", purge=True, force="x"))
        world.kube.faults = world.calls
    world.delete()
    world.drive(seconds=5)
    world.clock.advance(BUSY_SECONDS)
    world.drive()
    assert world.tenants() == []
    assert len(world.kept()) == 3
    assert last(world, DELETE).spec.requested_by == "kubectl"
    assert "force" not in last(world, DELETE).spec.parameters


def test_nothing_begins_while_whoever_deletes_is_about_to_say_how() -> None:
    world = live()
    with world.quietly():
        where = Ref(API_VERSION, Tenant.KIND, "rua", NAMESPACE)
        world.kube.patch(where, requests.announcement(world.tenant(), ASKED))
        world.kube.delete(where)
    world.drive(seconds=5)
    assert world.procedures(DELETE) == []
    with world.quietly():
        world.kube.patch(where, requests.farewell(world.tenant(), ASKED))
    world.drive(seconds=1)
    assert last(world, DELETE).spec.parameters["purge"] == "true"


def test_the_word_to_purge_by_hand_names_the_deletion() -> None:
    world = live()
    world.edit(annotations={"shopfleet.dev/purge": "true", "shopfleet.dev/force": "x"})
    world.delete()
    world.drive()
    assert len(world.kept()) == 3
