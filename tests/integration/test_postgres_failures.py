"""What goes wrong with a real server: crashes in the middle, old leaders, outages, a full server, locks."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter, prepare
from controller.errors import (
    ConflictError,
    LostLeadershipError,
    RefusedError,
    UnavailableError,
)
from tests.support.certificates import Authority
from tests.support.eventually import eventually
from tests.support.leading import Leading
from tests.support.servers.postgres import ADMIN, MAX_CONNECTIONS, PostgresServer
from tests.support.servers.processes import free_port
from tests.support.tenant_names import DATABASES, PASSWORD, Names, names, postgres

__all__ = ["names", "postgres"]

pytestmark = pytest.mark.integration


class Killed(BaseException):
    """This process is gone."""


class DyingAt:
    """Cuts all of this process's connections instead of sending the n-th statement."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
        self.left = nth
        self._opened: list[psycopg.Connection[Any]] = []
        connect, execute = psycopg.connect, psycopg.Connection.execute

        def connecting(*arguments: Any, **options: Any) -> psycopg.Connection[Any]:
            if self.left <= 0:
                raise Killed
            self._opened.append(connect(*arguments, **options))
            return self._opened[-1]

        def executing(connection: Any, *arguments: Any, **options: Any) -> Any:
            self.left -= 1
            if self.left <= 0:
                for each in self._opened:
                    each.pgconn.finish()
                raise Killed
            return execute(connection, *arguments, **options)

        monkeypatch.setattr(psycopg, "connect", connecting)
        monkeypatch.setattr(psycopg.Connection, "execute", executing)


def whole_life(postgres: PostgresAdapter, names: Names) -> list[Callable[[], None]]:
    """The changes of a tenant from nothing to nothing; each of them ensures, so each can be repeated."""

    def create() -> None:
        try:
            postgres.create_database(names.tenant, names.template)
        except ConflictError:
            pass

    return [
        lambda: postgres.ensure_role(names.tenant, PASSWORD, 10),
        create,
        lambda: postgres.give_database(names.tenant, names.tenant, names.owner),
        lambda: postgres.execute(names.tenant, [("INSERT INTO orders DEFAULT VALUES", ())]),
        lambda: postgres.rename_database(names.tenant, f"{names.tenant}_new"),
        lambda: postgres.set_template(f"{names.tenant}_new", template=True),
        lambda: postgres.drop_database(f"{names.tenant}_new"),
        lambda: postgres.drop_role(names.tenant),
    ]


ROLES = "SELECT rolname, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = %s"
MEMBERSHIPS = """
    SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members
    WHERE NOT admin_option AND roleid <> 'pg_signal_backend'::regrole AND member::regrole::text !~ '^(pg|sfs)_'
"""


def picture(server: PostgresServer, names: Names) -> list[Any]:
    """What can be seen of the tenant from outside, its salted password aside."""
    return [
        server.as_superuser(DATABASES, (names.tenant,)),
        server.as_superuser(ROLES, (names.tenant,)),
        server.as_superuser(MEMBERSHIPS),
    ]


