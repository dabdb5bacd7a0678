"""The cron Deployment: one pod that runs the scheduled actions and the queued jobs, and serves nobody."""

from provisioning.meta import Manifest
from provisioning.names import CRON
from provisioning.objects import ports, probes
from provisioning.objects.inputs import Inputs
from provisioning.objects.odoo import deployment, odoo_container, port
from provisioning.objects.resources import CRON as CRON_SHARE
from provisioning.objects.scaling import cron_replicas
from provisioning.plan import CRON_CONNECTIONS, JOB_CONNECTIONS, JOB_WORKERS


def cron_deployment(inputs: Inputs) -> Manifest:
    return deployment(
        inputs,
        CRON,
        [_cron(inputs)],
        replicas=cron_replicas(inputs),
        # The old one ends first: two versions of the code must not take jobs from one database.
        strategy={"type": "Recreate"},
    )


def _cron(inputs: Inputs) -> Manifest:
    return odoo_container(
        inputs,
        "cron",
        "cron",
        CRON_SHARE,
        connections=CRON_CONNECTIONS,
        env={
            "PLATFORM_CRON_THREADS": "1",
            "PLATFORM_JOB_WORKERS": str(JOB_WORKERS),
            "PLATFORM_JOB_DB_MAXCONN": str(JOB_CONNECTIONS),
        },
        # None for HTTP: the job runner asks for jobs on the pod's own loopback.
        ports=[port("health", ports.HEALTH)],
        startupProbe=probes.startup("/health/live", "health"),
        readinessProbe=probes.readiness("/health/ready", "health"),
        livenessProbe=probes.liveness("/health/live", "health"),
    )
