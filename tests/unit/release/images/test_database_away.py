"""The parts of platform_runtime for a database that goes away which need no Odoo and no driver."""

import io
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.release.images.loading import runtime

outage = runtime("outage")
dispatching = runtime("dispatching")
unavailable = runtime("unavailable")
listener = runtime("listener")
hung = runtime("hung")
jobs = runtime("jobs")
shared_word = runtime("shared_word")

PATIENCE = 5.0


@pytest.mark.parametrize(
    ("code", "closed", "lost"),
    [
        ("57P01", 0, True),
        ("57P02", 0, True),
        ("57P03", 0, True),
        ("08006", 0, True),
        ("25006", 0, True),
        (None, 2, True),
        ("40001", 0, False),
        ("57014", 0, False),
        ("23505", 0, False),
        (None, 0, False),
    ],
)
def test_what_says_that_the_database_is_away(code: str | None, closed: int, lost: bool) -> None:
    assert outage.is_lost(SimpleNamespace(pgcode=code), closed) is lost


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        " select 1",
        "\n  SHOW x",
        b"SET x TO 1",
        "ROLLBACK TO SAVEPOINT a",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH RECURSIVE b AS (SELECT write_date) SELECT 1",
    ],
)
def test_what_only_reads(statement: object) -> None:
    assert not outage.changes(statement)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO a", "WITH b AS (DELETE FROM a) SELECT 1", "selection", "", object(), "COPY", "NOTIFY x"],
)
def test_what_may_change_something(statement: object) -> None:
    assert outage.changes(statement)


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_first_loss_makes_all_older_connections_useless_and_an_older_ones_loss_is_no_news() -> None:
    clock = Clock()
    state = outage.Outage(clock)
    told: list[float | None] = []
    state.listeners.append(told.append)
    state.lost(0, "gone")
    state.lost(0, "gone")
    assert state.generation == 1
    clock.now += 3
    assert state.lasts() == 3
    state.reached()
    state.reached()
    state.lost(0, "gone")
    assert state.lasts() == 0
    assert told == [None, 3]


def test_after_an_attempt_in_vain_there_is_a_pause_as_long_as_it_took() -> None:
    clock = Clock()
    state = outage.Outage(clock)
    assert not state.pausing()
    clock.now += 5
    state.refused(100.0, "time-out")
    clock.now += 4
    assert state.pausing()
    clock.now += 1
    assert not state.pausing()
    state.refused(clock.now, "refused")
    assert state.pausing()
    state.reached()
    assert not state.pausing()


class Application:
    """In the place of Odoo's dispatcher: does one thing after the other that it is told."""

    def __init__(self, *acts: Callable[[], object]) -> None:
        self.acts = list(acts)
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        act()
        start_response("200 OK", [("X-Of", "Odoo")])
        return [b"page"]


def lose(changed: bool = False, kept: bool = False, error: type[Exception] | None = None) -> Callable[[], None]:
    """The database goes away in the middle of the request; `error` is what Odoo makes of it."""

    def act() -> None:
        course = outage.current()
        if changed:
            course.change(commits=kept)
        course.lose("gone")
        if error:
            raise error

    return act


def fine() -> None:
    """Nothing happens."""


class Served:
    def __init__(self, application: Application, *, away: float = 0.0, **environ: Any) -> None:
        self.clock = Clock()
        self.forgotten: list[bool] = []
        state = outage.Outage(self.clock)
        if away:
            state.lost(0, "gone")
            self.clock.now += away
        guarded = dispatching.guarded(
            lambda _root, *args: application(*args),
            state,
            PATIENCE,
            lambda: self.forgotten.append(True),
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        request = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"body"), **environ}
        self.started: list[Any] = []
        self.body = b"".join(guarded(None, request, lambda *said: self.started.append(said)))
        self.headers = dict(self.started[0][1])

    @property
    def status(self) -> int:
        (said,) = self.started
        return int(said[0].split()[0])


def test_a_request_that_has_the_database_is_answered_by_odoo() -> None:
    application = Application(fine)
    served = Served(application)
    assert (served.status, served.body, application.bodies) == (200, b"page", [b"body"])


