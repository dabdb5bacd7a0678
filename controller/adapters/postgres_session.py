"""Connections to one PostgreSQL server: time limits on everything, cancelled with us, and errors of ours."""

import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from controller import authorities
from controller.adapters.postgres_errors import is_disbelief, translated
from controller.adapters.postgres_tls import objection
from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Row
from controller.errors import RefusedError

OLDEST = 150000
"""server_version_num of PostgreSQL 15, the first with CREATE DATABASE … STRATEGY."""

UNANSWERED = 10_000
"""Milliseconds until sent but unacknowledged data ends the connection (tcp_user_timeout): less than any
failover takes, so that nobody waits for a server whose network is gone."""

Connection = psycopg.Connection[Row]


@dataclass(frozen=True)
class Target:
    """Where a server is and who logs in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    ssl_mode: str = "verify-full"
    ca_file: Path | None = None
    """Authority of the server's certificate, PEM; without one the system's authorities count."""

    @property
    def label(self) -> str:
        return f"{self.host}:{self.port}"


class Sessions:
    """Opens sessions, each for one purpose and closed after it."""

    def __init__(self, target: Target, application: str, deadline: Deadline) -> None:
        self.target = target
        self._application = application
        self._deadline = deadline

    @contextmanager
    def open(
        self,
        database: str,
        doing: str,
        *,
        statement_timeout: float = limits.STATEMENT,
        lock_timeout: float = limits.LOCK,
        settings: dict[str, str] | None = None,
        login: tuple[str, str] | None = None,
    ) -> Iterator[Connection]:
        """A session in autocommit mode; `doing` completes "cannot …" in errors.

        Timeouts in seconds, of which what is left when it opens is the most. `login` is another role's name and
        password. Raises errors of ours for everything that psycopg raises inside the block.
        """
        user, password = login or (self.target.user, self.target.password)
        timeouts = self._deadline.limit(statement_timeout), self._deadline.limit(lock_timeout)
        try:
            with (
                psycopg.connect(
                    **self._parameters(database, user, password),
                    options=_options(*timeouts, settings or {}),
                    autocommit=True,
                    row_factory=dict_row,
                ) as connection,
                self._deadline.cancellation.interrupting(partial(_cancel, connection)),
            ):
                if connection.info.server_version < OLDEST:
                    raise RefusedError(
                        f"PostgreSQL {self.target.label} is older than version 15, which is the oldest supported."
                    )
                yield connection
        except psycopg.Error as error:
            # What we cut off ourselves is no failure of the server.
            self._deadline.check()
            raise translated(error, self.target.label, database, doing, self._objection(error)) from error

    def _objection(self, error: psycopg.Error) -> str | None:
        """What is wrong with the server's certificate, if that is what it failed for."""
        if not is_disbelief(error):
            return None
        by_name = self.target.ssl_mode == "verify-full"
        return objection(self.target.host, self.target.port, self._root_certificate(), by_name=by_name)

    def _parameters(self, database: str, user: str, password: str) -> dict[str, Any]:
        parameters = {
            "host": self.target.host,
            "port": self.target.port,
            "user": user,
            "password": password,
            "dbname": database,
            "sslmode": self.target.ssl_mode,
            "sslrootcert": self._root_certificate(),
            "application_name": self._application,
            # libpq takes whole seconds; none would mean for ever.
            "connect_timeout": math.ceil(self._deadline.limit(limits.DATABASE_CONNECT)),
            "tcp_user_timeout": UNANSWERED,
            # While a statement runs nothing is sent: only these notice that the server is gone.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        }
        return {key: value for key, value in parameters.items() if value is not None}

    def _root_certificate(self) -> str | None:
        """The file by which libpq verifies; it looks for the system's authorities only where it is told to."""
        if not self.target.ssl_mode.startswith("verify-"):
            return str(self.target.ca_file) if self.target.ca_file else None
        found = self.target.ca_file or authorities.system_bundle()
        return str(found) if found else None


def run(connection: Connection, statement: str, *names: str, **literals: Any) -> None:
    """One statement whose `{}` are identifiers, in order, and whose `{name}` are literals."""
    values = {name: sql.Literal(value) for name, value in literals.items()}
    # psycopg wants to see that templates are literals of the source, which they are in this package.
    template = sql.SQL(statement)
    connection.execute(template.format(*map(sql.Identifier, names), **values))


def fetch(connection: Connection, statement: str, *parameters: Any) -> list[Row]:
    return connection.execute(statement, parameters).fetchall()


def milliseconds(seconds: float) -> int:
    """Rounded up: zero would mean no limit, and what a deadline ends must not end before it."""
    return math.ceil(seconds * 1000)


def _cancel(connection: Connection) -> None:
    """End the statement that runs, if one does; the session stays."""
    # One that cannot be asked now is asked again, or is gone.
    with suppress(psycopg.Error):
        connection.cancel_safe(timeout=limits.CANCEL)


def _options(statement_timeout: float, lock_timeout: float, settings: dict[str, str]) -> str:
    wanted = {
        "statement_timeout": str(milliseconds(statement_timeout)),
        "lock_timeout": str(milliseconds(lock_timeout)),
        # A process that was stopped inside a transaction must not keep its locks for ever.
        "idle_in_transaction_session_timeout": "60000",
        **settings,
    }
    return " ".join(f"-c {key}={_escaped(value)}" for key, value in wanted.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
