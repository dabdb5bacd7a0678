"""A real PostgreSQL of Debian's packages with TLS, an admin without superuser, and the platform's pg_hba."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from controller.adapters.postgres import prepare
from controller.adapters.postgres_session import Target
from tests.support.certificates import Authority
from tests.support.servers.processes import free_port, left_out, program, running

ADMIN = "shopfleet_admin"
ADMIN_PASSWORD = "admin's password"
BINARIES = tuple(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))

# The same rule as on the platform: a role gets into the database of its own name, or of one that it is
# a member of; only the admin gets everywhere.
HBA = """
local   all      postgres        trust
hostssl all      shopfleet_admin 127.0.0.1/32 scram-sha-256
hostssl samerole all             127.0.0.1/32 scram-sha-256
"""

MAX_CONNECTIONS = 60


@dataclass(frozen=True)
class PostgresServer:
    port: int
    folder: Path
    ca_file: Path

    def target(self, **changes: Any) -> Target:
        values: dict[str, Any] = {
            "host": "localhost",
            "port": self.port,
            "user": ADMIN,
            "password": ADMIN_PASSWORD,
            "ca_file": self.ca_file,
        }
        return Target(**{**values, **changes})

    def as_superuser(
        self, sql: str, parameters: Sequence[Any] = (), database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """Look at, or change, what no adapter may."""
        with self.superuser(database) as connection:
            cursor = connection.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def connect_as(self, role: str, password: str, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Log in over TLS as any other client."""
        return psycopg.connect(
            host="localhost",
            port=self.port,
            user=role,
            password=password,
            dbname=database,
            sslmode="verify-full",
            sslrootcert=str(self.ca_file),
            connect_timeout=5,
            autocommit=True,
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Its maintenance database is prepared; each test brings its own names."""
    initdb, server = program("initdb", *BINARIES), program("postgres", *BINARIES)
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="shopfleet-pg-"))
    try:
        port = free_port()
        authority = Authority(folder)
        pair = authority.issue("server", "localhost")
        pair.key.rename(folder / "server.key")
        _own(folder, user)
        data = folder / "data"
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        subprocess.run(
            [*as_user, str(initdb), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            check=True,
            capture_output=True,
        )
        (data / "pg_hba.conf").write_text(HBA)
        argv = [str(server), "-D", str(data), "-p", str(port), "-k", str(folder)]
        for setting, value in _settings(folder).items():
            argv += ["-c", f"{setting}={value}"]
        found = PostgresServer(port, folder, authority.ca_file)
        with running(argv, folder / "server.log", lambda: _is_up(found), user=user):
            _bootstrap(found)
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path) -> dict[str, str]:
    return {
        "listen_addresses": "127.0.0.1",
        "max_connections": str(MAX_CONNECTIONS),
        "fsync": "off",
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
        "shared_buffers": "64MB",
        "autovacuum_naptime": "10min",
    }


def _bootstrap(server: PostgresServer) -> None:
    """What whoever runs the server does once by hand (docs of DatabaseServer)."""
    server.as_superuser(
        f"CREATE ROLE {ADMIN} LOGIN CREATEDB CREATEROLE PASSWORD '{ADMIN_PASSWORD.replace(chr(39), chr(39) * 2)}'"
    )
    server.as_superuser(f"GRANT pg_signal_backend TO {ADMIN}")
    prepare(server.target())
    server.as_superuser("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    server.as_superuser("REVOKE CONNECT ON DATABASE template1 FROM PUBLIC")


def _is_up(server: PostgresServer) -> bool:
    try:
        server.as_superuser("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _user() -> str | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.getuid() != 0:
        return None
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        left_out(f"PostgreSQL does not run as {getpass.getuser()}, and there is no user postgres")
    return "postgres"


def _own(folder: Path, user: str | None) -> None:
    if user is None:
        return
    for path in (folder, *folder.iterdir()):
        shutil.chown(path, user, user)
