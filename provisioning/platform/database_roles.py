"""The roles that every installation needs inside PostgreSQL, ensured by a Job that may run any number of times.

Not by Patroni's post_init: when that fails Patroni throws the new cluster away and starts over, for ever, and it
never runs again when a password is rotated.
"""

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import material, objects, pods
from provisioning.platform.database import USER
from provisioning.platform.images import Images
from provisioning.platform.postgres_config import NAME as SERVER
from provisioning.platform.settings import service_host

NAME = "postgres-roles"
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

# The server may still be electing its first leader, and psql itself does not wait.
ATTEMPTS = 10
CONNECT_TIMEOUT = 5


def job_name(images: Images, secrets: material.Material) -> str:
    """New whenever the work, its tool or a password is, because a Job cannot be changed."""
    passwords = secrets.fingerprint(material.SUPERUSER, material.ADMIN, material.MONITOR)
    return f"{NAME}-{objects.checksum(_template(images), SQL, passwords)[:8]}"


def manifests(images: Images, secrets: material.Material) -> list[Manifest]:
    name = job_name(images, secrets)
    return [
        objects.config_map(NAME, SYSTEM_NAMESPACE, NAME, {"roles.sql": SQL}),
        {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": objects.metadata(name, SYSTEM_NAMESPACE, NAME),
            "spec": {"backoffLimit": ATTEMPTS, "template": _template(images)},
        },
    ]


def _template(images: Images) -> Manifest:
    main = pods.container(
        "psql",
        images["postgres"],
        pods.resources("50m", "64Mi"),
        command=["psql", "--no-psqlrc", "--quiet", "--file=/sql/roles.sql"],
        env=[
            {"name": "PGHOST", "value": service_host(SERVER)},
            {"name": "PGDATABASE", "value": "postgres"},
            {"name": "PGSSLMODE", "value": "verify-full"},
            {"name": "PGSSLROOTCERT", "value": "/ca/ca.crt"},
            {"name": "PGCONNECT_TIMEOUT", "value": str(CONNECT_TIMEOUT)},
            pods.from_secret("PGUSER", material.SUPERUSER, "username"),
            pods.from_secret("PGPASSWORD", material.SUPERUSER, "password"),
            pods.from_secret("ADMIN_PASSWORD", material.ADMIN, "password"),
            pods.from_secret("MONITOR_PASSWORD", material.MONITOR, "password"),
        ],
        volumeMounts=[pods.mount("sql", "/sql"), pods.mount("ca", "/ca")],
    )
    return pods.template(
        NAME,
        [main],
        user=USER,
        restartPolicy="OnFailure",
        volumes=[pods.config_volume("sql", NAME), pods.config_volume("ca", "platform-ca")],
    )
