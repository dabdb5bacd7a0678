"""retail_connector with processes and transactions of its own: the job runner, its death, and two at once."""

import importlib.util
import itertools
import json
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from release.neutralise.neutralise import INSTALLED_QUERY, CloneIdentity, neutralise
from tests.support.addon_ground import ADDONS
from tests.support.eventually import eventually
from tests.support.odoo_process import PATIENCE, OdooProcess, children
from tests.support.odoo_tenant import SERIES, OdooTenant
from tests.support.servers.processes import free_port

# Seconds; the first test of a run also lays the ground.
pytestmark = pytest.mark.timeout(5400)

INSIDE = Path(__file__).parent / "inside"
INSTALL_TIMEOUT = 1200
STEP_TIMEOUT = 600
# Odoo's uniqueness and serialization errors, the second of which makes it do a request again.
SERIALIZATION_FAILURE = "40001"
# As the web pod's: it imports the addons first, and with them what starts runners.
WEB = {"PLATFORM_MODULES": "retail_connector", "PLATFORM_WORKERS": "2", "PGAPPNAME": "odoo:parcels:web"}
CRON = {"PLATFORM_DB_MAXCONN": "4", "PLATFORM_JOB_DB_MAXCONN": "3", "PGAPPNAME": "odoo:parcels:cron"}
CLONE = CloneIdentity(url="https://staging.shops.localhost", uuid="fresh-uuid", secret="fresh-secret")

Step = Callable[..., Any]
_keys = (f"ship/{number}" for number in itertools.count(1))


