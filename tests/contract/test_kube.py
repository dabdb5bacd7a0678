"""One suite for the fake Kubernetes API and a real API server."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.core.ports import Kube, Ref
from controller.errors import ConflictError, LostLeadershipError, RefusedError
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, API_VERSION, Manifest
from tests.support.cutting import ample, refused
from tests.support.eventually import eventually
from tests.support.fakes.kube import FakeKube
from tests.support.leading import Deposed, Leading

pytestmark = pytest.mark.contract


@dataclass
class World:
    """The API under test, as three writers see it, and a namespace that no other test uses."""

    kube: Kube
    leader: Kube
    deposed: Kube
    effects: Unfenced
    namespace: str

    def config(self, name: str = "one", **changes: Any) -> Manifest:
        metadata = {"name": name, "namespace": self.namespace, **changes.pop("metadata", {})}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}, **changes}

    def deployment(self, replicas: int = 1, **metadata: Any) -> Manifest:
        labels = {"app": "web"}
        pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": self.namespace, **metadata},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": pod},
        }

    def procedure(self) -> Manifest:
        """One of our own kinds, which have a status that the operator writes."""
        spec = {"kind": "Create", "tenant": "rua", "requestedBy": "ana", "requestId": "r1"}
        metadata = {"name": "one", "namespace": self.namespace}
        return {"apiVersion": API_VERSION, "kind": "Procedure", "metadata": metadata, "spec": spec}


@pytest.fixture(params=["fake", "real"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    effects = Unfenced()
    namespace = f"contract-{secrets.token_hex(4)}"
    kube: Kube
    leader: Kube
    deposed: Kube
    if request.param == "fake":
        fakes = FakeKube(effects), FakeKube(Leading()), FakeKube(Deposed())
        for other in fakes[1:]:
            other._store = fakes[0]._store
        kube, leader, deposed = fakes
    else:
        path = request.getfixturevalue("api_server").kubeconfig
        kube, leader, deposed = (connect(path, effects=each) for each in (effects, Leading(), Deposed()))
    kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    yield World(kube, leader, deposed, effects, namespace)
    kube.delete(Ref("v1", "Namespace", namespace))


def metadata_of(manifest: Manifest | None) -> Manifest:
    assert manifest is not None
    found: Manifest = manifest["metadata"]
    return found


def test_an_absent_object_is_none(world: World) -> None:
    assert world.kube.get(Ref("v1", "ConfigMap", "absent", world.namespace)) is None
    assert world.kube.get(Ref("v1", "ConfigMap", "absent", "no-such-namespace")) is None
    assert world.kube.get(Ref("v1", "Namespace", "no-such-namespace")) is None


def test_what_was_created_is_read_back_with_its_kind(world: World) -> None:
    created = world.kube.create(world.config())
    found = world.kube.get(Ref.of(created))
    assert found == created
    assert (created["apiVersion"], created["kind"], created["data"]) == ("v1", "ConfigMap", {"a": "1"})
    assert metadata_of(created).keys() >= {"uid", "resourceVersion", "creationTimestamp"}
    assert "managedFields" not in metadata_of(created)


def test_creating_twice_is_a_conflict_that_names_the_object(world: World) -> None:
    world.kube.create(world.config())
    with pytest.raises(ConflictError, match=f"ConfigMap {world.namespace}/one"):
        world.kube.create(world.config())


def test_writing_into_an_absent_namespace_is_refused(world: World) -> None:
    nowhere = world.config(metadata={"namespace": "no-such-namespace"})
    for write in (world.kube.create, world.kube.apply):
        with pytest.raises(RefusedError, match="namespace does not exist"):
            write(nowhere)


def test_a_namespaced_object_needs_a_namespace(world: World) -> None:
    with pytest.raises(RefusedError, match="needs a namespace"):
        world.kube.get(Ref("v1", "ConfigMap", "one"))


def test_applying_the_same_again_changes_nothing(world: World) -> None:
    first = world.kube.apply(world.config())
    assert world.kube.apply(world.config()) == first


def test_applying_takes_back_our_own_fields_and_leaves_those_of_others(world: World) -> None:
    labels = {"labels": {"ours": "yes", "kept": "yes"}}
    ref = Ref.of(world.kube.apply(world.config(metadata=labels, data={"a": "1", "b": "2"})))
    world.kube.patch(ref, {"metadata": {"labels": {"theirs": "yes"}}})
    now = world.kube.apply(world.config(metadata={"labels": {"kept": "yes"}}, data={"a": "3"}))
    assert now["data"] == {"a": "3"}
    assert metadata_of(now)["labels"] == {"kept": "yes", "theirs": "yes"}


def test_the_generation_counts_changes_of_the_specification_only(world: World) -> None:
    first = world.kube.apply(world.deployment(1))
    labelled = world.kube.patch(Ref.of(first), {"metadata": {"labels": {"a": "b"}}})
    scaled = world.kube.apply(world.deployment(2))
    generations = [metadata_of(each)["generation"] for each in (first, labelled, scaled)]
    assert generations == [1, 1, 2]
    versions = {metadata_of(each)["resourceVersion"] for each in (first, labelled, scaled)}
    assert len(versions) == 3


def test_status_and_specification_are_written_apart(world: World) -> None:
    ref = Ref.of(world.kube.apply(world.deployment(1) | {"status": {"replicas": 9}}))
    world.kube.patch(ref, {"status": {"replicas": 9}})
    assert not (world.kube.get(ref) or {}).get("status", {}).get("replicas")
    after = world.kube.patch_status(ref, {"replicas": 1, "observedGeneration": 1})
    assert after["status"]["replicas"] == 1
    again = world.kube.patch_status(ref, {"observedGeneration": 2})
    assert (again["status"]["replicas"], again["status"]["observedGeneration"]) == (1, 2)
    assert metadata_of(again)["generation"] == 1
    assert world.kube.apply(world.deployment(1))["status"]["replicas"] == 1


def test_an_outdated_resource_version_is_a_conflict(world: World) -> None:
    old = world.kube.apply(world.deployment(1))
    ref, version = Ref.of(old), metadata_of(old)["resourceVersion"]
    world.kube.apply(world.deployment(2))
    with pytest.raises(ConflictError, match="web"):
        world.kube.patch_status(ref, {"replicas": 1}, version)
    with pytest.raises(ConflictError, match="web"):
        world.kube.patch(ref, {"metadata": {"resourceVersion": version, "labels": {"a": "b"}}})
    current = metadata_of(world.kube.get(ref))["resourceVersion"]
    world.kube.patch_status(ref, {"replicas": 1}, current)


def test_a_merge_patch_changes_and_removes(world: World) -> None:
    ref = Ref.of(world.kube.create(world.config(data={"a": "1", "b": "2"})))
    assert world.kube.patch(ref, {"data": {"a": None, "c": "3"}})["data"] == {"b": "2", "c": "3"}


def test_patching_what_is_gone_is_a_conflict(world: World) -> None:
    ref = Ref("apps/v1", "Deployment", "gone", world.namespace)
    with pytest.raises(ConflictError, match="gone"):
        world.kube.patch(ref, {"metadata": {"labels": {"a": "b"}}})
    with pytest.raises(ConflictError, match="gone"):
        world.kube.patch_status(ref, {"replicas": 1})


def test_deleting_says_whether_there_was_something(world: World) -> None:
    ref = Ref.of(world.kube.create(world.config()))
    assert world.kube.delete(ref) is True
    assert world.kube.delete(ref) is False
    assert world.kube.get(ref) is None


def test_deleting_by_uid_spares_another_object_of_the_same_name(world: World) -> None:
    first = world.kube.create(world.config())
    ref, uid = Ref.of(first), metadata_of(first)["uid"]
    world.kube.delete(ref, uid)
    assert world.kube.delete(ref, uid) is False
    second = world.kube.create(world.config())
    with pytest.raises(ConflictError, match="one"):
        world.kube.delete(ref, uid)
    assert world.kube.get(ref) == second


def test_a_finalizer_holds_an_object_until_it_is_removed(world: World) -> None:
    ref = Ref.of(world.kube.apply(world.deployment(1, finalizers=["shopfleet.dev/tenant"])))
    assert world.kube.delete(ref) is True
    dying = world.kube.get(ref)
    assert metadata_of(dying)["deletionTimestamp"]
    assert metadata_of(dying)["generation"] == 2
    world.kube.patch(ref, {"metadata": {"finalizers": None}})
    assert world.kube.get(ref) is None


def test_applied_finalizers_are_a_set(world: World) -> None:
    ref = Ref.of(world.kube.apply(world.config(metadata={"finalizers": ["shopfleet.dev/one"]})))
    world.kube.patch(ref, {"metadata": {"finalizers": ["shopfleet.dev/one", "other.dev/two"]}})
    now = world.kube.apply(world.config())
    assert "other.dev/two" in metadata_of(now)["finalizers"]
    world.kube.patch(ref, {"metadata": {"finalizers": None}})


def test_a_namespace_takes_everything_in_it_along(world: World) -> None:
    ref = Ref.of(world.kube.create(world.config()))
    place = Ref("v1", "Namespace", world.namespace)
    assert world.kube.delete(place) is True
    eventually(lambda: world.kube.get(place) is None)
    assert world.kube.get(ref) is None


def test_a_dying_namespace_takes_nothing_new(world: World) -> None:
    ref = Ref.of(world.kube.create(world.config(metadata={"finalizers": ["shopfleet.dev/hold"]})))
    world.kube.delete(Ref("v1", "Namespace", world.namespace))
    eventually(lambda: metadata_of(world.kube.get(ref)).get("deletionTimestamp"))
    with pytest.raises(ConflictError, match="being deleted"):
        world.kube.create(world.config("two"))
    world.kube.patch(ref, {"metadata": {"finalizers": None}})
    eventually(lambda: world.kube.get(Ref("v1", "Namespace", world.namespace)) is None)


def test_objects_go_with_their_owner(world: World) -> None:
    owner = world.kube.create(world.config("owner"))
    link = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": metadata_of(owner)["uid"]}
    owned = Ref.of(world.kube.create(world.config("owned", metadata={"ownerReferences": [link]})))
    world.kube.delete(Ref.of(owner))
    eventually(lambda: world.kube.get(owned) is None)


def test_lists_are_by_namespace_and_labels(world: World) -> None:
    other = f"{world.namespace}-other"
    world.kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": other}})
    label = {"shopfleet.dev/test": world.namespace}
    world.kube.create(world.config("one", metadata={"labels": {**label, "size": "s"}}))
    world.kube.create(world.config("two", metadata={"labels": {**label, "size": "m"}}))
    world.kube.create(world.config("three", metadata={"namespace": other, "labels": label}))

    def names(*arguments: Any) -> list[str]:
        found = world.kube.list("v1", "ConfigMap", *arguments)
        assert all((each["apiVersion"], each["kind"]) == ("v1", "ConfigMap") for each in found)
        return [metadata_of(each)["name"] for each in found]

    assert names(world.namespace, label) == ["one", "two"]
    assert names(world.namespace, {**label, "size": "m"}) == ["two"]
    assert sorted(names(None, label)) == ["one", "three", "two"]
    assert names("no-such-namespace") == []
    world.kube.delete(Ref("v1", "Namespace", other))


def test_an_unknown_kind_is_refused_with_the_next_command(world: World) -> None:
    for ours in (True, False):
        version, command = ("shopfleet.dev/v1alpha1", "shopfleet install") if ours else ("a.test/v1", "doctor")
        ref = Ref(version, "Unheard", "one", world.namespace)
        with pytest.raises(RefusedError, match="Unheard") as caught:
            world.kube.get(ref)
        assert command in (caught.value.hint or "")
        with pytest.raises(RefusedError):
            world.kube.list(version, "Unheard")


def test_a_repeated_event_is_counted(world: World) -> None:
    about = world.kube.create(world.config())
    for _ in range(3):
        world.kube.event(about, "Tested", "It was tested.", warning=True)
    world.kube.event(about, "Tested", "Something else.")
    events = world.kube.list("v1", "Event", world.namespace)
    counts = {each["message"]: (each["count"], each["type"]) for each in events}
    assert counts == {"It was tested.": (3, "Warning"), "Something else.": (1, "Normal")}


def test_a_dry_run_answers_but_changes_nothing(world: World) -> None:
    before = world.effects.count
    assert world.kube.dry_run(world.deployment(3))["spec"]["replicas"] == 3
    assert world.kube.get(Ref.of(world.deployment())) is None
    assert world.effects.count == before


def test_the_log_of_an_absent_pod_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="absent"):
        world.kube.pod_log(world.namespace, "absent")


def test_the_api_knows_who_we_are(world: World) -> None:
    assert world.kube.user()


def test_every_change_is_an_effect(world: World) -> None:
    before = world.effects.count
    ref = Ref.of(world.kube.apply(world.deployment()))
    world.kube.create(world.config())
    world.kube.patch(ref, {"metadata": {"labels": {"a": "b"}}})
    world.kube.patch_status(ref, {"replicas": 1})
    world.kube.event(world.config(), "Tested", "It was tested.")
    world.kube.delete(ref)
    assert world.effects.count == before + 6
    world.kube.get(ref)
    world.kube.list("v1", "ConfigMap", world.namespace)
    assert world.effects.count == before + 6


def test_changes_carry_the_leaders_generation(world: World) -> None:
    applied = world.leader.apply(world.config())
    created = world.leader.create(world.config("two"))
    patched = world.leader.patch(Ref.of(world.kube.create(world.config("three"))), {"data": {"a": "2"}})
    for each in (applied, created, patched):
        assert metadata_of(each)["annotations"][ANNOTATION_OPERATOR_GENERATION] == "7"
    reported = world.leader.patch_status(Ref.of(world.kube.create(world.procedure())), {"message": "running"})
    assert reported["status"]["operatorGeneration"] == 7


def test_people_leave_the_leaders_generation_alone(world: World) -> None:
    ref = Ref.of(world.leader.apply(world.config()))
    applied = world.kube.apply(world.config(data={"a": "2"}))
    patched = world.kube.patch(ref, {"data": {"a": "3"}})
    for each in (applied, patched):
        assert metadata_of(each)["annotations"][ANNOTATION_OPERATOR_GENERATION] == "7"
    procedure = Ref.of(world.kube.create(world.procedure()))
    world.leader.patch_status(procedure, {"message": "running"})
    assert world.kube.patch_status(procedure, {"message": "halted"})["status"]["operatorGeneration"] == 7


def test_who_no_longer_leads_changes_nothing(world: World) -> None:
    kept = world.kube.create(world.config())
    attempts = (
        lambda: world.deposed.apply(world.config("two")),
        lambda: world.deposed.create(world.config("two")),
        lambda: world.deposed.patch(Ref.of(kept), {"data": {"a": "2"}}),
        lambda: world.deposed.delete(Ref.of(kept)),
        lambda: world.deposed.event(kept, "Tested", "It was tested."),
    )
    for attempt in attempts:
        with pytest.raises(LostLeadershipError):
            attempt()
    assert world.kube.get(Ref.of(kept)) == kept
    assert world.kube.get(Ref("v1", "ConfigMap", "two", world.namespace)) is None


def test_nothing_is_asked_and_nothing_changed_without_time_or_when_cancelled(world: World) -> None:
    world.kube.create(world.config())
    one, other = Ref.of(world.config()), world.config("other")
    refused(lambda deadline: world.kube.within(deadline).get(one))
    refused(lambda deadline: world.kube.within(deadline).list("v1", "ConfigMap", world.namespace))
    refused(lambda deadline: world.kube.within(deadline).apply(other))
    refused(lambda deadline: world.kube.within(deadline).create(other))
    refused(lambda deadline: world.kube.within(deadline).patch(one, {"data": {"a": "2"}}))
    refused(lambda deadline: world.kube.within(deadline).delete(one))
    # Elsewhere a failed event is no failure; here nobody has time for what comes after it.
    refused(lambda deadline: world.kube.within(deadline).event(world.config(), "Said", "something"))
    found = world.kube.within(ample()).get(one)
    assert found is not None
    assert found["data"] == {"a": "1"}
    assert world.kube.get(Ref.of(other)) is None