def test_it_is_the_same_request_that_is_done_again() -> None:
    """Odoo takes the language out of the path."""
    paths: list[str] = []

    def dispatch(_root: None, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        paths.append(environ["PATH_INFO"])
        environ["PATH_INFO"] = "/shop"
        (lose() if len(paths) == 1 else fine)()
        start_response("200 OK", [])
        return []

    clock = Clock()
    state = outage.Outage(clock)
    guarded = dispatching.guarded(dispatch, state, PATIENCE, lambda: None, clock=clock, sleep=clock.sleep)
    guarded(None, {"PATH_INFO": "/fr/shop", "wsgi.input": io.BytesIO()}, lambda *_said: None)
    assert paths == ["/fr/shop", "/fr/shop"]


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_a_request_that_has_only_read_is_done_again(error: type[Exception] | None) -> None:
    application = Application(lose(error=error), fine)
    assert Served(application).status == 200
    assert application.bodies == [b"body", b"body"]


def test_it_is_done_again_until_patience_ends() -> None:
    application = Application(lose())
    served = Served(application)
    assert served.status == 503
    assert served.clock.now - 100 <= PATIENCE
    assert len(application.bodies) == 1 + PATIENCE / dispatching.PAUSE


def test_nobody_waits_for_a_database_that_is_away_for_long() -> None:
    application = Application(lose())
    served = Served(application, away=PATIENCE)
    assert (served.status, len(application.bodies), served.forgotten) == (503, 1, [])


def test_what_has_changed_something_is_not_done_again() -> None:
    application = Application(lose(changed=True), fine)
    served = Served(application)
    assert (served.status, len(application.bodies)) == (503, 1)
    assert served.headers["Retry-After"] == "5"
    # Odoo has cached what it thought it had written.
    assert served.forgotten == [True]


def test_of_what_may_be_saved_nobody_is_told_to_send_it_again() -> None:
    served = Served(Application(lose(changed=True, kept=True)), HTTP_ACCEPT_LANGUAGE="de-DE,en")
    assert served.status == 503
    assert "Retry-After" not in served.headers
    assert "Sehen Sie nach" in served.body.decode()


@pytest.mark.parametrize("environ", [{"CONTENT_LENGTH": str(2**20 + 1)}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_what_is_too_large_to_keep_is_not_done_again(environ: dict[str, Any]) -> None:
    application = Application(lose(), fine)
    assert Served(application, **environ).status == 503


def test_errors_that_have_nothing_to_do_with_it_are_odoos() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Served(Application(fail))


def test_odoo_does_not_get_to_serve_without_a_database() -> None:
    def serve_without() -> None:
        dispatching._refuse(None)

    served = Served(Application(serve_without))
    assert served.status == 503


class Store:
    """As much of a session store as the patch touches."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def save(self, session: Any) -> None:
        self.done.append(("save", session.sid))

    def delete(self, session: Any) -> None:
        self.done.append(("delete", session.sid))


def rotating(store: Store) -> Callable[[], None]:
    """What Odoo does at a log-in."""

    def act() -> None:
        session = SimpleNamespace(sid="old")
        store.delete(session)
        session.sid = "new"
        store.save(session)

    return act


def test_a_session_is_written_at_the_end_and_not_when_the_database_was_lost() -> None:
    store_class = type("Patched", (Store,), {})
    dispatching._keep_sessions_until_the_end(store_class)
    store = store_class()
    rotate = rotating(store)

    def lose_afterwards() -> None:
        rotate()
        assert store.done == []
        lose(changed=True)()

    assert Served(Application(lose_afterwards)).status == 503
    assert store.done == []
    Served(Application(rotate))
    assert store.done == [("delete", "old"), ("save", "new")]
    # Outside a request there is no end to wait for.
    rotate()
    assert len(store.done) == 4


@pytest.mark.parametrize(("body", "number"), [(b'{"id": 7}', 7), (b"[]", None), (b"nonsense", None), (None, None)])
def test_a_program_is_answered_in_its_language(body: bytes | None, number: int | None) -> None:
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": "application/json; charset=utf-8"}
    status, headers, said = unavailable.answer(environ, body, doubtful=False)
    answer = json.loads(said)
    assert status.startswith("503")
    assert dict(headers)["Content-Type"] == "application/json"
    assert (answer["id"], answer["error"]["code"]) == (number, 503)
    # The web client of Odoo reads it for every error.
    assert answer["error"]["data"]["arguments"] == [answer["error"]["message"]]


@pytest.mark.parametrize(
    ("accepted", "word"),
    [("fr-FR,fr;q=0.9", "instant"), ("es", "momento"), ("pt, de;q=0.5", "Moment"), ("", "moment")],
)
def test_people_are_answered_in_theirs(accepted: str, word: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_LANGUAGE": accepted}
    _, headers, said = unavailable.answer(environ, b"", doubtful=False)
    assert word in said.decode()
    assert dict(headers)["Content-Length"] == str(len(said))


@pytest.mark.parametrize(
    ("method", "doubtful", "again"), [("GET", False, 1), ("POST", False, 0), ("GET", True, 0)]
)
def test_only_a_page_that_was_asked_for_asks_again_by_itself(method: str, doubtful: bool, again: int) -> None:
    _, _, said = unavailable.answer({"REQUEST_METHOD": method}, b"", doubtful)
    assert said.count(b'http-equiv="refresh"') == again


def test_a_head_gets_no_body() -> None:
    _, _, said = unavailable.answer({"REQUEST_METHOD": "HEAD"}, b"", doubtful=False)
    assert said == b""


def test_who_is_woken() -> None:
    till, shop, other = threading.Event(), threading.Event(), threading.Event()
    dispatcher = SimpleNamespace(channels={"till": {till}, "shop": {shop}, "else": {other}})
    connection = SimpleNamespace(notifies=[SimpleNamespace(payload='["till", "shop"]')])
    listener._wake(dispatcher, [*listener._told(connection), "nobody"])
    assert (till.is_set(), shop.is_set(), other.is_set()) == (True, True, False)
    assert set(dispatcher.channels) == {"else"}


class Watched:
    """Waits that are looked at by hand, on connections of which each is one end of a pair of sockets."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.answers: list[str] = []
        self.asked: list[socket.socket] = []
        self.waits = hung.Waits(10.0, self.ask, lambda: False, clock=self.clock)

    def ask(self, connection: socket.socket) -> str:
        self.asked.append(connection)
        return self.answers.pop(0)

    def after(self, seconds: float, *answers: str) -> None:
        self.clock.now += seconds
        self.answers = list(answers)
        self.waits.look()
        assert self.answers == []


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    ours, servers = socket.socketpair()
    with ours, servers:
        ours.setblocking(False)
        yield ours


def is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False


def test_a_slow_query_is_left_alone(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(9)
    watched.after(1, hung.OURS)
    watched.after(9)
    watched.after(1, hung.OURS)
    assert not is_cut(connection)


def test_a_wait_for_a_server_that_was_replaced_is_ended(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(10, hung.GONE)
    assert is_cut(connection)


def test_a_server_that_is_silent_twice_is_given_up(connection: socket.socket) -> None:
    watched = Watched()
    watched.waits.begin(connection)
    watched.after(10, hung.SILENT)
    assert not is_cut(connection)
    watched.after(2, hung.OURS)
    watched.after(10, hung.SILENT)
    assert not is_cut(connection)
    watched.after(2, hung.SILENT)
    assert is_cut(connection)


def test_a_silent_server_is_asked_once_for_all_that_wait(connection: socket.socket) -> None:
    watched = Watched()
    other, _ends = socket.socketpair()
    with other, _ends:
        watched.waits.begin(connection)
        watched.waits.begin(other)
        watched.after(10, hung.SILENT)
        watched.after(2, hung.SILENT)
        assert is_cut(connection)
        other.setblocking(False)
        assert is_cut(other)


def test_a_connection_that_was_answered_meanwhile_is_not_cut(connection: socket.socket) -> None:
    clock = Clock()

    def answered_while_asking(_connection: object) -> str:
        waits.end(wait)
        return str(hung.GONE)

    waits = hung.Waits(10.0, answered_while_asking, lambda: False, clock=clock)
    wait = waits.begin(connection)
    clock.now += 10
    waits.look()
    assert not is_cut(connection)


def test_the_master_knows_what_a_forked_worker_saw() -> None:
    away = shared_word.AwaySince(time.monotonic)
    assert away.verdict() == (True, "the database is there")
    for told, there in ((None, False), (3.0, True)):
        child = os.fork()
        if child == 0:
            away.told(told)
            os._exit(0)
        os.waitpid(child, 0)
        assert away.verdict().ok is there
        assert away.away is not there


@pytest.mark.parametrize(("kept", "named"), [(True, 1), (False, 0)])
def test_a_job_that_may_have_been_saved_is_named(caplog: pytest.LogCaptureFixture, kept: bool, named: int) -> None:
    class Cron:
        @classmethod
        def _process_job(cls, _job_cr: object, _job: object, _cron_cr: object) -> None:
            lose(changed=True, kept=kept, error=ZeroDivisionError)()

    jobs.patch(Cron)
    with pytest.raises(ZeroDivisionError):
        Cron._process_job(None, {"cron_name": "Count stock"}, None)
    assert caplog.text.count("'Count stock' lost the database") == named
