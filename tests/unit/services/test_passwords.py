"""First passwords: each is shown to one person, and none outlives its tenant."""

from typing import Any

import pytest

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError
from controller.services.passwords import TRIES, forget_password, renew_password, take_password
from provisioning.meta import Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.procedure import ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant
from tests.support import samples
from tests.support.fakes import FakeKube
from tests.support.world import NAMESPACE, World

WHERE = Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, NAMESPACE)


@pytest.fixture
def kube() -> FakeKube:
    return FakeKube(namespaces=(NAMESPACE, "partner-other"))


def tenant(number: int, namespace: str = NAMESPACE) -> Tenant:
    made = samples.tenant(f"rua{number}", id=f"a{number:09}")
    return made.model_copy(update={"metadata": made.metadata.model_copy(update={"namespace": namespace})})


def waiting(kube: FakeKube) -> list[str]:
    """Ids of tenants of the default partner whose password is still to be shown."""
    found = kube.get(WHERE)
    return [] if found is None else sorted(found.get("data", {}))


class Overtaken:
    """Others do something between each of our reads and what follows it, while they have anything to do."""

    def __init__(self, kube: FakeKube, *others: Any) -> None:
        self._kube, self._others = kube, list(others)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kube, name)

    def get(self, ref: Ref) -> Manifest | None:
        found = self._kube.get(ref)
        if self._others:
            self._others.pop(0)()
        return found


def overtaken(kube: FakeKube, *others: Any) -> Kube:
    racing: Any = Overtaken(kube, *others)
    return racing  # type: ignore[no-any-return]


def test_a_password_is_shown_once(kube: FakeKube) -> None:
    password = renew_password(kube, tenant(1))
    login = take_password(kube, tenant(1))
    assert login is not None
    assert (login.username, login.password) == ("admin", password)
    assert take_password(kube, tenant(1)) is None


def test_of_two_who_ask_at_the_same_moment_one_sees_it(kube: FakeKube) -> None:
    renew_password(kube, tenant(1))
    others: list[Any] = []
    mine = take_password(overtaken(kube, lambda: others.append(take_password(kube, tenant(1)))), tenant(1))
    assert mine is None
    assert others[0] is not None


def test_who_takes_another_tenants_password_at_the_same_moment_takes_nothing_away(kube: FakeKube) -> None:
    password = renew_password(kube, tenant(1))
    renew_password(kube, tenant(2))
    mine = take_password(overtaken(kube, lambda: take_password(kube, tenant(2))), tenant(1))
    assert mine is not None
    assert mine.password == password
    assert waiting(kube) == []


def test_twenty_tenants_that_are_made_at_once_all_have_their_password(kube: FakeKube) -> None:
    for number in range(1, 20):
        renew_password(kube, tenant(number))
    others = [lambda number=number: renew_password(kube, tenant(number)) for number in range(19)]
    renew_password(overtaken(kube, *others), tenant(19))
    assert len(waiting(kube)) == 20


def test_the_first_two_of_a_partner_may_make_the_secret_at_the_same_moment(kube: FakeKube) -> None:
    renew_password(overtaken(kube, lambda: renew_password(kube, tenant(2))), tenant(1))
    assert waiting(kube) == [tenant(1).names.id, tenant(2).names.id]


def test_it_gives_up_when_it_is_refused_for_ever(kube: FakeKube) -> None:
    renew_password(kube, tenant(1))
    for number in range(1, TRIES + 1):
        kube.faults.fail("patch", ConflictError("somebody else changed it first"), nth=number)
    with pytest.raises(ConflictError):
        take_password(kube, tenant(1))
    assert waiting(kube) == [tenant(1).names.id]


def test_each_partner_has_a_secret_of_its_own(kube: FakeKube) -> None:
    renew_password(kube, tenant(1))
    renew_password(kube, tenant(2, "partner-other"))
    places = {(each["metadata"]["namespace"], *each["data"]) for each in kube.objects("Secret")}
    assert places == {(NAMESPACE, tenant(1).names.id), ("partner-other", tenant(2).names.id)}


def test_to_forget_what_is_not_there_changes_nothing(kube: FakeKube) -> None:
    forget_password(kube, tenant(1))
    assert kube.objects("Secret") == []
    renew_password(kube, tenant(2))
    version = kube.objects("Secret")[0]["metadata"]["resourceVersion"]
    forget_password(kube, tenant(1))
    assert kube.objects("Secret")[0]["metadata"]["resourceVersion"] == version


def test_what_somebody_else_wrote_there_keeps_nothing_from_being_forgotten(kube: FakeKube) -> None:
    renew_password(kube, tenant(1))
    kube.patch(WHERE, {"data": {tenant(1).names.id: "//79"}})
    forget_password(kube, tenant(1))
    assert waiting(kube) == []


def test_a_deleted_tenant_leaves_no_password_and_its_neighbour_keeps_its_own() -> None:
    world = World()
    world.create("rua")
    neighbour = world.create("other")
    world.delete("rua")
    world.drive()
    assert waiting(world.kube) == [neighbour.names.id]


def test_a_deleted_tenant_leaves_none_even_when_its_namespace_was_gone_before() -> None:
    world = World()
    tenant = world.create()
    world.delete(purge=True)
    with world.quietly():
        world.kube.delete(Ref("v1", "Namespace", tenant.names.namespace))
    world.drive()
    assert world.tenants() == []
    assert waiting(world.kube) == []


def test_a_creation_that_was_undone_leaves_none() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    assert waiting(world.kube) == [world.tenant().names.id]
    world.edit_procedure(world.procedure(ProcedureKind.CREATE).metadata.name, cancel=True)
    world.drive(seconds=5)
    assert world.procedure(ProcedureKind.CREATE).status.phase is ProcedurePhase.CANCELLED
    assert waiting(world.kube) == []


def test_a_cancelled_rotation_leaves_none_that_may_be_wrong() -> None:
    world = World()
    world.create()
    database = world.postgres.databases[world.tenant().names.database]
    rotate = ProcedureKind.ROTATE_PASSWORD
    world.calls.fail("execute", ConflictError("the database fails over"))
    before = len(database.executed)
    world.ask(rotate, "rua-password-1")
    world.drive(seconds=1)
    assert world.procedure(rotate).status.phase is ProcedurePhase.RUNNING
    assert len(database.executed) == before
    world.edit_procedure("rua-password-1", cancel=True)
    world.drive(seconds=5)
    assert world.procedure(rotate).status.phase is ProcedurePhase.CANCELLED
    assert waiting(world.kube) == []
