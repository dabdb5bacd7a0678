"""Where golden templates are built: a namespace of their own, and the Job that builds one.

Not the system namespace: a build runs third-party addons, and must find no administrator's secret, no
service account and no way out but to its own database. Not a tenant's namespace either, because a template
belongs to nobody and is often built before its first tenant has one.
"""

import json
from collections.abc import Collection

from provisioning.databaseserver import DatabaseServerSpec
from provisioning.meta import LABEL_COMPONENT, LABEL_MANAGED_BY, LABEL_NAME, MANAGED_BY, Manifest
from provisioning.names import CA_CONFIG_MAP, JOB, TEMPLATE, TEMPLATES_NAMESPACE, TemplateNames, suffixed
from provisioning.objects import network, pods
from provisioning.objects.configuration import SERVICE, DatabaseAccess, conf_files, encoded
from provisioning.objects.filestore import DATA_FOLDER
from provisioning.objects.jobs import JobPlace, job
from provisioning.objects.namespace import SERVICE_ACCOUNT, account, pod_security_labels
from provisioning.objects.odoo import application_name
from provisioning.objects.resources import JOB as JOB_SHARE
from provisioning.objects.resources import TEMPLATE_BUILD
from provisioning.plan import WORKER_CONNECTIONS
from provisioning.release import ReleaseSpec, Variant
from provisioning.settings import PlatformSettings

BUILD_COMMAND = "/opt/shopfleet/bin/build-template"

# Builds take a whole core each; more at once would only make all of them late. Transfers are dumps of
# finished templates, and restores of kept ones.
BUILDS_AT_ONCE = 2
TRANSFERS_AT_ONCE = 4

# The builder runs in one process and serves nobody.
BUILD_WORKERS = 0

# Seconds, as long as the procedure's step may wait. A build takes one to two minutes on an idle machine.
BUILD_DEADLINE = 45 * 60
# Attachments of a template end up in its database; this holds what is there before, and sessions.
DATA_SIZE = "2Gi"


def namespace_objects(settings: PlatformSettings) -> tuple[Manifest, ...]:
    """The namespace with everything that every build needs, in the order of creation."""
    return (
        _namespace(),
        account(_metadata(SERVICE_ACCOUNT), settings),
        _quota(),
        _ca_config_map(settings),
        _policy("default-deny", ingress=[], egress=[]),
        _policy("dns", egress=[network.dns(settings)]),
        _policy("object-store", egress=[network.object_store(settings)]),
    )


def database_policy(server: DatabaseServerSpec) -> Manifest:
    """Lets builds reach this database server; applied before the first of them."""
    peer = network.host_peer(server.host)
    name = suffixed("database", f"{server.host}:{server.port}")
    return _policy(name, egress=[network.to(peer, server.port)])


def template_place(procedure: str, request_id: str) -> JobPlace:
    """Where a build's Jobs run.

    The Secret with its configuration is named after the procedure, of which there is one per template and
    server: builds of one template on two servers must not read each other's address and password.
    """
    labels = _labels() | {LABEL_COMPONENT: JOB}
    return JobPlace(TEMPLATES_NAMESPACE, procedure, labels, conf=procedure, request_id=request_id)


def conf_secret(place: JobPlace, release: ReleaseSpec, access: DatabaseAccess, master_password: str) -> Manifest:
    """odoo.conf and service file for one template's build, dump and restore.

    `access` is that of the throw-away owner to the database under its name while it is built.
    """
    files = conf_files(
        release, access, master_password=master_password, workers=BUILD_WORKERS, share=TEMPLATE_BUILD
    )
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": place.metadata("conf") | {"name": place.conf},
        "type": "Opaque",
        "data": encoded(files),
    }


def build_job(  # noqa: PLR0917 what a template is made of
    place: JobPlace,
    step: str,
    names: TemplateNames,
    variant: Variant,
    release: ReleaseSpec,
    modules: Collection[str],
) -> Manifest:
    """Install these modules of the release for a variant into the empty database, and prove that it can trade."""
    wanted = {
        "country": variant.country,
        "languages": list(variant.languages),
        "modules": list(modules),
        "currency": variant.currency,
    }
    container = pods.container(
        TEMPLATE,
        release.image,
        [BUILD_COMMAND],
        env=pods.variables(
            {
                "HOME": "/tmp",  # noqa: S108 a volume of the pod's own
                "ODOO_RC": pods.CONF_FILE,
                "PGSERVICEFILE": pods.SERVICE_FILE,
                "PGSERVICE": SERVICE,
                "PLATFORM_DB_MAXCONN": str(WORKER_CONNECTIONS),
                "TEMPLATE_SPEC": json.dumps(wanted, sort_keys=True),
                **application_name(names.owner, "build"),
            }
        ),
        resources=TEMPLATE_BUILD.requirements(),
        volumeMounts=[pods.conf_mount(), pods.tmp_mount(), {"name": "data", "mountPath": DATA_FOLDER}],
    )
    volumes = [
        pods.conf_volume(place.conf),
        pods.tmp_volume(),
        pods.scratch_volume("data", DATA_SIZE),
    ]
    # A build that failed leaves half a database; the procedure drops it and asks for a new Job.
    return job(place, step, [container], volumes, retries=0, deadline=BUILD_DEADLINE)


def _namespace() -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": TEMPLATES_NAMESPACE, "labels": _labels() | pod_security_labels()},
    }


def _quota() -> Manifest:
    total = TEMPLATE_BUILD * BUILDS_AT_ONCE + JOB_SHARE * TRANSFERS_AT_ONCE
    hard = {
        **total.hard(),
        "pods": str(BUILDS_AT_ONCE + TRANSFERS_AT_ONCE),
        "services": "0",
        "persistentvolumeclaims": "0",
    }
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": _metadata("templates"),
        "spec": {"hard": hard},
    }


def _ca_config_map(settings: PlatformSettings) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": _metadata(CA_CONFIG_MAP),
        "data": {pods.PLATFORM_CA_KEY: settings.platform_ca},
    }


def _labels() -> dict[str, str]:
    return {LABEL_NAME: TEMPLATE, LABEL_MANAGED_BY: MANAGED_BY}


def _metadata(name: str) -> Manifest:
    return {"name": name, "namespace": TEMPLATES_NAMESPACE, "labels": _labels()}


def _policy(name: str, *, ingress: list[Manifest] | None = None, egress: list[Manifest] | None = None) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": _metadata(name),
        "spec": network.policy_spec({}, ingress=ingress, egress=egress),
    }
