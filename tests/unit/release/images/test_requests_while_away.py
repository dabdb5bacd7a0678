"""What becomes of requests, sessions and jobs that lose the database."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.release.images.away import PATIENCE, Application, Clock, Served, fine, lose
from tests.unit.release.images.loading import runtime

dispatching = runtime("dispatching")
jobs = runtime("jobs")
outage = runtime("outage")


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


def lose_after_silence(clock: Clock) -> Callable[[], None]:
    """A server that hangs is found out later than anybody would wait."""

    def act() -> None:
        clock.sleep(2 * PATIENCE)
        lose()()

    return act


def test_who_finds_out_late_that_its_server_hangs_is_still_served_by_the_next() -> None:
    clock = Clock()
    application = Application(lose_after_silence(clock), fine)
    assert Served(application, clock=clock).status == 200
    assert len(application.bodies) == 2


def test_a_database_that_is_lost_again_and_again_does_not_hold_a_worker() -> None:
    clock = Clock()
    application = Application(lose_after_silence(clock))
    assert Served(application, clock=clock).status == 503
    assert len(application.bodies) == 2


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
