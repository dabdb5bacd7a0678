"""Jobs of procedures: dump and restore a database, archive and restore files.

Each gets what it may read or write as presigned URLs in a Secret of its own, so that no key of the object
store ever enters a tenant's namespace. A Job's name follows from procedure and step: whoever takes the
procedure up again finds the Job that runs already.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.databaseserver import DatabaseServerSpec
from provisioning.meta import GROUP, LABEL_PROCEDURE, Manifest
from provisioning.names import JOB, ODOO_CONF_SECRET, job_name
from provisioning.objects import pods
from provisioning.objects.configuration import SERVICE
from provisioning.objects.labels import tenant_labels
from provisioning.objects.namespace import SERVICE_ACCOUNT
from provisioning.objects.odoo import application_name
from provisioning.objects.resources import JOB as JOB_SHARE
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant

LABEL_STEP = f"{GROUP}/step"

TRANSFER_FOLDER = "/run/shopfleet/transfer"
GET_URL_KEY = "get-url"
PUT_URL_KEY = "put-url"
SCRATCH_FOLDER = "/work"

# A presigned upload needs its length in advance, so a dump or archive is written to scratch space first.
SCRATCH_SIZE = "50Gi"

# Seconds. As long as the procedure's own step may wait; see the catalogue of steps.
TRANSFER_DEADLINE = 6 * 3600
# Seconds a finished Job stays to be read: a long weekend without an operator. Procedures remove their own.
KEEP_FINISHED = 4 * 24 * 3600

# Uploading, unpacking and restoring (over what an interrupted restore left) can all be begun again, so a lost
# node costs only time. More tries would only hide that something is wrong.
REPEATABLE = 2

# How our programs end when what was asked is wrong, does not exist, or is refused; see controller.errors.ExitCode.
REFUSED_CODES = (2, 3, 4)


@dataclass(frozen=True)
class JobPlace:
    """Where a procedure's Jobs run and what marks them."""

    namespace: str
    procedure: str
    labels: Mapping[str, str]
    service_account: str = SERVICE_ACCOUNT
    # The Secret with the service file by which a Job reaches its database.
    conf: str = ODOO_CONF_SECRET
    # For the Jobs' logs.
    tenant: str = ""
    request_id: str = ""

    def metadata(self, step: str) -> Manifest:
        return {
            "name": job_name(self.procedure, step),
            "namespace": self.namespace,
            "labels": {**self.labels, LABEL_PROCEDURE: self.procedure, LABEL_STEP: step},
        }

    def context(self) -> dict[str, str]:
        """Environment by which a Job's log says what it is about."""
        known = {
            "SHOPFLEET_TENANT": self.tenant,
            "SHOPFLEET_PROCEDURE": self.procedure,
            "SHOPFLEET_REQUEST_ID": self.request_id,
        }
        return {name: value for name, value in known.items() if value}


def tenant_place(tenant: Tenant, procedure: str, request_id: str) -> JobPlace:
    """Jobs in the tenant's own namespace, under its own role and quota."""
    return JobPlace(
        tenant.names.namespace,
        procedure,
        tenant_labels(tenant, JOB),
        tenant=tenant.metadata.name,
        request_id=request_id,
    )


def transfer_secret(
    place: JobPlace, step: str, *, get_url: str | None = None, put_url: str | None = None
) -> Manifest:
    """The Secret with the presigned URLs of one Job, named like it."""
    urls = {GET_URL_KEY: get_url, PUT_URL_KEY: put_url}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": place.metadata(step),
        "type": "Opaque",
        "data": {key: base64.b64encode(url.encode()).decode() for key, url in urls.items() if url},
    }


def database_dump(
    place: JobPlace, step: str, database: str, server: DatabaseServerSpec, settings: PlatformSettings
) -> Manifest:
    """Dump the database of the namespace's service file to the step's `put-url`."""
    return _database_job(place, step, "dump", database, server=server, settings=settings)


