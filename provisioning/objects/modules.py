"""The Job that installs further modules inside a living tenant's Odoo."""

from collections.abc import Sequence

from provisioning.meta import GROUP, Manifest
from provisioning.objects import pods
from provisioning.objects.configuration import SERVICE
from provisioning.objects.jobs import REPEATABLE, JobPlace, job
from provisioning.objects.odoo import application_name
from provisioning.objects.resources import JOB as JOB_SHARE
from provisioning.plan import WORKER_CONNECTIONS
from provisioning.release import ReleaseSpec
from provisioning.tenant import Tenant

INSTALL_COMMAND = "/opt/shopfleet/bin/install-modules"
CONTAINER = "modules"

# Which modules the Job installs, of which there may be others by the time that it is done.
ANNOTATION_MODULES = f"{GROUP}/modules"

# Seconds. As long as the procedure's step may wait: a website with its shop takes a minute.
DEADLINE = 3600

# Seconds. Odoo changes tables in which people work; while it waits for somebody's transaction, all who come after
# it wait as well. So it gives up, and is tried again.
LOCK_TIMEOUT = 15


def install_job(
    place: JobPlace, step: str, tenant: Tenant, release: ReleaseSpec, modules: Sequence[str]
) -> Manifest:
    """Installs these modules and what they need; begun again, it goes on after the last one that is whole."""
    container = pods.container(
        CONTAINER,
        release.image,
        [INSTALL_COMMAND],
        env=pods.variables(
            {
                "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
                "ODOO_RC": pods.CONF_FILE,
                "PGSERVICEFILE": pods.SERVICE_FILE,
                "PGSERVICE": SERVICE,
                "PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT}s",
                "PLATFORM_DB_MAXCONN": str(WORKER_CONNECTIONS),
                "INSTALL_MODULES": ",".join(modules),
                **application_name(tenant.names.id, CONTAINER),
                **place.context(),
            }
        ),
        resources=JOB_SHARE.requirements(),
        # What modules bring along, such as pictures, are attachments.
        volumeMounts=[pods.conf_mount(), pods.tmp_mount(), pods.files_mount()],
    )
    volumes = [pods.conf_volume(place.conf), pods.tmp_volume(), pods.files_volume()]
    made = job(place, step, [container], volumes, retries=REPEATABLE, deadline=DEADLINE)
    made["metadata"]["annotations"] = {ANNOTATION_MODULES: ",".join(modules)}
    return made
