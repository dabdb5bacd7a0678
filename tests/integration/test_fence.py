"""On a real API server: the operator's account writes nothing any more under a leadership that is over."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.core.ports import Kube, Ref
from controller.errors import LostLeadershipError
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, API_VERSION, Manifest
from tests.support.eventually import eventually
from tests.support.leading import Leading
from tests.support.servers.operator_account import LEASE

pytestmark = pytest.mark.integration

Write = Callable[[Kube], Manifest]


@dataclass
class World:
    """The API as a person sees it and as leaders see it, and a namespace that no other test uses."""

    person: KubeAdapter
    account: Path
    namespace: str

    def leader(self, generation: int) -> KubeAdapter:
        return connect(self.account, effects=Leading(generation))

    def config(self, name: str, value: str = "1") -> Manifest:
        metadata = {"name": name, "namespace": self.namespace}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": value}}

    def procedure(self) -> Manifest:
        spec = {"kind": "Create", "tenant": "rua", "requestedBy": "ana", "requestId": "r1"}
        metadata = {"name": f"p-{secrets.token_hex(4)}", "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": "Procedure", "metadata": metadata, "spec": spec}

    def lease(self, generation: int) -> None:
        """Held under this number, as far as the API server has heard."""
        spec = {"holderIdentity": "somebody", "leaseTransitions": generation}
        metadata = {"name": LEASE.name, "namespace": LEASE.namespace}
        self.person.apply(
            {"apiVersion": LEASE.api_version, "kind": LEASE.kind, "metadata": metadata, "spec": spec}
        )
        eventually(lambda: _is_over(self, generation - 1))


@pytest.fixture(scope="module")
def server(api_server: ControlPlane, operator_kubeconfig: Path) -> Iterator[World]:
    person = connect(api_server.kubeconfig, effects=Unfenced())
    namespace = f"fence-{secrets.token_hex(4)}"
    person.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    world = World(person, operator_kubeconfig, namespace)
    # It takes the API server a moment to compile the policy.
    eventually(lambda: world.leader(9).apply(world.config("probe")) and _is_over(world, 8))
    yield world
    person.delete(Ref("v1", "Namespace", namespace))


@pytest.fixture
def world(server: World) -> Iterator[World]:
    """Without a lease, so that only what is stored in an object counts."""
    yield server
    server.person.delete(LEASE)
    eventually(lambda: server.leader(1).apply(server.config(f"probe-{secrets.token_hex(4)}")))


def _is_over(world: World, generation: int) -> bool:
    probe = world.config("probe", secrets.token_hex(4))
    try:
        world.leader(generation).apply(probe)
    except LostLeadershipError:
        return True
    return False


def mark(manifest: Manifest) -> str:
    return str(manifest["metadata"]["annotations"][ANNOTATION_OPERATOR_GENERATION])


def test_a_later_or_the_same_leader_may_write(world: World) -> None:
    ref = Ref.of(world.leader(7).apply(world.config("later")))
    assert mark(world.leader(7).apply(world.config("later", "2"))) == "7"
    assert mark(world.leader(10).patch(ref, {"data": {"a": "3"}})) == "10"


def test_an_earlier_leader_is_refused_and_told_so(world: World) -> None:
    before = world.leader(10).apply(world.config("earlier"))
    ref = Ref.of(before)
    writes: list[Write] = [
        lambda kube: kube.apply(world.config("earlier", "late")),
        lambda kube: kube.patch(ref, {"data": {"a": "late"}}),
    ]
    for write in writes:
        with pytest.raises(LostLeadershipError, match=rf"{ref}.*leadership 9 is over.*10 has written this object"):
            write(world.leader(9))
    assert world.person.get(ref) == before


def test_an_earlier_leader_reports_nothing(world: World) -> None:
    ref = Ref.of(world.person.create(world.procedure()))
    world.leader(10).patch_status(ref, {"message": "running"})
    with pytest.raises(LostLeadershipError, match="leadership 9 is over"):
        world.leader(9).patch_status(ref, {"message": "late"})
    world.leader(11).patch_status(ref, {"message": "done"})
    found = world.person.get(ref)
    assert found is not None
    assert (found["status"]["message"], found["status"]["operatorGeneration"]) == ("done", 11)


def test_people_write_at_any_time_and_leave_the_number(world: World) -> None:
    ref = Ref.of(world.leader(10).apply(world.config("people")))
    for changed in (
        world.person.apply(world.config("people", "2")),
        world.person.patch(ref, {"data": {"a": "3"}}),
    ):
        assert mark(changed) == "10"
    with pytest.raises(LostLeadershipError):
        world.leader(9).apply(world.config("people", "late"))


def test_a_number_that_is_none_stops_nobody(world: World) -> None:
    ref = Ref.of(world.leader(10).apply(world.config("spoilt")))
    world.person.patch(ref, {"metadata": {"annotations": {ANNOTATION_OPERATOR_GENERATION: "a person's"}}})
    assert mark(world.leader(10).apply(world.config("spoilt"))) == "10"


def test_whoever_does_not_hold_the_lease_makes_nothing_new(world: World) -> None:
    world.lease(20)
    untouched = Ref.of(world.person.create(world.config("untouched")))
    status = Ref.of(world.person.create(world.procedure()))
    writes: list[Write] = [
        lambda kube: kube.create(world.config("late")),
        lambda kube: kube.apply(world.config("late")),
        lambda kube: kube.create(world.procedure()),
        lambda kube: kube.patch(untouched, {"data": {"a": "late"}}),
        lambda kube: kube.patch_status(status, {"message": "late"}),
        lambda kube: kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "sf-late"}}),
    ]
    for write in writes:
        with pytest.raises(LostLeadershipError, match="leadership 19 is over: number 20 holds the lease"):
            write(world.leader(19))
    assert world.person.get(Ref("v1", "Namespace", "sf-late")) is None
    assert mark(world.leader(20).create(world.config("late"))) == "20"
