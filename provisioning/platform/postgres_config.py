"""PostgreSQL's settings and Patroni's, each with its reason."""

import math

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.plan import quantity
from provisioning.platform.objects import selector
from provisioning.platform.settings import SHARED_BUFFERS_SHARE, DatabaseSettings, InstallSettings

NAME = "postgres"
SCOPE = NAME
MEMBERS_SERVICE = "postgres-members"
PORT = 5432
API_PORT = 8008
DATA = "/var/lib/postgresql/data"
BINARIES = "/usr/lib/postgresql/15/bin"
TLS = "/etc/postgresql-tls"
SCOPE_LABEL = "shopfleet.dev/postgres"
"""Members see only pods with this label and the scope as its value; without it each is alone."""
ROLE_LABEL = "role"
LEADER = "master"
"""What Patroni 3 calls the leader in its label; 4 says `primary`."""

# Seconds. A leader that is cut off gives way after the ttl; with these the outage was 23 s, with Patroni's own
# 30/10/10 it was 28 s. Shorter would turn a slow disk or API server into a failover.
TTL = 20
LOOP_WAIT = 5
RETRY_TIMEOUT = 5

CLONES_AT_ONCE = 20
LOCKS_PER_CLONE = 2_800
"""REASSIGN OWNED of a retail database locks each of its 2,763 relations."""

MEBIBYTE = 2**20


def locks_per_transaction(max_connections: int) -> int:
    """`max_locks_per_transaction`: the lock table has this many places for each possible connection.

    Twice what the clones take, because ordinary traffic locks, too, and because a full table fails everybody.
    """
    return max(64, math.ceil(2 * CLONES_AT_ONCE * LOCKS_PER_CLONE / max_connections))


def patroni(settings: InstallSettings) -> Manifest:
    """Patroni's configuration file. Names, addresses and passwords come by its environment."""
    database = settings.database
    return {
        "scope": SCOPE,
        "kubernetes": {
            "namespace": SYSTEM_NAMESPACE,
            "use_endpoints": False,
            "labels": selector(NAME),
            "scope_label": SCOPE_LABEL,
            "role_label": ROLE_LABEL,
        },
        "restapi": {"listen": f"0.0.0.0:{API_PORT}"},
        # A pod has no watchdog device; a leader that hangs is fenced by its lost claim alone.
        "watchdog": {"mode": "off"},
        "bootstrap": {
            "dcs": shared_state(database),
            # Checksums find a lying disk, and pg_rewind needs them. C.UTF-8 sorts the same on every libc.
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
        },
        "postgresql": {
            "listen": f"0.0.0.0:{PORT}",
            "data_dir": f"{DATA}/pgdata",
            "bin_dir": BINARIES,
            "pgpass": "/tmp/pgpass",  # noqa: S108 an emptyDir of the pod's own
            "use_unix_socket": True,
            "use_unix_socket_repl": True,
            "use_pg_rewind": True,
            # A spread checkpoint would hold up a new member for minutes before the first byte.
            "basebackup": [{"checkpoint": "fast"}],
            "parameters": parameters(database),
            "pg_hba": host_based_access(settings.pod_network),
        },
    }


def shared_state(database: DatabaseSettings) -> Manifest:
    """What all members must agree on. Patroni reads it from its file at the first start only; later changes
    have to be told to it."""
    return {
        "ttl": TTL,
        "loop_wait": LOOP_WAIT,
        "retry_timeout": RETRY_TIMEOUT,
        # An API server that is replaced, or too busy to answer, takes no shop's database down: a leader that
        # reaches all members knows that no other one is leader.
        "failsafe_mode": True,
        # A member that lags by more could lose acknowledged sales when it takes over.
        "maximum_lag_on_failover": MEBIBYTE,
        # With one member Patroni waits for nobody; so a second one that comes later needs no other setting.
        "synchronous_mode": True,
        "postgresql": {
            "use_pg_rewind": True,
            "parameters": {
                "max_connections": database.max_connections,
                "max_locks_per_transaction": locks_per_transaction(database.max_connections),
                "max_wal_senders": 10,
                "max_replication_slots": 10,
                "max_prepared_transactions": 0,
                "wal_level": "replica",
                "wal_log_hints": "on",
            },
        },
    }


def parameters(database: DatabaseSettings) -> Manifest:
    """What each member sets for itself; a change is a reload, or a restart of one member after the other."""
    buffers = int(quantity(database.memory) * SHARED_BUFFERS_SHARE / MEBIBYTE)
    commits = "on" if database.durable else "off"
    return {
        "shared_buffers": f"{buffers}MB",
        "dynamic_shared_memory_type": "posix",
        "fsync": commits,
        "synchronous_commit": commits,
        "full_page_writes": commits,
        "password_encryption": "scram-sha-256",
        "ssl": "on",
        "ssl_cert_file": f"{TLS}/tls.crt",
        "ssl_key_file": f"{TLS}/tls.key",
        "ssl_min_protocol_version": "TLSv1.2",
        "unix_socket_directories": "/run/postgresql",
        # A standby that died silently would block every commit for the default 60 s.
        "wal_sender_timeout": "10s",
        "wal_receiver_timeout": "10s",
        # A client's machine that vanished keeps its locks until the server notices.
        "tcp_keepalives_idle": 30,
        "tcp_keepalives_interval": 10,
        "tcp_keepalives_count": 3,
        "tcp_user_timeout": "30s",
        # Already on, archiving to nowhere: turning the mode on later would restart a server that sells, while
        # the command itself is a reload. The timeout bounds what a lost machine can lose.
        "archive_mode": "on",
        "archive_command": "true",
        "archive_timeout": "20s",
        "checkpoint_timeout": "15min",
        "max_wal_size": "2GB",
        "wal_compression": "on",
        # Odoo's queries are wide and short; compiling one takes longer than running it.
        "jit": "off",
        # Planner costs of a solid-state disk, which every cloud volume is.
        "random_page_cost": 1.1,
        # Compares releases by their queries. Utility statements would be kept verbatim, passwords included.
        "shared_preload_libraries": "pg_stat_statements",
        "pg_stat_statements.track_utility": "off",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] db=%d user=%u app=%a ",
        "log_lock_waits": "on",
        "log_autovacuum_min_duration": "10s",
        # Statements hold customers' data and, when a role is made, its password.
        "log_statement": "none",
        "log_min_duration_statement": -1,
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": 0,
    }


def host_based_access(pod_network: str) -> list[str]:
    """pg_hba.conf. Who is not listed is refused; a password never crosses the network in clear.

    `samerole` lets a role into the database that is named like it, or like a role it is a member of: the
    tenant itself, the short-lived sessions that work in its name, and the builder of a golden template.
    """
    method = "scram-sha-256"
    return [
        "local all postgres peer",
        # Patroni asks the server next to it where in the log it is.
        f"local replication standby {method}",
        f"hostssl all postgres {pod_network} {method}",
        f"hostssl replication standby {pod_network} {method}",
        f"hostssl all shopfleet_admin {pod_network} {method}",
        f"hostssl all shopfleet_monitor {pod_network} {method}",
        f"hostssl samerole all {pod_network} {method}",
    ]
