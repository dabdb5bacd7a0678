"""What has to be told to a running PostgreSQL, by a Job that may run any number of times: the settings that
all members share, and the roles that every installation needs.

Not by Patroni's bootstrap: that is read once in a cluster's life, so nothing could be changed or rotated later,
and when its post_init fails Patroni throws the new cluster away and starts over, for ever.
"""

import yaml

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.names import CA_CONFIG_MAP
from provisioning.platform import material, objects, pods
from provisioning.platform.database import CONFIG, USER, patroni_environment
from provisioning.platform.images import Images
from provisioning.platform.postgres_config import LOOP_WAIT, SCOPE, shared_state
from provisioning.platform.postgres_config import NAME as SERVER
from provisioning.platform.settings import InstallSettings, service_host

NAME = "postgres-setup"
MAINTENANCE_DATABASE = "shopfleet"
"""Belongs to the admin, who has no business in the databases that every server is born with."""

# \gexec runs what a query returns, which is how psql says "unless it exists". Passwords come by \getenv and are
# quoted by psql itself; the server does not log statements.
SQL = """\
\\set ON_ERROR_STOP on
\\getenv admin_password ADMIN_PASSWORD
\\getenv monitor_password MONITOR_PASSWORD

SELECT 'CREATE ROLE shopfleet_admin'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shopfleet_admin') \\gexec
ALTER ROLE shopfleet_admin
  WITH LOGIN CREATEDB CREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS PASSWORD :'admin_password';
GRANT pg_signal_backend, pg_read_all_stats TO shopfleet_admin;

SELECT 'CREATE ROLE shopfleet_monitor'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shopfleet_monitor') \\gexec
ALTER ROLE shopfleet_monitor
  WITH LOGIN NOCREATEDB NOCREATEROLE NOSUPERUSER CONNECTION LIMIT 5 PASSWORD :'monitor_password';
GRANT pg_monitor TO shopfleet_monitor;

SELECT 'CREATE DATABASE shopfleet OWNER shopfleet_admin'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'shopfleet') \\gexec

REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1, shopfleet FROM PUBLIC;
GRANT CONNECT ON DATABASE postgres TO shopfleet_admin, shopfleet_monitor;
GRANT CONNECT ON DATABASE shopfleet TO shopfleet_monitor;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
"""

# A change that needs a restart is marked by each member in its next round; two rounds are safe. One member after
# the other restarts, for some seconds each; a standby may lower a limit only after the leader has, hence twice.
AGREE = f"""\\
#!/bin/sh
set -eu
said=$(patronictl -c /etc/patroni/patroni.yml edit-config --force --apply /setup/shared.yaml {SCOPE})
echo "$said"
case "$said" in *"Not changed"*) exit 0 ;; esac
for _ in leader standby; do
  sleep {2 * LOOP_WAIT}
  patronictl -c /etc/patroni/patroni.yml restart --pending --force {SCOPE}
done
"""

# The server may still be electing its first leader, and psql itself does not wait.
ATTEMPTS = 10
CONNECT_TIMEOUT = 5


def job_name(settings: InstallSettings, images: Images, secrets: material.Material) -> str:
    """New whenever the work, its tool or a password is, because a Job cannot be changed."""
    passwords = secrets.fingerprint(material.SUPERUSER, material.ADMIN, material.MONITOR)
    return f"{NAME}-{objects.checksum(_template(images), _files(settings), passwords)[:8]}"


def manifests(settings: InstallSettings, images: Images, secrets: material.Material) -> list[Manifest]:
    return [
        objects.config_map(NAME, SYSTEM_NAMESPACE, NAME, _files(settings)),
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": objects.metadata(job_name(settings, images, secrets), SYSTEM_NAMESPACE, NAME),
            "spec": {"backoffLimit": ATTEMPTS, "template": _template(images)},
        },
    ]


def _files(settings: InstallSettings) -> dict[str, str]:
    shared = yaml.safe_dump(shared_state(settings.database), sort_keys=False)
    return {"roles.sql": SQL, "agree.sh": AGREE, "shared.yaml": shared}


def _template(images: Images) -> Manifest:
    agree = pods.container(
        "agree",
        images["postgres"],
        pods.resources("50m", "96Mi"),
        command=["sh", "/setup/agree.sh"],
        env=patroni_environment(),
        volumeMounts=[pods.mount("setup", "/setup"), pods.mount("patroni", "/etc/patroni")],
    )
    roles = pods.container(
        "roles",
        images["postgres"],
        pods.resources("50m", "64Mi"),
        command=["psql", "--no-psqlrc", "--quiet", "--file=/setup/roles.sql"],
        env=_client_environment(),
        volumeMounts=[pods.mount("setup", "/setup"), pods.mount("ca", "/ca")],
    )
    return pods.template(
        NAME,
        [roles],
        user=USER,
        restartPolicy="OnFailure",
        initContainers=[agree],
        # The members' agreement is kept in ConfigMaps, and their account may write them.
        serviceAccountName=SERVER,
        automountServiceAccountToken=True,
        volumes=[
            pods.config_volume("setup", NAME),
            pods.config_volume("patroni", CONFIG),
            pods.config_volume("ca", CA_CONFIG_MAP),
        ],
    )


def _client_environment() -> list[Manifest]:
    return [
        {"name": "PGHOST", "value": service_host(SERVER)},
        {"name": "PGDATABASE", "value": "postgres"},
        {"name": "PGSSLMODE", "value": "verify-full"},
        {"name": "PGSSLROOTCERT", "value": "/ca/ca.crt"},
        {"name": "PGCONNECT_TIMEOUT", "value": str(CONNECT_TIMEOUT)},
        pods.from_secret("PGUSER", material.SUPERUSER, "username"),
        pods.from_secret("PGPASSWORD", material.SUPERUSER, "password"),
        pods.from_secret("ADMIN_PASSWORD", material.ADMIN, "password"),
        pods.from_secret("MONITOR_PASSWORD", material.MONITOR, "password"),
    ]
