"""What a tenant's pods read at their start: odoo.conf, libpq's service file, certificates."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from provisioning.databaseserver import DatabaseServerSpec, SslMode
from provisioning.meta import Manifest
from provisioning.names import CA_CONFIG_MAP, ODOO_CONF_SECRET
from provisioning.objects import pods, ports
from provisioning.objects.filestore import DATA_FOLDER
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata
from provisioning.objects.resources import MEBIBYTE, Share, prefork
from provisioning.odoo_conf import OdooConfInput, ServiceFileInput, limits_for, odoo_conf, service_file
from provisioning.plan import WORKER_CONNECTIONS
from provisioning.release import ReleaseSpec
from provisioning.series import series_of

# Section of the service file; PGSERVICE names it.
SERVICE = "tenant"


def conf_secret(inputs: Inputs) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(inputs.tenant, ODOO_CONF_SECRET, component="conf"),
        "type": "Opaque",
        "data": encoded(_tenant_files(inputs)),
    }


def ca_config_map(inputs: Inputs) -> Manifest:
    """The authority of the object store, for jobs; the database's is in the conf Secret."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(inputs.tenant, CA_CONFIG_MAP, component="conf"),
        "data": {pods.PLATFORM_CA_KEY: inputs.settings.platform_ca},
    }


def config_hash(inputs: Inputs) -> str:
    """Digest of everything that Odoo reads only at its start; its own address is a cached parameter of these."""
    content = {**_tenant_files(inputs), "address": inputs.tenant.spec.hostnames[0]}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class DatabaseAccess:
    """Which database, as whom; `server_ca` is the PEM of the authority behind the server's certificate.

    None means one that everybody trusts.
    """

    server: DatabaseServerSpec
    database: str
    role: str
    password: str = field(repr=False)
    server_ca: str | None = None


def conf_files(
    release: ReleaseSpec, access: DatabaseAccess, *, master_password: str, workers: int, share: Share
) -> dict[str, str]:
    """Name and content of everything in /etc/odoo; `share` is that of the container with the workers."""
    conf = OdooConfInput(
        series=series_of(release.series),
        database=access.database,
        master_password=master_password,
        workers=workers,
        connections_per_process=WORKER_CONNECTIONS,
        ssl_mode=access.server.ssl_mode.value,
        limits=limits_for(share.memory_limit * MEBIBYTE),
        data_dir=DATA_FOLDER,
        http_port=ports.HTTP,
        push_port=ports.PUSH,
    )
    service = ServiceFileInput(
        host=access.server.host,
        port=access.server.port,
        database=access.database,
        user=access.role,
        password=access.password,
        ssl_mode=access.server.ssl_mode.value,
        root_certificate=_root_certificate(access),
        service=SERVICE,
    )
    files = {pods.CONF_FILE: odoo_conf(conf), pods.SERVICE_FILE: service_file(service)}
    if access.server_ca:
        files[pods.DATABASE_CA_FILE] = access.server_ca
    return {PurePosixPath(path).name: content for path, content in files.items()}


def _root_certificate(access: DatabaseAccess) -> str | None:
    """Where libpq finds whom to believe: it verifies nothing without a file, and refuses to connect."""
    if access.server_ca:
        return pods.DATABASE_CA_FILE
    # A file would make `require` verify as well.
    return None if access.server.ssl_mode is SslMode.REQUIRE else pods.SYSTEM_AUTHORITIES


def _tenant_files(inputs: Inputs) -> dict[str, str]:
    names, secrets = inputs.names, inputs.secrets
    access = DatabaseAccess(inputs.server, names.database, names.role, secrets.database_password, inputs.server_ca)
    return conf_files(
        inputs.release,
        access,
        master_password=secrets.admin_passwd,
        workers=inputs.plan.workers,
        share=prefork(inputs.plan),
    )


def encoded(files: dict[str, str]) -> dict[str, str]:
    """A Secret's `data`."""
    return {name: base64.b64encode(text.encode()).decode() for name, text in files.items()}
