"""The Job that makes a tenant's stores inside its Odoo what its spec says of them.

The description is a Secret of the Job's own: it names people, and whoever may list pods reads a command line or an
environment.
"""

import base64
import json

from provisioning.meta import GROUP, Manifest
from provisioning.names import job_name
from provisioning.network import description, digest
from provisioning.objects import pods
from provisioning.objects.configuration import SERVICE
from provisioning.objects.jobs import REPEATABLE, JobPlace, job
from provisioning.objects.odoo import application_name
from provisioning.objects.resources import JOB as JOB_SHARE
from provisioning.plan import WORKER_CONNECTIONS
from provisioning.release import ReleaseSpec
from provisioning.tenant import Tenant

APPLY_COMMAND = "/opt/shopfleet/bin/apply-stores"
CONTAINER = "stores"
FOLDER = "/run/shopfleet/stores"
DESCRIPTION_KEY = "network.json"

# Which description the Job applies, of which there may be a newer one by the time that it is done.
ANNOTATION_NETWORK = f"{GROUP}/network"

# Seconds. As long as the procedure's step may wait: 25 stores take seconds (baseline.stores), and some
# chains have hundreds.
DEADLINE = 3600


def stores_secret(place: JobPlace, step: str, tenant: Tenant) -> Manifest:
    """The description, and which one it is; named like the Job."""
    content = {"digest": digest(tenant.spec), "network": description(tenant.spec)}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": place.metadata(step),
        "type": "Opaque",
        "data": {DESCRIPTION_KEY: base64.b64encode(text.encode()).decode()},
    }


def stores_job(place: JobPlace, step: str, tenant: Tenant, release: ReleaseSpec) -> Manifest:
    """Applies the description of the Secret of the same name, in one transaction."""
    container = pods.container(
        CONTAINER,
        release.image,
        [APPLY_COMMAND],
        env=pods.variables(
            {
                "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
                "ODOO_RC": pods.CONF_FILE,
                "PGSERVICEFILE": pods.SERVICE_FILE,
                "PGSERVICE": SERVICE,
                "PLATFORM_DB_MAXCONN": str(WORKER_CONNECTIONS),
                "STORES_FILE": f"{FOLDER}/{DESCRIPTION_KEY}",
                **application_name(tenant.names.id, CONTAINER),
                **place.context(),
            }
        ),
        resources=JOB_SHARE.requirements(),
        volumeMounts=[
            pods.conf_mount(),
            pods.tmp_mount(),
            # People's pictures are attachments.
            pods.files_mount(),
            {"name": CONTAINER, "mountPath": FOLDER, "readOnly": True},
        ],
    )
    secret = {"secretName": job_name(place.procedure, step), "defaultMode": 0o440}
    volumes = [
        pods.conf_volume(place.conf),
        pods.tmp_volume(),
        pods.files_volume(),
        {"name": CONTAINER, "secret": secret},
    ]
    made = job(place, step, [container], volumes, retries=REPEATABLE, deadline=DEADLINE)
    made["metadata"]["annotations"] = {ANNOTATION_NETWORK: digest(tenant.spec)}
    return made
