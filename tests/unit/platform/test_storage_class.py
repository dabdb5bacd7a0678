"""Which StorageClass an installation takes, and what it says when none will do."""

import pytest

from provisioning.meta import Manifest
from provisioning.platform.settings import (
    ALL_PARTS,
    ON_AN_EXISTING_CLUSTER,
    InstallSettings,
    Part,
    StorageSettings,
)
from provisioning.platform.storage_class import Chosen, Refused, choose

SHARED = "nfs.csi.k8s.io"
DISK = "ebs.csi.aws.com"


def storage_class(name: str, provisioner: str = SHARED, *, default: bool = False, made: str = "2026") -> Manifest:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    metadata = {"name": name, "annotations": annotations, "creationTimestamp": made}
    return {"metadata": metadata, "provisioner": provisioner}


def installation(**storage: str) -> InstallSettings:
    return InstallSettings(parts=ON_AN_EXISTING_CLUSTER, storage=StorageSettings.model_validate(storage))


def test_without_a_name_the_clusters_default_is_taken_and_said() -> None:
    found = choose(installation(), [storage_class("other"), storage_class("files", default=True)])
    assert isinstance(found, Chosen)
    assert (found.settings.shared_class, found.settings.disk_class) == ("files", "files")
    assert "files (nfs.csi.k8s.io), the cluster's default" in found.notes[0]


def test_of_several_defaults_the_newest_counts() -> None:
    classes = [storage_class("new", default=True, made="2026"), storage_class("old", default=True, made="2025")]
    found = choose(installation(), classes)
    assert isinstance(found, Chosen)
    assert found.settings.shared_class == "new"


def test_a_class_that_was_named_is_taken_without_a_word() -> None:
    given = installation(className="files", singleWriterClass="disk")
    found = choose(given, [storage_class("files"), storage_class("disk", DISK, default=True)])
    assert found == Chosen(given)


def test_a_class_that_was_named_and_cannot_be_shared_is_taken_with_a_warning() -> None:
    found = choose(installation(className="disk"), [storage_class("disk", DISK)])
    assert isinstance(found, Chosen)
    assert "one node only" in found.notes[0]


@pytest.mark.parametrize(
    ("storage", "classes", "field", "says"),
    [
        ({}, [], "storage.className", "no default StorageClass"),
        ({}, [storage_class("files")], "storage.className", "no default StorageClass"),
        ({}, [storage_class("gp3", DISK, default=True)], "storage.className", "only one node can write"),
        ({"className": "fils"}, [storage_class("files")], "storage.className", "there is no StorageClass fils"),
        (
            {"className": "files", "singleWriterClass": "disc"},
            [storage_class("files")],
            "storage.singleWriterClass",
            "there is no StorageClass disc",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_classes_there_are(
    storage: dict[str, str], classes: list[Manifest], field: str, says: str
) -> None:
    found = choose(installation(**storage), classes)
    assert isinstance(found, Refused)
    assert found.field == field
    assert says in found.message
    assert all(each["metadata"]["name"] in found.fix for each in classes) or "none" in found.fix


@pytest.mark.parametrize("name", ["rook-ceph.rbd.csi.ceph.com", "rancher.io/local-path"])
def test_disks_and_folders_of_one_node_are_no_default_for_tenants(name: str) -> None:
    assert isinstance(choose(installation(), [storage_class("a", name, default=True)]), Refused)


def test_our_own_class_need_not_exist_before() -> None:
    assert choose(InstallSettings(parts=ALL_PARTS), []) == Chosen(InstallSettings(parts=ALL_PARTS))
    named = InstallSettings(storage=StorageSettings(class_name="folder"))
    assert choose(named, []) == Chosen(named)


def test_an_installation_without_volumes_asks_for_no_class() -> None:
    given = InstallSettings(parts=(Part.DNS,))
    assert choose(given, []) == Chosen(given)
