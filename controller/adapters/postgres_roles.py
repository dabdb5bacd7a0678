"""Roles: the admin's momentary memberships, and throw-away logins that cannot become the admin.

PostgreSQL 15 lets a role with CREATEROLE grant any role that is no superuser. Since 16 it must have created
the role (which gives it ADMIN OPTION, but neither INHERIT nor SET), so memberships name both.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import structlog

from controller.adapters.postgres_session import Connection, fetch, run

log = structlog.get_logger(__name__)

GUEST_PREFIX = "sfs_"

_SEPARATE_OPTIONS = 160000
"""server_version_num since which membership has INHERIT and SET as options of their own."""


def encrypted(connection: Connection, role: str, password: str) -> str:
    """The SCRAM verifier, so that the password itself appears in no statement and no server log."""
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return verifier.decode()


def exists(connection: Connection, role: str) -> bool:
    return bool(fetch(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role))


@contextmanager
def membership(connection: Connection, *roles: str) -> Iterator[None]:
    """Inside a transaction: the session's user may do what these roles may, until the block ends.

    Nobody else ever sees it, because grant and revoke commit together; a failure rolls both back.
    """
    me = connection.info.user
    wanted = [role for role in dict.fromkeys(roles) if role != me]
    options = " WITH INHERIT TRUE, SET TRUE" if connection.info.server_version >= _SEPARATE_OPTIONS else ""
    for role in wanted:
        run(connection, "GRANT {} TO {}" + options, role, me)
    yield
    for role in wanted:
        run(connection, "REVOKE {} FROM {}", role, me)


@contextmanager
def guest_of(connection: Connection, role: str, seconds: float) -> Iterator[tuple[str, str]]:
    """A login that may do what `role` may and nothing else; yields its name and password.

    Statements about a tenant's data must not run in a session of the admin, not even after SET ROLE: the
    tenant owns the tables, so a trigger or view of its own could say RESET ROLE and create roles as the
    admin. From a guest's session there is nowhere to reset to.

    `connection` is the admin's, in autocommit; `seconds` is how long the guest lives at most.
    """
    _drop_forgotten(connection)
    name, password = GUEST_PREFIX + secrets.token_hex(8), secrets.token_urlsafe(24)
    until = fetch(connection, "SELECT (now() + make_interval(secs => %s))::text AS until", seconds + 60.0)
    run(
        connection,
        "CREATE ROLE {} LOGIN PASSWORD {verifier} CONNECTION LIMIT 1 VALID UNTIL {until} IN ROLE {}",
        name,
        role,
        verifier=encrypted(connection, name, password),
        until=until[0]["until"],
    )
    try:
        yield name, password
    finally:
        _drop_guest(connection, name)


def _drop_forgotten(connection: Connection) -> None:
    """Guests whose creator died; their time is over, so nobody uses them."""
    query = "SELECT rolname FROM pg_roles WHERE rolname ~ %s AND rolvaliduntil < now() - interval '1 minute'"
    for row in fetch(connection, query, f"^{GUEST_PREFIX}"):
        _drop_guest(connection, row["rolname"])


def _drop_guest(connection: Connection, name: str) -> None:
    try:
        run(connection, "DROP ROLE IF EXISTS {}", name)
    except psycopg.errors.DependentObjectsStillExist:
        # Something in the tenant's database made the guest own things. It can no longer log in, and goes
        # with the database.
        log.warning("guest role owns objects and is kept without login", role=name)
        with suppress(psycopg.Error):
            run(connection, "ALTER ROLE {} NOLOGIN", name)
    except psycopg.Error as error:
        log.warning("guest role not dropped", role=name, error=str(error))
