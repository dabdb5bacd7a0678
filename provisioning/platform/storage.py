"""Volumes that several pods can write, out of one folder that all nodes share: our own small provisioner.

Its ReadWriteMany volumes are simply true on one node; on several, the folder must be a file system that all of
them mount. It does not enforce sizes. Why it is our own is in ADR 11.
"""

from provisioning.meta import Manifest
from provisioning.platform import objects, pods
from provisioning.platform.images import Images
from provisioning.platform.rbac import READ, Grant, cluster_binding, cluster_role
from provisioning.platform.settings import STORAGE_NAMESPACE, InstallSettings
from provisioning.platform.storage_class import DEFAULT_MARK

NAME = "shared-folder-provisioner"
PROVISIONER = "shopfleet.dev/shared-folder"
RIGHTS = f"shopfleet:{NAME}"
FOLDER = "/volumes"
"""Where the pod has the shared folder."""

GRANTS = (
    Grant("", ("persistentvolumeclaims",), READ, "claims of every tenant wait for a volume"),
    Grant(
        "",
        ("persistentvolumes",),
        (*READ, "create", "delete"),
        "it makes the volume of a claim and removes it with the claim",
    ),
    Grant("", ("events",), ("create", "patch"), "says on the claim why provisioning failed"),
    Grant("storage.k8s.io", ("storageclasses",), READ, "finds the claims that name its class"),
)


def manifests(settings: InstallSettings, images: Images) -> list[Manifest]:
    return [
        objects.service_account(NAME, STORAGE_NAMESPACE, NAME),
        cluster_role(RIGHTS, NAME, GRANTS),
        cluster_binding(RIGHTS, NAME, NAME, STORAGE_NAMESPACE),
        objects.deployment(NAME, STORAGE_NAMESPACE, NAME, _template(settings, images), surge=False),
        storage_class(settings),
    ]


def _template(settings: InstallSettings, images: Images) -> Manifest:
    """Runs as root, because it makes folders for any user and removes what any user left in them."""
    path = settings.storage.path
    main = pods.container(
        NAME,
        images[NAME],
        pods.resources("20m", "128Mi", "48Mi"),
        args=[f"-provisioner={PROVISIONER}", f"-folder={FOLDER}", f"-node-path={path}"],
        volumeMounts=[pods.mount("volumes", FOLDER, writable=True)],
    )
    main["securityContext"]["capabilities"]["add"] = ["DAC_OVERRIDE", "FOWNER"]
    template = pods.template(
        NAME,
        [main],
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        priorityClassName="system-cluster-critical",
        volumes=[{"name": "volumes", "hostPath": {"path": path, "type": "DirectoryOrCreate"}}],
    )
    template["spec"]["securityContext"] = {"runAsUser": 0, "seccompProfile": {"type": "RuntimeDefault"}}
    return template


def storage_class(settings: InstallSettings) -> Manifest:
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": objects.metadata(settings.shared_class, None, NAME, annotations={DEFAULT_MARK: "true"}),
        "provisioner": PROVISIONER,
        "reclaimPolicy": "Delete",
        # A shared folder is the same from every node, so a volume can be made while its pod's image loads.
        "volumeBindingMode": "Immediate",
        # A larger plan asks for more. The folder has no size that anybody enforces, so there is nothing else
        # to do; the claim's status goes on naming the size it was made with.
        "allowVolumeExpansion": True,
    }
