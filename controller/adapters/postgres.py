"""One PostgreSQL server (controller.core.ports.Postgres), 15 or later, ours or an external one.

The admin role has LOGIN, CREATEDB and CREATEROLE, and is a member of pg_signal_backend; it is no superuser,
as on managed services. Every change first passes the server's own fence (postgres_fence).

Each call opens sessions of its own: calls are seconds apart, and a session kept open would have to survive
failovers of the server.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import structlog
from psycopg import ClientCursor

from controller.adapters import postgres_ownership as ownership
from controller.adapters import postgres_roles as roles
from controller.adapters.clock import UNLIMITED
from controller.adapters.postgres_fence import application_name, create_fence, pass_fence
from controller.adapters.postgres_session import Connection, Sessions, Target, fetch, milliseconds, run
from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Effects, Row, ServerUsage, Statement
from controller.errors import ConflictError, RefusedError
from provisioning.names import ID_PATTERN

log = structlog.get_logger(__name__)

MAINTENANCE = "shopfleet"
"""The admin's own database: where it connects to, and where the fence is."""

FILE_COPY_FROM = 256 * 1024 * 1024
"""Bytes of a template from which CREATE DATABASE copies files instead of sending pages through WAL. Below, WAL
is quicker and spares everyone the two checkpoints of a file copy. Above, the WAL (as large as the template)
delays standbys and the archive: 2.2 GB took 16 s and put the archive 65 segments behind."""

IDLE_IN_TRANSACTION = 2100
"""Seconds that a tenant's session may leave a transaction open and idle: more than Odoo lets any job run
(provisioning.odoo_conf.Limits), so that only what hangs meets it. Such a transaction keeps dead rows and the
notification queue, which all tenants of a server share, from being cleaned up. A session can lift it for itself;
it is no defence against one that means harm (ADR 2)."""

_SYSTEM = frozenset({"postgres", "template0", "template1"})

_USAGE = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL AND usesysid IS NOT NULL) AS used,
           current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
             - coalesce(current_setting('reserved_connections', true)::int, 0) AS allowed,
           (SELECT count(*) FROM pg_database WHERE datname ~ %s) AS tenants
"""
# Sessions of superusers cannot be ended by others; asking for one would fail the whole statement.
_END_SESSIONS = """
    SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity
    JOIN pg_roles ON pg_roles.oid = usesysid
    WHERE datname = %s AND pid <> pg_backend_pid() AND NOT rolsuper
