"""What we cut off ourselves, in the middle of a statement: deadlines and cancellations end in the server, too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from controller.adapters import postgres as adapter
from controller.adapters.cancellation import ProcessCancellation
from controller.adapters.clock import SystemClock
from controller.adapters.postgres import PostgresAdapter
from controller.core.deadline import Deadline
from controller.errors import CancelledError, DeadlineError, UnavailableError
from tests.support.eventually import eventually
from tests.support.servers.postgres import PostgresServer
from tests.support.tenant_names import DATABASES, Names, given_tenant, names, postgres

__all__ = ["names", "postgres"]

pytestmark = pytest.mark.integration

SOON = 120.0
"""Seconds in which what is cut off has ended; each statement here would go on for longer."""


@contextmanager
def slow_copies(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(adapter, "FILE_COPY_FROM", 0)
    with server.without_checkpoints():
        yield


def running(server: PostgresServer, statement: str) -> bool:
    query = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND starts_with(query, %s)"
    return bool(server.as_superuser(query, (statement,)))


def test_a_copy_is_cancelled_in_the_server_and_the_next_call_begins_it_anew(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancellation, clock, copying = ProcessCancellation(), SystemClock(), f'CREATE DATABASE "{names.tenant}"'
    bound = postgres.within(Deadline(clock, cancellation))
    with slow_copies(any_postgres_server, monkeypatch), ThreadPoolExecutor(1) as pool:
        copy = pool.submit(bound.create_database, names.tenant, names.template)
        eventually(lambda: running(any_postgres_server, copying))
        begun = clock.monotonic()
        cancellation.cancel("the operator ends")
        with pytest.raises(CancelledError, match="the operator ends"):
            copy.result(SOON)
        assert clock.monotonic() - begun < SOON
        assert not running(any_postgres_server, copying)
    assert any_postgres_server.as_superuser(DATABASES, (names.tenant,)) == []
    postgres.create_database(names.tenant, names.template)
    assert postgres.database_exists(names.tenant)


def test_a_copy_ends_with_its_deadline(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    begun = clock.monotonic()
    with slow_copies(any_postgres_server, monkeypatch), pytest.raises(DeadlineError):
        postgres.within(Deadline.after(clock, 1.0)).create_database(names.tenant, names.template)
    assert 1.0 <= clock.monotonic() - begun < SOON
    assert any_postgres_server.as_superuser(DATABASES, (names.tenant,)) == []


def test_all_statements_of_a_transaction_have_one_deadline_and_nothing_of_it_stays(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names
) -> None:
    given_tenant(postgres, names)
    clock = SystemClock()
    begun = clock.monotonic()
    statements = [("INSERT INTO orders DEFAULT VALUES", ()), *[("SELECT pg_sleep(0.6)", ())] * 1000]
    with pytest.raises(DeadlineError):
        postgres.within(Deadline.after(clock, 2.0)).execute(names.tenant, statements)
    assert clock.monotonic() - begun < SOON
    assert postgres.query(names.tenant, "SELECT id FROM orders") == []


def test_statements_in_a_tenants_database_are_cancelled_in_the_server(
    any_postgres_server: PostgresServer, postgres: PostgresAdapter, names: Names
) -> None:
    given_tenant(postgres, names)
    cancellation = ProcessCancellation()
    bound = postgres.within(Deadline(SystemClock(), cancellation))
    statements = [("INSERT INTO orders DEFAULT VALUES", ()), ("SELECT pg_sleep(600)", ())]
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(bound.execute, names.tenant, statements)
        eventually(lambda: running(any_postgres_server, "SELECT pg_sleep(600)"))
        cancellation.cancel("the operator ends")
        with pytest.raises(CancelledError):
            change.result(SOON)
    assert not running(any_postgres_server, "SELECT pg_sleep(600)")
    assert postgres.query(names.tenant, "SELECT id FROM orders") == []


def test_a_usual_limit_that_is_met_before_the_deadline_is_the_servers_fault(
    postgres: PostgresAdapter, names: Names
) -> None:
    given_tenant(postgres, names)
    patient = postgres.within(Deadline.after(SystemClock(), 60))
    with pytest.raises(UnavailableError, match="longer than allowed"):
        patient.query(names.tenant, "SELECT pg_sleep(5)", timeout=0.2)
