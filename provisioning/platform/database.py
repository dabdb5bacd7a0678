"""PostgreSQL 15 under Patroni: one member or several, the leader behind the Service `postgres`.

Patroni keeps its state in ConfigMaps of the namespace and labels the pod that leads; when it cannot renew its
claim it demotes itself, so the label is never on two pods that both accept writes.
"""

import yaml

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import material, objects, pods
from provisioning.platform.images import Images
from provisioning.platform.postgres_config import (
    API_PORT,
    DATA,
    LEADER,
    MEMBERS_SERVICE,
    NAME,
    PORT,
    ROLE_LABEL,
    SCOPE,
    SCOPE_LABEL,
    TLS,
    TTL,
    patroni,
)
from provisioning.platform.rbac import Grant, binding, role
from provisioning.platform.settings import InstallSettings

REPLICAS_SERVICE = "postgres-replicas"
CONFIG = "postgres-patroni"
USER = 10003
"""uid and gid of `postgres` in our image; initdb refuses a user that has no name."""

LIVENESS_PERIOD = 10
# Patroni itself acts within its ttl. A kubelet that is quicker kills a leader that was about to recover.
LIVENESS_FAILURES = 3 * TTL // LIVENESS_PERIOD

# Seconds for a clean stop: PostgreSQL writes a last checkpoint, and a standby takes over first.
GRACE = 120

_READ_AT_START = (material.SUPERUSER, material.REPLICATION, material.PATRONI_API, material.POSTGRES_TLS)

GRANTS = (
    Grant(
        "",
        ("configmaps",),
        ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
        "the leader's claim, the members' agreed settings and the name of the synchronous standby are ConfigMaps",
    ),
    Grant(
        "",
        ("pods",),
        ("get", "list", "watch", "update", "patch"),
        "members find each other by their pods, and the leader marks its own",
    ),
)


def manifests(settings: InstallSettings, images: Images, secrets: material.Material) -> list[Manifest]:
    content = patroni(settings)
    config = {"patroni.yml": yaml.safe_dump(content, sort_keys=False)}
    # What members agree on reaches them without a new pod.
    own = {key: value for key, value in content.items() if key != "bootstrap"}
    found = [
        objects.service_account(NAME, SYSTEM_NAMESPACE, NAME),
        role(NAME, SYSTEM_NAMESPACE, NAME, GRANTS),
        binding(NAME, SYSTEM_NAMESPACE, NAME, NAME),
        objects.config_map(CONFIG, SYSTEM_NAMESPACE, NAME, config),
        *_services(),
        _stateful_set(settings, images, objects.checksum(own, secrets.fingerprint(*_READ_AT_START))),
    ]
    return [*found, _disruption_budget()] if settings.database.members > 1 else found


def _services() -> list[Manifest]:
    database = {"postgres": (PORT, PORT)}
    members = objects.service(
        MEMBERS_SERVICE,
        SYSTEM_NAMESPACE,
        NAME,
        {**database, "patroni": (API_PORT, API_PORT)},
        cluster_ip="None",
        unready=True,
    )
    return [
        members,
        objects.service(NAME, SYSTEM_NAMESPACE, NAME, database, select={ROLE_LABEL: LEADER}),
        objects.service(REPLICAS_SERVICE, SYSTEM_NAMESPACE, NAME, database, select={ROLE_LABEL: "replica"}),
    ]


def _stateful_set(settings: InstallSettings, images: Images, configuration: str) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": objects.metadata(NAME, SYSTEM_NAMESPACE, NAME),
        "spec": {
            "replicas": settings.database.members,
            "serviceName": MEMBERS_SERVICE,
            # A member that starts waits for the leader, which may be any of them.
            "podManagementPolicy": "Parallel",
            "revisionHistoryLimit": 2,
            "selector": {"matchLabels": objects.selector(NAME)},
            "template": _template(settings, images, configuration),
            "volumeClaimTemplates": [objects.claim("data", settings.disk_class, settings.database.storage)],
        },
    }