"""


def prepare(target: Target, maintenance: str = MAINTENANCE, deadline: Deadline = UNLIMITED) -> None:
    """Create the maintenance database and the fence in it, on a server that only has the admin role.

    Doing it again changes nothing, and needs no right to connect to `postgres` any more. Raises errors of
    ours.
    """
    sessions = Sessions(target, application_name(0), deadline)
    doing = "prepare the server"
    try:
        with sessions.open(maintenance, doing) as connection:
            create_fence(connection)
            return
    except RefusedError:
        log.info("creating the maintenance database", server=target.label, database=maintenance)
    with sessions.open("postgres", doing, statement_timeout=limits.COPY) as connection:
        if ownership.find_database(connection, maintenance) is None:
            run(connection, "CREATE DATABASE {} TEMPLATE template0", maintenance)
        run(connection, "REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", maintenance)
    with sessions.open(maintenance, doing) as connection:
        create_fence(connection)


class PostgresAdapter:
    """Implements controller.core.ports.Postgres."""

    def __init__(
        self,
        target: Target,
        effects: Effects,
        maintenance: str = MAINTENANCE,
        deadline: Deadline = UNLIMITED,
    ) -> None:
        self.target = target
        self._effects = effects
        self._maintenance = maintenance
        self._deadline = deadline

    def within(self, deadline: Deadline) -> "PostgresAdapter":
        return PostgresAdapter(self.target, self._effects, self._maintenance, deadline)

    # Looking

    def version(self) -> str:
        with self._look("read the version") as connection:
            return str(fetch(connection, "SHOW server_version")[0]["server_version"]).split()[0]

    def usage(self) -> ServerUsage:
        with self._look("read the connections in use") as connection:
            row = fetch(connection, _USAGE, "^t_" + ID_PATTERN.removeprefix("^"))[0]
            return ServerUsage(row["used"], row["allowed"], row["tenants"])

    def role_exists(self, role: str) -> bool:
        with self._look(f"look for role {role}") as connection:
            return roles.exists(connection, role)

    def database_exists(self, name: str) -> bool:
        with self._look(f"look for database {name}") as connection:
            found = ownership.find_database(connection, name)
            return found is not None and not ownership.is_unfinished(found, self.target.user)

    def database_size(self, name: str) -> int | None:
        with self._look(f"measure database {name}") as connection:
            query = "SELECT pg_database_size(oid) AS size FROM pg_database WHERE datname = %s"
            found = fetch(connection, query, name)
            return found[0]["size"] if found else None

    def owned_elsewhere(self, role: str, database: str) -> list[str]:
        with self._look(f"look for what {role} owns") as connection:
            if not roles.exists(connection, role):
                raise RefusedError(f"Role {role} does not exist on {self.target.label}.")
            return ownership.owned_elsewhere(connection, role, database)

    def query(
        self, database: str, sql: str, parameters: Sequence[Any] = (), timeout: float = limits.QUERY
    ) -> list[Row]:
        with (
            self._look(f"query database {database}") as maintenance,
            self._inside(maintenance, database, None, f"query database {database}", timeout) as connection,
        ):
            connection.read_only = True
            with connection.transaction():
                cursor = connection.execute(sql, parameters or None)
                return list(cursor.fetchall())

    # Roles

    def ensure_role(self, role: str, password: str | None, connection_limit: int = -1) -> None:
        doing = f"set up role {role}"
        with self._change("ensure_role", role, doing) as connection:
            self._check_foreign(role)
            login, verifier = "NOLOGIN PASSWORD {password}", None
            if password is not None:
                login, verifier = "LOGIN PASSWORD {password}", roles.encrypted(connection, role, password)
            verb = "ALTER" if roles.exists(connection, role) else "CREATE"
            options = f"{login} NOCREATEDB NOCREATEROLE CONNECTION LIMIT {{limit}}"
            with connection.transaction():
                run(connection, f"{verb} ROLE {{}} {options}", role, password=verifier, limit=connection_limit)
                idle = f"{IDLE_IN_TRANSACTION}s"
                run(connection, "ALTER ROLE {} SET idle_in_transaction_session_timeout TO {idle}", role, idle=idle)

    def drop_role(self, role: str) -> None:
        with self._change("drop_role", role, f"drop role {role}") as connection:
            self._check_foreign(role)
            run(connection, "DROP ROLE IF EXISTS {}", role)

    # Databases

    def create_database(self, name: str, template: str | None = None) -> None:
        doing = f"create database {name}" + (f" from {template}" if template else "")
        with self._change("create_database", name, doing, limits.COPY) as connection:
            found = ownership.find_database(connection, name)
            if found is None:
                self._copy(connection, name, template)
            elif not ownership.is_unfinished(found, self.target.user):
                raise ConflictError(f"Database {name} exists already on {self.target.label}.")
            # Nobody could log in so far. A database found in this state was left by a process that died
            # right after the copy, which is atomic, so there is only this left to do.
            with connection.transaction():
                run(connection, "REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", name)
                run(connection, "ALTER DATABASE {} ALLOW_CONNECTIONS true", name)

    def give_database(self, name: str, new_owner: str, object_owner: str | None = None) -> None:
        doing = f"give database {name} to {new_owner}"
        with self._change("give_database", name, doing, limits.GIVE, limits.GIVE) as maintenance:
            self._check_foreign(new_owner)
            if not roles.exists(maintenance, new_owner):
                raise RefusedError(f"Role {new_owner} does not exist on {self.target.label}.")
            ownership.existing_database(maintenance, name)
            with ownership.one_at_a_time(maintenance), self._admin_in(name, doing) as connection:
                ownership.give(connection, name, new_owner, object_owner)

    def admit(self, name: str, role: str) -> None:
        doing = f"admit {role} to database {name}"
        with self._change("admit", name, doing) as maintenance:
            ownership.existing_database(maintenance, name)
            with self._admin_in(name, doing) as connection:
                ownership.admit(connection, name, role)

    def rename_database(self, name: str, new_name: str) -> None:
        doing = f"rename database {name} to {new_name}"
        with self._change("rename_database", name, doing) as connection:
            renamed = ownership.find_database(connection, new_name)
            if renamed is not None and ownership.find_database(connection, name) is None:
                return
            owner = self._ours(connection, name)["owner"]
            if renamed is not None:
                raise ConflictError(f"Database {new_name} exists already on {self.target.label}.")
            with connection.transaction(), roles.membership(connection, owner):
                run(connection, "ALTER DATABASE {} RENAME TO {}", name, new_name)

    def drop_database(self, name: str) -> None:
        with self._change("drop_database", name, f"drop database {name}", limits.COPY) as connection:
            self._check_droppable(name)
            found = ownership.find_database(connection, name)
            if found is not None:
                # DROP cannot run in a transaction, where a membership could be momentary. So the database
                # first becomes the admin's, closed; after a crash in between the next call drops it.
                with connection.transaction(), roles.membership(connection, found["owner"]):
                    run(connection, "ALTER DATABASE {} OWNER TO {}", name, self.target.user)
                    run(connection, "ALTER DATABASE {} IS_TEMPLATE false ALLOW_CONNECTIONS false", name)
                run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def set_template(self, name: str, *, template: bool) -> None:
        doing = f"make database {name} " + ("a template" if template else "an ordinary one")
        with self._change("set_template", name, doing) as connection:
            owner = self._ours(connection, name)["owner"]
            settings = "IS_TEMPLATE {template} ALLOW_CONNECTIONS {open}"
            with connection.transaction(), roles.membership(connection, owner):
                run(connection, "ALTER DATABASE {} " + settings, name, template=template, open=not template)
            if template:
                fetch(connection, _END_SESSIONS, milliseconds(limits.END_SESSIONS), name)

    def end_sessions(self, database: str) -> int:
        with self._change("end_sessions", database, f"end the sessions of {database}", 60.0) as connection:
            return len(fetch(connection, _END_SESSIONS, milliseconds(limits.END_SESSIONS), database))

    def execute(self, database: str, statements: Sequence[Statement], role: str | None = None) -> None:
        doing = f"change data in database {database}"
        with (
            self._change("execute", database, doing) as maintenance,
            self._inside(maintenance, database, role, doing, limits.EXECUTE) as connection,
            connection.transaction(),
            # Parameters are put in on our side, so that utility statements can have them, too.
            ClientCursor(connection) as cursor,
        ):
            for statement, parameters in statements:
                # There may be many: each has what is left, not what was left before the first one.
                left = milliseconds(self._deadline.limit(limits.EXECUTE))
                cursor.execute("SET LOCAL statement_timeout = %s", (left,))
                cursor.execute(statement, parameters or None)

    # Inside

    @contextmanager
    def _look(self, doing: str) -> Iterator[Connection]:
        with self._sessions().open(self._maintenance, doing) as connection:
            yield connection

    @contextmanager
    def _change(
        self,
        action: str,
        target: str,
        doing: str,
        statement_timeout: float = limits.STATEMENT,
        lock_timeout: float = limits.LOCK,
    ) -> Iterator[Connection]:
        """Announce the effect, then a session in the maintenance database behind the fence."""
        with (
            self._effects(f"postgres.{action}", target),
            self._sessions().open(
                self._maintenance, doing, statement_timeout=statement_timeout, lock_timeout=lock_timeout
            ) as connection,
        ):
            pass_fence(connection, self._effects.generation)
            yield connection

    @contextmanager
    def _admin_in(self, database: str, doing: str) -> Iterator[Connection]:
        # Nothing that somebody planted in schema public may run in the admin's session.
        settings = {"search_path": "pg_catalog"}
        session = self._sessions().open(database, doing, statement_timeout=limits.GIVE, settings=settings)
        with session as connection:
            yield connection

    @contextmanager
    def _inside(
        self, maintenance: Connection, database: str, role: str | None, doing: str, timeout: float
    ) -> Iterator[Connection]:
        """A session in a database: as `role`, else as the database's owner, who is the admin or a guest."""
        found = ownership.existing_database(maintenance, database)
        acting = role or (self.target.user if found["system"] else found["owner"])
        with ExitStack() as stack:
            login, settings = None, {"search_path": "public"}
            if acting != self.target.user:
                login = stack.enter_context(roles.guest_of(maintenance, acting, timeout))
                settings = {"role": acting}
            open_session = self._sessions().open(
                database, doing, statement_timeout=timeout, settings=settings, login=login
            )
            yield stack.enter_context(open_session)

    def _copy(self, connection: Connection, name: str, template: str | None) -> None:
        if template is None:
            # What Odoo itself does: byte order, so that indexes serve LIKE and no C library's update
            # changes an index's order under it.
            run(
                connection,
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' ALLOW_CONNECTIONS false",
                name,
            )
            return
        ownership.existing_database(connection, template)
        query = "SELECT pg_database_size(%s) AS size"
        large = fetch(connection, query, template)[0]["size"] >= FILE_COPY_FROM
        strategy = "FILE_COPY" if large else "WAL_LOG"
        statement = f"CREATE DATABASE {{}} TEMPLATE {{}} STRATEGY {strategy} ALLOW_CONNECTIONS false"
        run(connection, statement, name, template)

    def _ours(self, connection: Connection, name: str) -> Row:
        self._check_droppable(name)
        return ownership.existing_database(connection, name)

    def _check_droppable(self, name: str) -> None:
        if name in _SYSTEM or name == self._maintenance:
            raise RefusedError(f"Database {name} belongs to the server itself.")

    def _check_foreign(self, role: str) -> None:
        if role == self.target.user:
            raise RefusedError(f"Role {role} is the platform's own admin.")

    def _sessions(self) -> Sessions:
        return Sessions(self.target, application_name(self._effects.generation), self._deadline)