def database_restore(
    place: JobPlace, step: str, database: str, server: DatabaseServerSpec, settings: PlatformSettings
) -> Manifest:
    """Restore the dump at the step's `get-url` into the empty database of the service file."""
    return _database_job(place, step, "restore", database, server=server, settings=settings)


def files_archive(place: JobPlace, step: str, database: str, settings: PlatformSettings) -> Manifest:
    """Pack the attachments of `database` from the tenant's volume to the step's `put-url`."""
    return _files_job(place, step, "archive-files", database, settings, read_only=True)


def files_restore(place: JobPlace, step: str, database: str, settings: PlatformSettings) -> Manifest:
    """Unpack the archive at the step's `get-url` as the attachments of `database`."""
    return _files_job(place, step, "restore-files", database, settings, read_only=False)


def job(
    place: JobPlace, step: str, containers: list[Manifest], volumes: list[Manifest], *, retries: int, deadline: int
) -> Manifest:
    """Any Job of a procedure."""
    metadata = place.metadata(step)
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {
            "backoffLimit": retries,
            "podFailurePolicy": {"rules": [_not_again(containers)]},
            "activeDeadlineSeconds": deadline,
            "ttlSecondsAfterFinished": KEEP_FINISHED,
            "template": {
                "metadata": {"labels": metadata["labels"]},
                "spec": {
                    **pods.pod_spec(containers, volumes, service_account=place.service_account),
                    "restartPolicy": "Never",
                },
            },
        },
    }


def _not_again(containers: list[Manifest]) -> Manifest:
    """Ends the Job at once when its program says that another pod would end the same way."""
    (container,) = containers
    codes = {"containerName": container["name"], "operator": "In", "values": list(REFUSED_CODES)}
    return {"action": "FailJob", "onExitCodes": codes}


def _database_job(
    place: JobPlace,
    step: str,
    verb: str,
    database: str,
    *,
    server: DatabaseServerSpec,
    settings: PlatformSettings,
) -> Manifest:
    image = server.tools_image or settings.tools_image
    env = {
        "PGSERVICEFILE": pods.SERVICE_FILE,
        "PGSERVICE": SERVICE,
        **application_name(database, verb),
        **place.context(),
    }
    container = _tool(image, verb, database, env, [pods.conf_mount()])
    volumes = [*_transfer_volumes(place, step), pods.conf_volume(place.conf)]
    return job(place, step, [container], volumes, retries=REPEATABLE, deadline=TRANSFER_DEADLINE)


def _files_job(
    place: JobPlace, step: str, verb: str, database: str, settings: PlatformSettings, *, read_only: bool
) -> Manifest:
    mount = pods.files_mount(read_only=read_only)
    container = _tool(settings.tools_image, verb, database, place.context(), [mount])
    volumes = [*_transfer_volumes(place, step), pods.files_volume(read_only=read_only)]
    return job(place, step, [container], volumes, retries=REPEATABLE, deadline=TRANSFER_DEADLINE)


def _tool(image: str, verb: str, database: str, env: dict[str, str], mounts: list[Manifest]) -> Manifest:
    return pods.container(
        verb,
        image,
        ["python3", "-m", "controller.jobs", verb],
        env=pods.variables(
            {
                "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
                "SHOPFLEET_DATABASE": database,
                "SHOPFLEET_CA_FILE": f"{pods.CA_FOLDER}/{pods.PLATFORM_CA_KEY}",
                **env,
            }
        ),
        resources=JOB_SHARE.requirements(),
        volumeMounts=[
            {"name": "transfer", "mountPath": TRANSFER_FOLDER, "readOnly": True},
            {"name": "work", "mountPath": SCRATCH_FOLDER},
            pods.ca_mount(),
            pods.tmp_mount(),
            *mounts,
        ],
    )


def _transfer_volumes(place: JobPlace, step: str) -> list[Manifest]:
    secret = {"secretName": job_name(place.procedure, step), "defaultMode": 0o440}
    return [
        {"name": "transfer", "secret": secret},
        pods.scratch_volume("work", SCRATCH_SIZE),
        pods.ca_volume(),
        pods.tmp_volume(),
    ]
