"""The web Deployment: Odoo in prefork, and the evented process beside it."""

from provisioning.meta import Manifest
from provisioning.names import WEB
from provisioning.objects import ports, probes
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import selector
from provisioning.objects.odoo import DATABASE_WAIT, deployment, leave_hook, odoo_container, port
from provisioning.objects.resources import GEVENT, MAX_SURGE, prefork
from provisioning.objects.scaling import web_replicas
from provisioning.plan import GEVENT_CONNECTIONS, WORKER_CONNECTIONS

# Seconds until a push process is asked for its health: it may wait for the database before it listens.
PUSH_PATIENCE = DATABASE_WAIT + 30

# The one page that proves everything at once: registry loaded, database reached, assets there.
REAL_PAGE = "/web/login"

# The one whose size is the plan's.
PREFORK_CONTAINER = "odoo"


def web_deployment(inputs: Inputs) -> Manifest:
    return deployment(
        inputs,
        WEB,
        [_prefork(inputs), _gevent(inputs)],
        replicas=web_replicas(inputs),
        # Never fewer than wanted, so that a release at noon costs no capacity.
        strategy={
            "type": "RollingUpdate",
            "rollingUpdate": {"maxUnavailable": 0, "maxSurge": MAX_SURGE},
        },
        topologySpreadConstraints=[_spread(inputs)],
    )


def _prefork(inputs: Inputs) -> Manifest:
    return odoo_container(
        inputs,
        PREFORK_CONTAINER,
        "web",
        prefork(inputs.plan),
        connections=WORKER_CONNECTIONS,
        env={
            "PLATFORM_WORKERS": str(inputs.plan.workers),
            "PLATFORM_MODULES": ",".join(inputs.release.modules_with(inputs.tenant.spec.bundles)),
        },
        ports=[port("http", ports.HTTP), port("health", ports.HEALTH)],
        startupProbe=probes.startup(REAL_PAGE, "http"),
        readinessProbe=probes.readiness("/health/ready", "health"),
        livenessProbe=probes.liveness("/health/live", "health"),
        lifecycle=leave_hook(),
    )


def _gevent(inputs: Inputs) -> Manifest:
    """Its health says nothing about the pod's readiness: no sale is refused because a push process hangs.

    A container that runs is ready then, so a new pod is not held up by it either: the kubelet takes up to a second
    for each probe's first answer.
    """
    return odoo_container(
        inputs,
        "gevent",
        "gevent",
        GEVENT,
        connections=GEVENT_CONNECTIONS,
        env={},
        ports=[port("push", ports.PUSH)],
        livenessProbe={**probes.liveness("/platform/health", "push"), "initialDelaySeconds": PUSH_PATIENCE},
        lifecycle=leave_hook(),
    )


def _spread(inputs: Inputs) -> Manifest:
    """Over nodes as far as possible; one node must not stop a tenant from having two pods."""
    return {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector(inputs.tenant, WEB)},
        # Pods of the old version do not count while it is being replaced.
        "matchLabelKeys": ["pod-template-hash"],
    }