def _template(settings: InstallSettings, images: Images, configuration: str) -> Manifest:
    main = pods.container(
        NAME,
        images["postgres"],
        pods.resources("250m", settings.database.memory, "384Mi"),
        command=["patroni", "/etc/patroni/patroni.yml"],
        env=_environment(),
        ports=pods.ports(postgres=PORT, patroni=API_PORT),
        volumeMounts=[
            pods.mount("data", DATA, writable=True),
            pods.mount("config", "/etc/patroni"),
            pods.mount("tls", TLS),
            pods.mount("run", "/run/postgresql", writable=True),
            pods.mount("tmp", "/tmp", writable=True),  # noqa: S108 the pod's own
            # Parallel queries pass rows through it; a container gets 64 MB otherwise.
            pods.mount("shm", "/dev/shm", writable=True),  # noqa: S108
        ],
        readinessProbe=pods.probe("/readiness", API_PORT, period=2, failures=3),
        livenessProbe=pods.probe(
            "/liveness", API_PORT, period=LIVENESS_PERIOD, failures=LIVENESS_FAILURES, timeout=5
        ),
    )
    return pods.template(
        NAME,
        [main],
        user=USER,
        configuration=configuration,
        extra_labels={SCOPE_LABEL: SCOPE},
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        terminationGracePeriodSeconds=GRACE,
        affinity=_apart(),
        volumes=[
            pods.config_volume("config", CONFIG),
            pods.secret_volume("tls", material.POSTGRES_TLS),
            pods.scratch("run"),
            pods.scratch("tmp", "256Mi"),
            pods.scratch("shm", "256Mi", memory=True),
        ],
    )


def patroni_environment() -> list[Manifest]:
    """Accounts of Patroni's, which its file leaves out. Its command line tool needs them, too."""
    accounts = {
        "PATRONI_SUPERUSER": material.SUPERUSER,
        "PATRONI_REPLICATION": material.REPLICATION,
        "PATRONI_RESTAPI": material.PATRONI_API,
    }
    secrets = [
        pods.from_secret(f"{prefix}_{key.upper()}", secret, key)
        for prefix, secret in accounts.items()
        for key in ("username", "password")
    ]
    return [*secrets, {"name": "PYTHONDONTWRITEBYTECODE", "value": "1"}]


def _environment() -> list[Manifest]:
    # Members call each other by address, which no certificate names; the authority is checked all the same.
    trust = [
        {"name": f"PATRONI_{who}_{key}", "value": value}
        for who in ("SUPERUSER", "REPLICATION")
        for key, value in (("SSLMODE", "verify-ca"), ("SSLROOTCERT", f"{TLS}/ca.crt"))
    ]
    return [
        pods.from_field("PATRONI_NAME", "metadata.name"),
        pods.from_field("POD_IP", "status.podIP"),
        {"name": "PATRONI_KUBERNETES_POD_IP", "value": "$(POD_IP)"},
        {"name": "PATRONI_RESTAPI_CONNECT_ADDRESS", "value": f"$(POD_IP):{API_PORT}"},
        {"name": "PATRONI_POSTGRESQL_CONNECT_ADDRESS", "value": f"$(POD_IP):{PORT}"},
        *patroni_environment(),
        *trust,
    ]


def _apart() -> Manifest:
    """Two members on one node are one member when the node is lost."""
    term = {
        "weight": 100,
        "podAffinityTerm": {
            "labelSelector": {"matchLabels": objects.selector(NAME)},
            "topologyKey": "kubernetes.io/hostname",
        },
    }
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [term]}}


def _disruption_budget() -> Manifest:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": objects.metadata(NAME, SYSTEM_NAMESPACE, NAME),
        "spec": {"maxUnavailable": 1, "selector": {"matchLabels": objects.selector(NAME)}},
    }
