"""The web Deployment: Odoo in prefork, and the evented process beside it."""

from provisioning.meta import Manifest
from provisioning.names import WEB
from provisioning.objects import ports, probes
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import selector
from provisioning.objects.odoo import deployment, leave_hook, odoo_container, port
from provisioning.objects.resources import GEVENT, MAX_SURGE, prefork
from provisioning.objects.scaling import web_replicas
from provisioning.plan import GEVENT_CONNECTIONS, WORKER_CONNECTIONS

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
            "PLATFORM_MODULES": ",".join(inputs.release.modules),
        },
        ports=[port("http", ports.HTTP), port("health", ports.HEALTH)],
        startupProbe=probes.startup(REAL_PAGE, "http"),
        readinessProbe=probes.readiness("/health/ready", "health"),
        livenessProbe=probes.liveness("/health/live", "health"),
        lifecycle=leave_hook(),
    )


def _gevent(inputs: Inputs) -> Manifest:
    return odoo_container(
        inputs,
        "gevent",
        "gevent",
        GEVENT,
        connections=GEVENT_CONNECTIONS,
        env={},
        ports=[port("push", ports.PUSH)],
        startupProbe=probes.startup("/platform/health", "push"),
        readinessProbe=probes.readiness("/platform/health", "push"),
        livenessProbe=probes.liveness("/platform/health", "push"),
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
