"""Which of a cluster's StorageClasses an installation uses. Decides on data; reading them is the installer's.

A claim that names a class which does not exist, or which cannot do what is asked, waits for ever and says so only
to whoever describes it. So this is settled before anything is applied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.platform.settings import InstallSettings, Part

DEFAULT_MARK = "storageclass.kubernetes.io/is-default-class"

# Provisioners of disks and of folders of one node: they refuse, or never bind, a claim that several nodes may
# write. What is not listed may be able to; no field of a StorageClass tells.
SINGLE_WRITERS = frozenset(
    {
        "cinder.csi.openstack.org",
        "csi.hetzner.cloud",
        "disk.csi.azure.com",
        "dobs.csi.digitalocean.com",
        "ebs.csi.aws.com",
        "ebs.csi.eks.amazonaws.com",
        "kubernetes.io/aws-ebs",
        "kubernetes.io/azure-disk",
        "kubernetes.io/gce-pd",
        "kubernetes.io/no-provisioner",
        "linodebs.csi.linode.com",
        "local.csi.openebs.io",
        "openebs.io/local",
        "pd.csi.storage.gke.io",
        "rancher.io/local-path",
        "topolvm.io",
    }
)
_BLOCK_DEVICES_OF_CEPH = "rbd.csi.ceph.com"


@dataclass(frozen=True)
class Chosen:
    """The settings with every class named, and what a person should know of the choice."""

    settings: InstallSettings
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refused:
    """Which field cannot be used as it is, why, and what to write instead."""

    field: str
    message: str
    fix: str


def choose(settings: InstallSettings, classes: Iterable[Manifest]) -> Chosen | Refused:
    """The classes of this installation: those that were named, else the cluster's default."""
    found = {each["metadata"]["name"]: each for each in classes}
    ours = {settings.shared_class} if settings.has(Part.STORAGE) else set()
    for field, name in (
        ("className", settings.storage.class_name),
        ("singleWriterClass", settings.storage.single_writer_class),
    ):
        if name is not None and name not in found.keys() | ours:
            return Refused(
                f"storage.{field}", f"there is no StorageClass {name}", f"choose one of: {_listed(found)}"
            )
    if settings.has(Part.STORAGE) or not _is_needed(settings):
        return Chosen(settings)
    if settings.storage.class_name is not None:
        return Chosen(settings, _warnings(found[settings.storage.class_name]))
    return _default(settings, found)


def is_single_writer(storage_class: Manifest) -> bool:
    """Whether its volumes certainly cannot be written by pods of several nodes; false also when nobody knows."""
    provisioner = str(storage_class.get("provisioner", ""))
    return provisioner in SINGLE_WRITERS or provisioner.endswith(_BLOCK_DEVICES_OF_CEPH)


def _is_needed(settings: InstallSettings) -> bool:
    return any(settings.has(part) for part in (Part.DATABASE, Part.OBJECT_STORE, Part.OPERATOR))


def _default(settings: InstallSettings, found: Mapping[str, Manifest]) -> Chosen | Refused:
    marked = [each for each in found.values() if _is_default(each)]
    if not marked:
        return Refused(
            "storage.className",
            "the cluster has no default StorageClass",
            f"name one whose volumes several pods can write; there are: {_listed(found)}",
        )
    # Of several, Kubernetes itself takes the newest.
    default = max(marked, key=lambda each: str(each["metadata"].get("creationTimestamp", "")))
    name = default["metadata"]["name"]
    if is_single_writer(default):
        return Refused(
            "storage.className",
            f"the cluster's default StorageClass {_described(default)} gives volumes that only one node can "
            "write, and a tenant's pods share theirs",
            f"name one with ReadWriteMany volumes (there are: {_listed(found)}), or let us bring one: "
            "add storage to parts and set storage.path to a folder that all nodes have in common",
        )
    storage = settings.storage.model_copy(update={"class_name": name})
    note = (
        f"Volumes are of {_described(default)}, the cluster's default StorageClass; several pods must be able to "
        "write them."
    )
    return Chosen(settings.model_copy(update={"storage": storage}), (note,))


def _warnings(chosen: Manifest) -> tuple[str, ...]:
    if not is_single_writer(chosen):
        return ()
    return (f"StorageClass {_described(chosen)} gives disks of one node only: tenants will wait for volumes.",)


def _is_default(storage_class: Manifest) -> bool:
    annotations = storage_class["metadata"].get("annotations") or {}
    return bool(annotations.get(DEFAULT_MARK) == "true")


def _described(storage_class: Manifest) -> str:
    return f"{storage_class['metadata']['name']} ({storage_class.get('provisioner', 'no provisioner')})"


def _listed(found: Mapping[str, Manifest]) -> str:
    return ", ".join(_described(found[name]) for name in sorted(found)) or "none"
