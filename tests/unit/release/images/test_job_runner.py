"""One job runner for a database: the second waits, and takes over."""

import os
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.release.images.loading import runtime

job_runner = runtime("job_runner")


class Database:
    """As much of queue_job's as is patched; its own connection and cursor, too."""

    def __init__(self, looks: list[bool]) -> None:
        self.looks, self.conn, self.listens, self.closed = looks, self, False, False

    def _initialize(self) -> None:
        self.listens = True

    def cursor(self) -> Any:
        return SimpleNamespace(execute=self.execute, fetchone=lambda: (self.looks.pop(0),), close=lambda: None)

    def execute(self, statement: str, parameters: tuple[int]) -> None:
        assert (statement, parameters) == ("SELECT pg_try_advisory_lock(%s)", (job_runner.LOCK,))

    def close(self) -> None:
        self.closed = True


class Runner:
    """`looks`: whether the lock is free at each look."""

    database_class: type[Database]

    def __init__(self, *looks: bool) -> None:
        self.looks, self.databases = list(looks), list[Database]()
        self._stop, self._stop_pipe = False, os.pipe()

    def initialize_databases(self) -> None:
        self.databases.append(self.database_class(self.looks))
        self.databases[-1]._initialize()

    def stop(self) -> None:
        self._stop = True
        os.write(self._stop_pipe[1], b".")


@pytest.fixture
def runner_class() -> type[Runner]:
    database_class = type("PatchedDatabase", (Database,), {})
    patched = type("PatchedRunner", (Runner,), {"database_class": database_class})
    job_runner.keep_to_one(SimpleNamespace(QueueJobRunner=patched, Database=database_class))
    return patched


def test_a_runner_waits_until_the_other_one_has_ended(
    runner_class: type[Runner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runner, "RETRY_SECONDS", 0.001)
    runner = runner_class(False, False, True)
    runner.initialize_databases()
    assert [(one.listens, one.closed) for one in runner.databases] == [(False, True), (False, True), (True, False)]


def test_a_runner_that_waits_hears_at_once_that_it_is_to_stop(
    runner_class: type[Runner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_runner, "RETRY_SECONDS", 3600)
    runner = runner_class(False)
    threading.Timer(0.05, runner.stop).start()
    runner.initialize_databases()
    assert [one.listens for one in runner.databases] == [False]
