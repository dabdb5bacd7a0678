"""Containers that run Odoo: what web and cron have in common."""

from provisioning.meta import ANNOTATION_CONFIG_HASH, GROUP, Manifest
from provisioning.objects import pods
from provisioning.objects.configuration import SERVICE, config_hash
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata, selector, tenant_labels
from provisioning.objects.resources import Share
from provisioning.odoo_conf import Limits

ENTRYPOINT = "/opt/shopfleet/bin/odoo-tenant"

# Seconds. How long Odoo lets one request run, and so how long its master waits for busy workers after SIGTERM.
REQUEST_LIMIT = Limits().request_seconds
# Seconds between leaving the endpoints and SIGTERM, until every gateway has heard that this pod is leaving.
LEAVE = 5
# Seconds. The rest is for closing connections and for a machine that is busy.
TERMINATION_GRACE = LEAVE + REQUEST_LIMIT + 25

# Seconds until a start without a database counts as failed: a little less than the start-up probe allows.
DATABASE_WAIT = 150

# Old ReplicaSets that stay for a rollback by hand.
HISTORY = 3


def odoo_container(
    inputs: Inputs, name: str, role: str, share: Share, *, connections: int, env: dict[str, str], **rest: object
) -> Manifest:
    """A container in which Odoo plays `role`; `connections` bounds the pool of each of its processes."""
    return pods.container(
        name,
        inputs.release.image,
        [ENTRYPOINT, role],
        env=pods.variables(
            {
                "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
                "ODOO_RC": pods.CONF_FILE,
                "PGSERVICEFILE": pods.SERVICE_FILE,
                "PGSERVICE": SERVICE,
                "PLATFORM_DB_MAXCONN": str(connections),
                "PLATFORM_DB_WAIT_SECONDS": str(DATABASE_WAIT),
                "SHOPFLEET_TENANT_ID": inputs.names.id,
                "SHOPFLEET_ENVIRONMENT": inputs.tenant.spec.environment.value,
                **application_name(inputs.names.id, role),
                **env,
            }
        ),
        resources=share.requirements(),
        volumeMounts=[pods.conf_mount(), pods.tmp_mount(), pods.files_mount()],
        **rest,
    )


def application_name(owner: str, role: str) -> dict[str, str]:
    """Names the connections in pg_stat_activity: libpq reads the first, Odoo since 16.0 only the second."""
    name = f"odoo:{owner}:{role}"
    return {"PGAPPNAME": name, "ODOO_PGAPPNAME": name}


def deployment(
    inputs: Inputs,
    component: str,
    containers: list[Manifest],
    *,
    replicas: int | None,
    strategy: Manifest,
    **pod: object,
) -> Manifest:
    """A Deployment of the tenant; `pod` are further fields of the pod's spec."""
    labels = tenant_labels(inputs.tenant, component)
    template = {
        "metadata": {
            "labels": labels,
            "annotations": {
                # A changed configuration replaces the pods, because Odoo reads it only at its start.
                ANNOTATION_CONFIG_HASH: config_hash(inputs),
                f"{GROUP}/release-series": inputs.release.series,
            },
        },
        "spec": {
            **pods.tenant_pod_spec(
                containers,
                [pods.conf_volume(), pods.tmp_volume(), pods.files_volume()],
            ),
            "terminationGracePeriodSeconds": TERMINATION_GRACE,
            **pod,
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(inputs.tenant, component, component=component),
        "spec": {
            **({} if replicas is None else {"replicas": replicas}),
            "revisionHistoryLimit": HISTORY,
            "selector": {"matchLabels": selector(inputs.tenant, component)},
            "strategy": strategy,
            "template": template,
        },
    }


def leave_hook() -> Manifest:
    """Waits without a shell, which hardened images do not have."""
    return {"preStop": {"sleep": {"seconds": LEAVE}}}


def port(name: str, number: int) -> Manifest:
    return {"name": name, "containerPort": number, "protocol": "TCP"}
