"""Who may talk to the shared parts. Only what enforces network policies makes these more than a statement.

Everything into the system namespace is refused but what is listed. Tenants reach the database and the object
store, never each other; Prometheus reaches everything that has metrics.
"""

from collections.abc import Sequence

from provisioning.meta import LABEL_TENANT_ID, SYSTEM_NAMESPACE, Manifest
from provisioning.names import TEMPLATES_NAMESPACE
from provisioning.platform import metrics, objects, objectstore, postgres_config
from provisioning.platform.database_setup import NAME as SETUP_JOB
from provisioning.platform.operator import HEALTH_PORT
from provisioning.platform.scraping import OPERATOR, OPERATOR_PORT
from provisioning.platform.settings import InstallSettings, Part

COMPONENT = "network"
_NAMESPACE_NAME = "kubernetes.io/metadata.name"

TENANTS: Manifest = {"namespaceSelector": {"matchExpressions": [{"key": LABEL_TENANT_ID, "operator": "Exists"}]}}
TEMPLATE_JOBS: Manifest = {"namespaceSelector": {"matchLabels": {_NAMESPACE_NAME: TEMPLATES_NAMESPACE}}}


def manifests(settings: InstallSettings) -> list[Manifest]:
    """The policies of the parts that this installation has."""
    found = [_deny_all()]
    if settings.has(Part.DATABASE):
        found += _database()
    if settings.has(Part.OBJECT_STORE):
        callers = [TENANTS, TEMPLATE_JOBS, _here(OPERATOR), _here(postgres_config.NAME)]
        found += [_allow(name, callers, [objectstore.PORT]) for name in objectstore.names(settings)]
    if settings.has(Part.METRICS):
        readers = [_here(OPERATOR), _here(metrics.PROMETHEUS)]
        found.append(_allow(metrics.PROMETHEUS, readers, [metrics.PROMETHEUS_PORT]))
        found.append(_allow(metrics.ALERTMANAGER, readers, [metrics.ALERTMANAGER_PORT]))
    if settings.has(Part.OPERATOR):
        found.append(_allow(OPERATOR, [_here(metrics.PROMETHEUS)], [HEALTH_PORT, OPERATOR_PORT]))
    return found


def _database() -> list[Manifest]:
    server = postgres_config
    callers = [TENANTS, TEMPLATE_JOBS, _here(OPERATOR), _here(SETUP_JOB), _here(server.NAME)]
    watchers = [_here(server.NAME), _here(SETUP_JOB), _here(metrics.PROMETHEUS), _here(OPERATOR)]
    return [
        _allow(server.NAME, callers, [server.PORT]),
        _allow(server.NAME, watchers, [server.API_PORT], name=f"{server.NAME}-patroni"),
    ]


def _deny_all() -> Manifest:
    return _policy("deny-all", {"podSelector": {}, "policyTypes": ["Ingress"]})


def _allow(component: str, callers: Sequence[Manifest], ports: Sequence[int], *, name: str = "") -> Manifest:
    rule = {"from": list(callers), "ports": [{"protocol": "TCP", "port": port} for port in ports]}
    return _policy(
        name or component,
        {
            "podSelector": {"matchLabels": objects.selector(component)},
            "policyTypes": ["Ingress"],
            "ingress": [rule],
        },
    )


def _here(component: str) -> Manifest:
    return {"podSelector": {"matchLabels": objects.selector(component)}}


def _policy(name: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": objects.metadata(name, SYSTEM_NAMESPACE, COMPONENT),
        "spec": spec,
    }
