"""What all pods of a tenant have in common: user, rights, volumes, and how their containers are probed."""

from provisioning.meta import Manifest
from provisioning.names import CA_CONFIG_MAP, FILES, ODOO_CONF_SECRET
from provisioning.objects.filestore import DATA_FOLDER
from provisioning.objects.namespace import SERVICE_ACCOUNT

USER_ID = 10001
CONF_FOLDER = "/etc/odoo"
CONF_FILE = f"{CONF_FOLDER}/odoo.conf"
SERVICE_FILE = f"{CONF_FOLDER}/pg_service.conf"
DATABASE_CA_FILE = f"{CONF_FOLDER}/database-ca.crt"
# Of Debian, on which all our images are built: public authorities in one file, as libpq wants them.
SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
CA_FOLDER = "/etc/shopfleet/ca"
PLATFORM_CA_KEY = "ca.crt"

# Uploads and reports in the making. Enough for a few imports at a time; a pod above it is evicted.
TMP_SIZE = "2Gi"


def security_context() -> Manifest:
    """Of a pod: one unprivileged user for everything, also for files on the shared volume."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER_ID,
        "runAsGroup": USER_ID,
        "fsGroup": USER_ID,
        # Walking through a large filestore at every start would take minutes.
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> Manifest:
    return {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def pod_spec(containers: list[Manifest], volumes: list[Manifest], *, service_account: str) -> Manifest:
    """The part of a pod's spec that is the same for services and jobs."""
    return {
        "serviceAccountName": service_account,
        "automountServiceAccountToken": False,
        # Variables for every service of the namespace would only be one more thing to leak.
        "enableServiceLinks": False,
        "securityContext": security_context(),
        "containers": containers,
        "volumes": volumes,
    }


def tenant_pod_spec(containers: list[Manifest], volumes: list[Manifest]) -> Manifest:
    return pod_spec(containers, volumes, service_account=SERVICE_ACCOUNT)


def container(name: str, image: str, command: list[str], **rest: object) -> Manifest:
    """A container as Pod Security `restricted` demands it; `rest` are further fields as they are."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": command,
        "securityContext": container_security(),
        **rest,
    }


def variables(values: dict[str, str]) -> list[Manifest]:
    """Environment variables in a stable order."""
    return [{"name": name, "value": values[name]} for name in sorted(values)]


def conf_volume(secret: str = ODOO_CONF_SECRET) -> Manifest:
    # 0440: readable by the pod's group, which fsGroup makes the owner of secret volumes.
    return {"name": "conf", "secret": {"secretName": secret, "defaultMode": 0o440}}


def ca_volume() -> Manifest:
    return {"name": "ca", "configMap": {"name": CA_CONFIG_MAP}}


def scratch_volume(name: str, size: str) -> Manifest:
    return {"name": name, "emptyDir": {"sizeLimit": size}}


def files_volume(*, read_only: bool = False) -> Manifest:
    return {"name": FILES, "persistentVolumeClaim": {"claimName": FILES, **_read_only(read_only)}}


def tmp_volume() -> Manifest:
    return scratch_volume("tmp", TMP_SIZE)


def conf_mount() -> Manifest:
    return {"name": "conf", "mountPath": CONF_FOLDER, "readOnly": True}


def ca_mount() -> Manifest:
    return {"name": "ca", "mountPath": CA_FOLDER, "readOnly": True}


def tmp_mount() -> Manifest:
    return {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108 a volume of the pod's own


def files_mount(*, read_only: bool = False) -> Manifest:
    return {"name": FILES, "mountPath": DATA_FOLDER, **_read_only(read_only)}


def _read_only(yes: bool) -> dict[str, bool]:
    # The server drops a false, and what is read back should compare equal to what was applied.
    return {"readOnly": True} if yes else {}


def http_get(path: str, port: str) -> Manifest:
    return {"httpGet": {"path": path, "port": port}}
