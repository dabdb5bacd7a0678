"""What the former installation made and this one does not: what goes, what stays, and what is said."""

import pytest

from provisioning.meta import API_VERSION, Manifest
from provisioning.platform.inventory import KEY, ResourceInventory, inventory, no_longer_made, obsolete, read
from provisioning.platform.objects import FIELD_MANAGER

PARTS = ("database", "metrics")


def made(
    kind: str, name: str, version: str = "v1", component: str = "a", namespace: str | None = "here"
) -> Manifest:
    place = {"namespace": namespace} if namespace else {}
    labels = {"shopfleet.dev/component": component}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place, "labels": labels}}


def in_cluster(uid: str = "1", manager: str = FIELD_MANAGER) -> Manifest:
    return {"metadata": {"uid": uid, "managedFields": [{"manager": manager, "operation": "Apply"}]}}


def former(*manifests: Manifest, parts: tuple[str, ...] = PARTS) -> ResourceInventory:
    return inventory(parts, manifests)


KEPT = made("Deployment", "new", "apps/v1")
NOW = former(KEPT)


def removed(before: ResourceInventory, now: ResourceInventory = NOW) -> list[str]:
    present = {each: in_cluster() for each in no_longer_made(before, now)}
    return [str(each) for each in obsolete(before, now, present).removals]


def test_what_was_replaced_goes_and_what_is_still_made_stays() -> None:
    old = made("Deployment", "old", "apps/v1")
    before = former(old, KEPT, made("ClusterRole", "old", "rbac.authorization.k8s.io/v1", namespace=None))
    assert removed(before) == ["Deployment here/old", "ClusterRole old"]


def test_the_very_object_is_named_so_that_a_successor_is_not_hit() -> None:
    before = former(made("Deployment", "old", "apps/v1"))
    (gone,) = no_longer_made(before, NOW)
    (removal,) = obsolete(before, NOW, {gone: in_cluster("77")}).removals
    assert removal.uid == "77"


def test_an_object_whose_api_moved_on_is_the_same_one() -> None:
    before = former(made("ValidatingAdmissionPolicy", "fence", "admissionregistration.k8s.io/v1beta1"))
    now = former(made("ValidatingAdmissionPolicy", "fence", "admissionregistration.k8s.io/v1"))
    assert removed(before, now) == []


def test_a_kind_of_the_same_name_in_another_group_is_another_object() -> None:
    before = former(made("Role", "a", "rbac.authorization.k8s.io/v1"))
    assert removed(before, former(made("Role", "a", "example.com/v1"))) == ["Role here/a"]


@pytest.mark.parametrize(
    "kind", ["PersistentVolumeClaim", "Secret", "Namespace", "CustomResourceDefinition", "StatefulSet", "Novelty"]
)
def test_what_may_hold_data_stays_is_named_and_stays_listed(kind: str) -> None:
    before = former(made(kind, "old"))
    (gone,) = no_longer_made(before, NOW)
    verdict = obsolete(before, NOW, {gone: in_cluster()})
    assert (verdict.removals, verdict.staying) == ((), (gone,))
    assert f"{kind} here/old" in verdict.notes[0]


def test_what_belongs_to_pods_with_volumes_stays_with_them() -> None:
    before = former(
        made("StatefulSet", "store", "apps/v1", component="store"),
        made("Service", "store", component="store"),
        made("Service", "other", component="other"),
    )
    assert removed(before) == ["Service here/other"]


def test_leaving_a_part_out_removes_nothing_of_it() -> None:
    before = former(made("Deployment", "prometheus", "apps/v1"), KEPT)
    now = former(KEPT, parts=("database",))
    (gone,) = no_longer_made(before, now)
    verdict = obsolete(before, now, {gone: in_cluster()})
    assert (verdict.removals, verdict.staying, verdict.parts) == ((), (gone,), ("metrics",))
    assert "metrics: left out now" in verdict.notes[0]
    assert "Deployment here/prometheus" in verdict.notes[0]


def test_a_part_that_was_removed_by_hand_is_forgotten() -> None:
    before = former(made("Deployment", "prometheus", "apps/v1"))
    now = former(KEPT, parts=("database",))
    (gone,) = no_longer_made(before, now)
    verdict = obsolete(before, now, {gone: None})
    assert (verdict.removals, verdict.staying, verdict.parts, verdict.notes) == ((), (), (), ())


def test_what_somebody_else_has_taken_over_is_theirs() -> None:
    before = former(made("Deployment", "old", "apps/v1"))
    (gone,) = no_longer_made(before, NOW)
    verdict = obsolete(before, NOW, {gone: in_cluster(manager="helm")})
    assert (verdict.removals, verdict.staying) == ((), ())


def test_objects_of_our_own_kinds_are_their_owners() -> None:
    assert inventory(PARTS, [made("Plan", "small", API_VERSION, namespace=None)]).objects == ()


def test_the_list_comes_back_as_it_was_written() -> None:
    written = former(KEPT, made("ClusterRole", "a", "rbac.authorization.k8s.io/v1", namespace=None))
    assert read(written.manifest()) == written


def test_a_cluster_without_a_list_has_nothing_to_remove() -> None:
    assert read(None) == ResourceInventory()


@pytest.mark.parametrize("content", ["- a", "[", "objects: [{kind: Role}]", "objects: 3"])
def test_a_list_that_cannot_be_understood_is_not_an_empty_one(content: str) -> None:
    with pytest.raises(ValueError, match=KEY):
        read({"data": {KEY: content}})


def test_a_newer_installers_list_is_understood_too() -> None:
    content = "version: 2\nparts: [novelty]\nobjects: [{apiVersion: v1, kind: Role, name: a, hash: abc}]\n"
    found = read({"data": {KEY: content}})
    assert (found.parts, [str(each) for each in found.objects]) == (("novelty",), ["Role a"])