def _stub_carrier() -> Any:
    """The carrier of the addon's own tests."""
    path = ADDONS / "retail_connector/tests/stub_carrier.py"
    spec = importlib.util.spec_from_file_location("stub_carrier", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


stub_carrier = _stub_carrier()


@pytest.fixture(scope="module")
def shop(new_ground: Callable[[str], OdooTenant]) -> OdooTenant:
    tenant = new_ground("parcels")
    install = tenant.run("--init=retail_connector", "--stop-after-init", "--workers=0")
    assert install.wait(INSTALL_TIMEOUT) == 0, install.log.read_text()[-3000:]
    return tenant


@pytest.fixture(scope="module")
def carrier() -> Iterator[Any]:
    with stub_carrier.StubCarrier().open() as opened:
        yield opened


@pytest.fixture(scope="module")
def step(shop: OdooTenant, carrier: Any) -> Step:
    """Runs a function of inside/connector.py; what it found."""
    shutil.copy(INSIDE / "connector.py", shop.folder)

    def run(name: str, **environment: str) -> Any:
        shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell --no-http < /tenant/connector.py"]
        found = shop.folder / "found.json"
        found.unlink(missing_ok=True)
        process = shop.run_program(shell, name, STEP=name, CARRIER=carrier.url, **environment)
        assert process.wait(STEP_TIMEOUT) == 0 and found.exists(), process.log.read_text()[-3000:]
        return json.loads(found.read_text())

    return run


@pytest.fixture
def start(shop: OdooTenant) -> Iterator[Callable[..., OdooProcess]]:
    started: list[OdooProcess] = []

    def run(role: str = "cron", *options: str, **environment: str) -> OdooProcess:
        # Of two at once, the second has no health port: both are on this machine's.
        health = {"PLATFORM_HEALTH_PORT": "0"} if options else {}
        process = shop.run(role, *options, **{**(CRON if role == "cron" else WEB), **health, **environment})
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()


def state_of(shop: OdooTenant, message: int) -> tuple[Any, ...]:
    with shop.connect() as connection:
        row = connection.execute("SELECT state, tries FROM retail_connector_message WHERE id = %s", [message])
        return row.fetchone() or ()


def test_two_that_queue_the_same_at_once_make_one_message(step: Step) -> None:
    found = step("queue_the_same_at_once")
    assert found == {"refused": SERIALIZATION_FAILURE, "known": found["known"], "again": found["known"]}


def test_two_jobs_for_one_message_make_one_call(step: Step) -> None:
    assert step("deliver_at_once") == [True, False, True]


def test_a_call_that_is_still_being_made_is_not_made_again(step: Step) -> None:
    assert step("rescue_while_it_is_delivered") == ["started", "cancelled"]


def test_cron_delivers_what_was_committed_and_nothing_else(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    key = next(_keys)
    message = step("sell", KEY=key)
    cron = start()
    eventually(lambda: state_of(shop, message) == ("sent", 1))
    assert [call.key.partition("/")[2] for call in carrier.calls].count(key) == 1
    assert not any(call.key.endswith("never") for call in carrier.calls)
    assert cron.answers("health", "/health/ready") == 200
    cron.signal(signal.SIGTERM)
    assert cron.wait(PATIENCE) == 0


def test_cron_alone_has_a_runner(shop: OdooTenant, start: Callable[..., OdooProcess]) -> None:
    """Importing queue_job is enough to start one, and tills' processes import all addons."""
    web = start("web", ODOO_QUEUE_JOB_CHANNELS="root:4")
    web.until("http", "/web/login")
    # One of them may answer before the others are there.
    eventually(lambda: len(children(web.init)) == int(WEB["PLATFORM_WORKERS"]))
    assert "starting jobrunner" not in web.log.read_text()
    assert runners(shop) == []
    cron = start("cron", *ports_of_its_own())
    eventually(lambda: runners(shop) == [CRON["PGAPPNAME"]])
    # Scheduled actions, jobs, and the runner.
    eventually(lambda: len(children(cron.init)) == 3)


def test_of_two_cron_pods_one_runs_the_jobs_and_the_other_takes_over(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    """As it is while a pod ends and its successor has begun, and when a machine was lost that still runs."""
    first = start("cron", PGAPPNAME="first")
    eventually(lambda: runners(shop) == ["first"])
    waits = "another process runs the jobs"
    known = first.log.read_text().count(waits)
    start("cron", *ports_of_its_own(), PGAPPNAME="second")
    eventually(lambda: first.log.read_text().count(waits) > known)
    key = next(_keys)
    messages = step("sell_many", KEY=key, SALES="20")

    def calls() -> list[str]:
        # There may be others, left by the tests before.
        return [call.key for call in carrier.calls if f"/{key}/" in call.key]

    eventually(lambda: len(calls()) > 0)
    assert runners(shop) == ["first"]
    first.kill()
    eventually(lambda: runners(shop) == ["second"])
    an_hour_passes(shop)
    step("rescue")
    eventually(lambda: {state_of(shop, message)[0] for message in messages} == {"sent"})
    assert len(set(calls())) == len(messages)
    # The one that was under way may have been made again, under its key.
    assert len(calls()) - len(messages) in (0, 1)


def test_a_call_under_way_is_finished_when_the_pod_is_asked_to_end(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    asked_to_end = threading.Event()

    def takes_its_time(handler: Any, call: Any) -> None:
        asked_to_end.wait(300)
        stub_carrier.books(handler, call)

    messages = step("sell_many", KEY=next(_keys), SALES="2")
    carrier.calls.clear()
    carrier.script = [takes_its_time]
    cron = start()
    eventually(lambda: len(carrier.calls) == 1)
    cron.signal(signal.SIGTERM)
    eventually(lambda: cron.answers("health", "/health/ready") == 503)
    asked_to_end.set()
    assert cron.wait(PATIENCE) == 0
    assert sorted(state_of(shop, message) for message in messages) == [("queued", 0), ("sent", 1)]
    start()
    eventually(lambda: {state_of(shop, message) for message in messages} == {("sent", 1)})
    assert len(carrier.calls) == len({call.key for call in carrier.calls}) == len(messages)


def test_a_call_whose_process_was_killed_is_made_again_under_its_key(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    message = step("sell", KEY=next(_keys))
    carrier.calls.clear()
    carrier.script = [stub_carrier.hangs]
    cron = start()
    eventually(lambda: len(carrier.calls) == 1)
    cron.kill()
    assert state_of(shop, message) == ("queued", 0)
    an_hour_passes(shop)
    step("rescue")
    start()
    eventually(lambda: state_of(shop, message) == ("sent", 1))
    assert len({call.key for call in carrier.calls}) == 1
    assert len(carrier.calls) == 2


def test_a_clone_calls_nobody(shop: OdooTenant, step: Step, start: Callable[..., OdooProcess]) -> None:
    """Last, because the shop is a clone from then on."""
    waited = step("sell", KEY=next(_keys))
    with shop.connect() as connection:
        modules = frozenset(row[0] for row in connection.execute(INSTALLED_QUERY))
        for statement in neutralise(SERIES, modules, CLONE):
            connection.execute(statement.sql, statement.params)
    sold_in_the_clone = step("sell", KEY=next(_keys))
    start()
    eventually(lambda: jobs_left(shop) == 0)
    assert state_of(shop, waited) == ("cancelled", 0)
    assert state_of(shop, sold_in_the_clone) == ("queued", 0)
    with shop.connect() as connection:
        tried = connection.execute(
            "SELECT count(*) FROM retail_connector_attempt WHERE message_id = ANY(%s)",
            [[waited, sold_in_the_clone]],
        )
        assert tried.fetchone() == (0,)


def runners(shop: OdooTenant) -> list[str]:
    """Names of the connections that hold the lock which only a job runner takes."""
    with shop.connect() as connection:
        rows = connection.execute(
            """SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
               WHERE datname = current_database() AND locktype = 'advisory' AND granted"""
        )
        return [row[0] for row in rows]


def jobs_left(shop: OdooTenant) -> int:
    with shop.connect() as connection:
        row = connection.execute("SELECT count(*) FROM queue_job WHERE state NOT IN ('done', 'cancelled')")
        return int((row.fetchone() or (0,))[0])


def an_hour_passes(shop: OdooTenant) -> None:
    """For what was under way and for what is due."""
    with shop.connect() as connection:
        connection.execute(
            "UPDATE queue_job SET date_started = date_started - interval '1 hour',"
            " date_enqueued = date_enqueued - interval '1 hour' WHERE state IN ('started', 'enqueued')"
        )
        connection.execute("UPDATE retail_connector_message SET next_try_at = next_try_at - interval '1 hour'")


def ports_of_its_own() -> tuple[str, ...]:
    """Options of a process beside another one, which in a pod of its own has the same ports."""
    return (f"--http-port={free_port()}",)
