"""Which failure of PostgreSQL becomes which error, and what it tells the reader to do."""

import psycopg
import pytest
from psycopg import errors

from controller.adapters.postgres_errors import translated
from controller.errors import ConflictError, RefusedError, ShopfleetError, UnavailableError


@pytest.mark.parametrize(
    ("error", "kind", "fragment"),
    [
        (errors.DiskFull("no space left on device"), UnavailableError, "disk is full"),
        (errors.OutOfMemory("out of shared memory"), UnavailableError, "max_locks_per_transaction"),
        (errors.TooManyConnections("too many connections"), UnavailableError, "max_connections"),
        (errors.ObjectInUse("database is being accessed"), UnavailableError, "in use by other sessions"),
        (errors.LockNotAvailable("canceling statement"), UnavailableError, "locked"),
        (errors.QueryCanceled("statement timeout"), UnavailableError, "longer than allowed"),
        (errors.AdminShutdown("terminating connection"), UnavailableError, "fails over"),
        (errors.CannotConnectNow("starting up"), UnavailableError, "starting"),
        (errors.ReadOnlySqlTransaction("cannot execute"), UnavailableError, "standby"),
        (errors.ConnectionFailure("lost"), UnavailableError, "connection broke"),
        (errors.DuplicateDatabase("exists"), ConflictError, "exists"),
        (errors.UniqueViolation("duplicate key"), ConflictError, "duplicate"),
        (errors.DeadlockDetected("deadlock"), ConflictError, "deadlock"),
        (errors.InternalError_("tuple concurrently updated"), ConflictError, "concurrently"),
        (errors.InternalError_("checkpoint request failed"), RefusedError, "the disk is full"),
        (errors.InternalError_("cache lookup failed"), UnavailableError, "log says more"),
        (errors.InsufficientPrivilege("permission denied"), RefusedError, "CREATEROLE"),
        (errors.DependentObjectsStillExist("role cannot be dropped"), RefusedError, "dropped"),
        (errors.InvalidPassword("no"), RefusedError, "admin secret"),
        (errors.SyntaxError("syntax error"), RefusedError, "syntax"),
    ],
)
def test_each_state_has_its_error(error: psycopg.Error, kind: type[ShopfleetError], fragment: str) -> None:
    made = translated(error, "db.test:5432", "t_abc", "drop database t_abc")
    assert type(made) is kind
    assert fragment in f"{made.message} {made.hint}"
    assert "PostgreSQL db.test:5432, database t_abc: cannot drop database t_abc" in made.message


@pytest.mark.parametrize(
    ("text", "kind", "fragment"),
    [
        ("FATAL:  sorry, too many clients already", UnavailableError, "all connections are in use"),
        ("FATAL:  remaining connection slots are reserved for roles with SUPERUSER", UnavailableError, "in use"),
        ('FATAL:  too many connections for role "t_abc"', UnavailableError, "in use"),
        ("FATAL:  the database system is starting up", UnavailableError, "starting"),
        ('FATAL:  password authentication failed for user "x"', RefusedError, "admin secret"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.1"', RefusedError, "pg_hba"),
        ('FATAL:  permission denied for database "t_abc"', RefusedError, "let us in"),
        ('FATAL:  database "t_abc" does not exist', RefusedError, "does not exist"),
        ('FATAL:  database "tpl" is not currently accepting connections', RefusedError, "template"),
        ("FATAL:  could not write init file", UnavailableError, "disk is full"),
        ("SSL error: certificate verify failed", UnavailableError, "TLS failed"),
        ("could not connect: Connection refused", UnavailableError, "cannot be reached"),
        ("connection timeout expired", UnavailableError, "cannot be reached"),
    ],
)
def test_a_failed_connection_is_told_by_its_text(text: str, kind: type[ShopfleetError], fragment: str) -> None:
    made = translated(psycopg.OperationalError(text), "db.test:5432", "t_abc", "look")
    assert type(made) is kind
    assert fragment in f"{made.message} {made.hint}"