def test_dying_before_any_statement_is_repaired_by_the_same_call(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies at every single statement of every change; each time the change is made again."""
    expected = []
    for change in whole_life(postgres, names):
        change()
        expected.append(picture(any_postgres_server, names))
    deaths = 0
    for number, change in enumerate(whole_life(postgres, names)):
        for statement in range(1, 200):
            with monkeypatch.context() as patch:
                dying = DyingAt(patch, statement)
                try:
                    change()
                except BaseException as error:
                    if dying.left > 0:
                        raise
                    assert isinstance(error, Killed | UnavailableError), error
                    deaths += 1
                    continue
            break
        assert picture(any_postgres_server, names) == expected[number]
    assert deaths > 50
    # Guests of a dead process stay until they have expired.
    for (guest,) in any_postgres_server.as_superuser("SELECT rolname FROM pg_roles WHERE rolname ~ '^sfs_'"):
        any_postgres_server.as_superuser(f"DROP ROLE {guest}")


def test_a_dead_copy_is_not_yet_a_database(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names
) -> None:
    any_postgres_server.as_superuser(
        f"CREATE DATABASE {names.tenant} TEMPLATE {names.template} OWNER {ADMIN} ALLOW_CONNECTIONS false"
    )
    assert not postgres.database_exists(names.tenant)
    postgres.create_database(names.tenant, names.template)
    assert postgres.database_exists(names.tenant)


def test_a_later_leader_shuts_out_the_earlier(any_postgres_server: PostgresServer, names: Names) -> None:
    first = PostgresAdapter(any_postgres_server.target(), Leading(41))
    second = PostgresAdapter(any_postgres_server.target(), Leading(42))
    try:
        first.ensure_role(names.tenant, PASSWORD)
        second.ensure_role(names.tenant, PASSWORD)
        with pytest.raises(LostLeadershipError):
            first.create_database(names.tenant)
        with pytest.raises(LostLeadershipError):
            first.drop_role(names.tenant)
        assert not first.database_exists(names.tenant)
        second.create_database(names.tenant)
        # The command line acts for a person.
        PostgresAdapter(any_postgres_server.target(), Unfenced()).drop_database(names.tenant)
    finally:
        any_postgres_server.forget_leaders()


def test_a_later_leader_ends_what_the_earlier_had_begun(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names
) -> None:
    """The earlier one was stopped in the middle of its statements; they fail when it wakes up."""
    postgres.ensure_role(names.tenant, PASSWORD)
    postgres.create_database(names.tenant, names.template)
    postgres.give_database(names.tenant, names.tenant, names.owner)
    first = PostgresAdapter(any_postgres_server.target(), Leading(51))
    second = PostgresAdapter(any_postgres_server.target(), Leading(52))
    failures: list[BaseException] = []

    def slow() -> None:
        try:
            first.execute(names.tenant, [("INSERT INTO orders DEFAULT VALUES", ()), ("SELECT pg_sleep(600)", ())])
        except UnavailableError as error:
            failures.append(error)

    worker = threading.Thread(target=slow)
    try:
        worker.start()
        busy = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND usename ~ '^sfs_'"
        eventually(lambda: any_postgres_server.as_superuser(busy) == [(1,)])
        second.end_sessions(names.template)
        worker.join(120)
        assert failures
        assert postgres.query(names.tenant, "SELECT count(*) AS n FROM orders") == [{"n": 0}]
    finally:
        any_postgres_server.forget_leaders()


def test_preparing_again_changes_nothing(any_postgres_server: PostgresServer) -> None:
    any_postgres_server.as_superuser("UPDATE shopfleet_fence SET generation = 7", database="shopfleet")
    prepare(any_postgres_server.target())
    found = any_postgres_server.as_superuser("SELECT generation FROM shopfleet_fence", database="shopfleet")
    any_postgres_server.forget_leaders()
    assert found == [(7,)]


def test_a_template_in_use_is_named_with_the_reason(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names
) -> None:
    postgres.set_template(names.template, template=False)
    with (
        any_postgres_server.superuser(names.template),
        pytest.raises(UnavailableError, match=f"{names.template}.*in use"),
    ):
        postgres.create_database(names.tenant, names.template)
    postgres.create_database(names.tenant, names.template)


def test_a_locked_table_is_given_up_in_time(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.ensure_role(names.tenant, PASSWORD)
    postgres.create_database(names.tenant, names.template)
    with any_postgres_server.superuser(names.tenant) as other, other.transaction(), monkeypatch.context() as hasty:
        other.execute("LOCK TABLE orders")
        hasty.setattr("controller.adapters.postgres_session._options", _impatient)
        with pytest.raises(UnavailableError, match="locked"):
            postgres.give_database(names.tenant, names.tenant, names.owner)
    postgres.give_database(names.tenant, names.tenant, names.owner)
    assert postgres.owned_elsewhere(names.tenant, names.tenant) == []


def _impatient(statement_timeout: float, lock_timeout: float, settings: dict[str, str]) -> str:
    options = {"lock_timeout": "300", **settings}
    return " ".join(f"-c {key}={value}" for key, value in options.items())


def test_an_outage_is_no_absence(any_postgres_server: PostgresServer) -> None:
    gone = PostgresAdapter(any_postgres_server.target(port=free_port()), Unfenced())
    for attempt in (
        lambda: gone.database_exists("anything"),
        lambda: gone.role_exists("anyone"),
        lambda: gone.database_size("anything"),
        gone.usage,
        lambda: gone.drop_database("anything"),
    ):
        with pytest.raises(UnavailableError, match=r"localhost:\d+, database shopfleet"):
            attempt()


def test_wrong_credentials_say_so_and_keep_the_password(any_postgres_server: PostgresServer) -> None:
    target = any_postgres_server.target(password="wrong-canary")
    with pytest.raises(RefusedError, match="let us in") as caught:
        PostgresAdapter(target, Unfenced()).version()
    assert "secret" in (caught.value.hint or "")
    assert "wrong-canary" not in f"{caught.value} {caught.value.hint} {target}"


def test_a_server_of_a_stranger_is_not_believed(postgres_server: PostgresServer, tmp_path: Any) -> None:
    target = postgres_server.target(ca_file=Authority(tmp_path).ca_file)
    with pytest.raises(UnavailableError, match="TLS"):
        PostgresAdapter(target, Unfenced()).version()


def test_without_an_authority_of_its_own_the_systems_count(
    postgres_server: PostgresServer, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = postgres_server.target(ca_file=None)
    monkeypatch.setenv("SSL_CERT_FILE", str(postgres_server.ca_file))
    assert PostgresAdapter(target, Unfenced()).version()
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path).ca_file))
    with pytest.raises(UnavailableError, match="TLS"):
        PostgresAdapter(target, Unfenced()).version()


def test_a_server_that_was_not_prepared_says_so(any_postgres_server: PostgresServer) -> None:
    with pytest.raises(RefusedError, match="no_such_database"):
        PostgresAdapter(any_postgres_server.target(), Unfenced(), maintenance="no_such_database").usage()


def test_a_full_server_says_so_and_the_usage_counts(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter
) -> None:
    limit = postgres.usage().connections_limit
    assert 0 < limit < MAX_CONNECTIONS
    held: list[psycopg.Connection[Any]] = []
    any_postgres_server.as_superuser("CREATE ROLE crowd LOGIN PASSWORD 'crowd'")
    any_postgres_server.as_superuser("CREATE DATABASE crowd")
    try:
        said = ""

        def is_full() -> bool:
            nonlocal said
            crowd_out(any_postgres_server, held)
            said = refusal(postgres)
            return bool(said)

        # Others may still be closing theirs.
        eventually(is_full)
        assert "connections" in said
        assert "max_connections" in said
        held.pop().close()
        eventually(lambda: not refusal(postgres) and postgres.usage().connections_used >= limit - 1)
    finally:
        for connection in held:
            connection.close()
        eventually(lambda: postgres.usage().connections_used < 10)
        any_postgres_server.as_superuser("DROP DATABASE crowd WITH (FORCE)")
        any_postgres_server.as_superuser("DROP ROLE crowd")


def crowd_out(server: PostgresServer, held: list[psycopg.Connection[Any]]) -> None:
    """Take the connections that are left."""
    with suppress(psycopg.OperationalError):
        while len(held) < MAX_CONNECTIONS:
            held.append(server.connect_as("crowd", "crowd", "crowd"))


def refusal(postgres: PostgresAdapter) -> str:
    """What a question is refused with, and the advice; empty when it is answered."""
    try:
        postgres.usage()
    except UnavailableError as error:
        return f"{error.message} {error.hint}"
    return ""
