"""platform_runtime: the tenant's own bus, probes that need no worker, a graceful stop."""

import itertools
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.eventually import eventually
from tests.support.odoo_process import PATIENCE, OdooProcess, children, woken
from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant
from tests.support.servers.postgres import PostgresServer

# Seconds; the first test of a run also builds the template.
pytestmark = pytest.mark.timeout(5400)

Run = Callable[..., OdooProcess]
PAGE = "/web/login"
# Seconds after which Odoo's bus lets a poller look by itself, whether it was told of news or not.
POLL_SECONDS = 50
# Seconds of silence after which a master counts as stalled; a busy machine may stand still for some of them.
STALL = 20
# Of a web process; odoo_tenant.py configures them.
WORKERS = 2
_ids = itertools.count(1)


def rpc(port: int, path: str, client: httpx.Client | None = None, **params: Any) -> Any:
    """One JSON-RPC call; raises AssertionError with Odoo's error."""
    body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(_ids)}
    post = client.post if client else httpx.post
    answer = post(f"http://127.0.0.1:{port}{path}", json=body, timeout=70).json()
    assert "error" not in answer, answer["error"]
    return answer.get("result")


@contextmanager
def every_page_waits(tenant: OdooTenant) -> Iterator[None]:
    """No page can be rendered while the block runs: all of them read the table of users."""
    with tenant.server.superuser(tenant.database) as connection, connection.transaction():
        connection.execute("LOCK TABLE res_users IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def pages_under_way(tenant: OdooTenant, process: OdooProcess, number: int) -> Iterator[list[Future[int]]]:
    """So many requests for a page, of which every worker has one that cannot be answered while the block runs.

    Their status codes are known when it has ended.
    """
    with ThreadPoolExecutor(number) as pool, every_page_waits(tenant):
        asked = [pool.submit(page, process) for _ in range(number)]
        eventually(lambda: tenant.server.waiting(tenant.database, "relation") == min(number, WORKERS), 120)
        yield asked


def page(process: OdooProcess) -> int:
    """Its status code."""
    # The shop's own language: another one would be redirected first, and that writes a session.
    url = f"http://127.0.0.1:{process.ports['http']}{PAGE}"
    return httpx.get(url, headers={"Accept-Language": "fr-FR"}, timeout=240).status_code


def test_nobody_but_the_owner_gets_in(rua: OdooTenant, postgres_server: PostgresServer) -> None:
    for database in ("postgres", "template1", "tplo_tests"):
        with pytest.raises(psycopg.OperationalError):
            postgres_server.connect_as(rua.database, "pw", database)


def test_web_runs_without_the_database_postgres_and_without_a_push_child(run: Run) -> None:
    web = run("web")
    web.until("http", PAGE)
    assert web.answers("health", "/health/ready") == 200
    # One of them may answer before the other is there.
    eventually(lambda: len(children(web.init)) == WORKERS)


def test_a_page_is_rendered_before_the_first_fork_and_leaves_no_session(rua: OdooTenant, run: Run) -> None:
    before = rua.sessions
    web = run("web")
    web.until("health", "/health/ready")
    assert rua.sessions == before
    assert "warmed by /web/login: 200" in web.log.read_text()


def test_the_first_password_logs_in_and_the_company_is_the_tenants(rua: OdooTenant, run: Run) -> None:
    web = run("web")
    web.until("http", PAGE)
    with httpx.Client() as client:
        port = rua.ports["http"]
        session = rpc(port, "/web/session/authenticate", client, db=rua.database, login=LOGIN, password=PASSWORD)
        assert session["uid"] == 2
        assert session["web.base.url"] == "https://rua.shops.localhost"
        assert session["user_context"]["tz"] == "Europe/Lisbon"
        company = rpc(
            port,
            "/web/dataset/call_kw/res.company/search_read",
            client,
            model="res.company",
            method="search_read",
            args=[[], ["name", "display_name"]],
            kwargs={},
        )
    assert [row["name"] for row in company] == ["Atelier Rua"]


def test_attachments_go_to_files_again(rua: OdooTenant, run: Run) -> None:
    web = run("web")
    web.until("http", PAGE)
    with httpx.Client() as client:
        port = rua.ports["http"]
        rpc(port, "/web/session/authenticate", client, db=rua.database, login=LOGIN, password=PASSWORD)
        number = rpc(
            port,
            "/web/dataset/call_kw/ir.attachment/create",
            client,
            model="ir.attachment",
            method="create",
            args=[{"name": "receipt", "datas": "cmVjZWlwdA=="}],
            kwargs={},
        )
    with rua.connect() as connection:
        [(name, data)] = connection.execute(
            "SELECT store_fname, db_datas FROM ir_attachment WHERE id = %s", (number,)
        ).fetchall()
    assert data is None
    assert (rua.folder / "data/filestore" / rua.database / name).read_bytes() == b"receipt"


def heard(tenant: OdooTenant, channel: str) -> list[dict[str, Any]]:
    """Who gets an empty answer asks again, as pages do: a bus that begins to listen wakes all pollers."""
    while True:
        found: list[dict[str, Any]] = rpc(tenant.ports["push"], "/longpolling/poll", channels=[channel], last=0)
        if found:
            return found


def test_a_message_sent_by_a_worker_reaches_a_poller(rua: OdooTenant, run: Run) -> None:
    web, gevent = run("web"), run("gevent")
    web.until("http", PAGE)
    gevent.until("push", "/platform/health")
    answers: list[Any] = []

    def poll() -> None:
        answers.append(heard(rua, "till"))

    begun = time.monotonic()
    poller = threading.Thread(target=poll)
    poller.start()
    time.sleep(2)
    rpc(rua.ports["http"], "/longpolling/send", channel="till", message="sold")
    # Whoever is not woken gets it too, but only then: a busy machine is slow, and still before that.
    poller.join(begun + POLL_SECONDS - 5 - time.monotonic())
    assert not poller.is_alive()
    assert [note["message"] for note in answers[0]] == ["sold"]


def test_one_tenant_neither_hears_nor_wakes_another(
    rua: OdooTenant, new_tenant: Callable[[str], OdooTenant]
) -> None:
    other = new_tenant("north00000")
    with rua.connect() as mine, other.connect() as theirs:
        mine.execute("LISTEN imbus")
        theirs.execute("LISTEN imbus")
        theirs.execute("NOTIFY imbus, '[\"till\"]'")
        assert list(mine.notifies(timeout=1, stop_after=1)) == []
        assert len(list(theirs.notifies(timeout=60, stop_after=1))) == 1
    with pytest.raises(psycopg.OperationalError):
        rua.server.connect_as(rua.database, "pw", other.database)


@pytest.mark.parametrize("seconds", [2 * STALL, pytest.param(90, marks=pytest.mark.deep)])
def test_busy_workers_fail_no_probe_and_write_no_session(rua: OdooTenant, run: Run, seconds: int) -> None:
    web = run("web", PLATFORM_STALL_SECONDS=str(STALL))
    web.until("http", PAGE)
    with pages_under_way(rua, web, 4) as asked:
        before = rua.sessions
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert web.answers("health", "/health/live") == 200
            assert web.answers("health", "/health/ready") == 200
            time.sleep(1)
        assert rua.sessions == before
        assert not any(each.done() for each in asked)
    assert [each.result() for each in asked] == [200] * 4


def test_a_stopped_master_is_not_alive(run: Run) -> None:
    web = run("web", PLATFORM_STALL_SECONDS="10")
    web.until("http", PAGE)
    web.signal(signal.SIGSTOP)
    assert web.answers("health", "/health/live", timeout=2) is None
    web.signal(signal.SIGCONT)
    web.until("health", "/health/ready")


def test_a_request_in_flight_is_finished_after_sigterm(rua: OdooTenant, run: Run) -> None:
    web = run("web")
    web.until("http", PAGE)
    with pages_under_way(rua, web, 1) as asked:
        web.signal(signal.SIGTERM)
        eventually(lambda: web.answers("health", "/health/ready") == 503)
        assert web.answers("health", "/health/live") == 200
        assert not asked[0].done()
    assert web.wait(PATIENCE) == 0
    assert asked[0].result() == 200


def test_the_evented_process_ends_at_once_and_leaves_no_session(rua: OdooTenant, run: Run) -> None:
    gevent = run("gevent")
    gevent.until("push", "/platform/health")
    before = rua.sessions
    for _ in range(5):
        assert gevent.answers("push", "/platform/health") == 200
    assert rua.sessions == before
    gevent.signal(signal.SIGTERM)
    # Sooner than any poll ends by itself.
    assert gevent.wait(POLL_SECONDS - 5) == 0


def test_a_crowd_of_pollers_shares_a_small_pool(rua: OdooTenant, run: Run) -> None:
    web, gevent = run("web"), run("gevent", PLATFORM_DB_MAXCONN="3")
    web.until("http", PAGE)
    gevent.until("push", "/platform/health")
    answers: list[Any] = []

    def poll() -> None:
        answers.append(heard(rua, "crowd"))

    pollers = [threading.Thread(target=poll) for _ in range(30)]
    for poller in pollers:
        poller.start()
    time.sleep(4)
    rpc(rua.ports["http"], "/longpolling/send", channel="crowd", message="sold")
    for poller in pollers:
        poller.join(POLL_SECONDS)
    assert [len(answer) for answer in answers] == [1] * 30


def test_cron_runs_jobs_and_has_the_same_probes(rua: OdooTenant, run: Run) -> None:
    with rua.connect() as connection:
        connection.execute("UPDATE ir_cron SET nextcall = now() + interval '1 year'")
        connection.execute(
            "UPDATE ir_cron SET nextcall = now() - interval '1 minute', active = true, lastcall = NULL WHERE id ="
            " (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND name = 'autovacuum_job')"
        )
    cron = run("cron")
    cron.until("health", "/health/ready")
    # Scheduled actions, queued jobs, and their runner.
    workers = children(cron.init)
    assert len(workers) == 3
    eventually(lambda: woken(workers) and _vacuumed(rua), 120)
    cron.signal(signal.SIGTERM)
    assert cron.wait(PATIENCE) == 0


def test_a_start_waits_for_the_database_and_gives_up_with_one_sentence(rua: OdooTenant, run: Run) -> None:
    rua.server.as_superuser(f"ALTER ROLE {rua.database} NOLOGIN")
    try:
        hopeless = run("cron", PLATFORM_DB_WAIT_SECONDS="1")
        assert hopeless.wait(PATIENCE) == 1
        assert "odoo-tenant: no connection within 1 s" in hopeless.log.read_text()
        web = run("web")
        time.sleep(5)
        assert web.unshare.poll() is None
    finally:
        rua.server.as_superuser(f"ALTER ROLE {rua.database} LOGIN")
    web.until("http", PAGE)


def test_plain_commands_pass_through(rua: OdooTenant, run: Run) -> None:
    assert run("--version").wait(PATIENCE) == 0
    assert "14.0" in (rua.folder / "--version.log").read_text()


def _vacuumed(tenant: OdooTenant) -> bool:
    with tenant.connect() as connection:
        row = connection.execute(
            "SELECT lastcall IS NOT NULL FROM ir_cron WHERE id ="
            " (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron' AND name = 'autovacuum_job')"
        ).fetchone()
    return bool(row and row[0])
