"""retail_connector with processes and transactions of its own: the job runner, its death, and two at once."""

import importlib.util
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.addon_ground import ADDONS
from tests.support.eventually import eventually
from tests.support.odoo_process import OdooProcess, children
from tests.support.odoo_tenant import OdooTenant

# Seconds; the first test of a run also lays the ground.
pytestmark = pytest.mark.timeout(1800)

INSIDE = Path(__file__).parent / "inside"
INSTALL_TIMEOUT = 300
STEP_TIMEOUT = 120
# Odoo's uniqueness and serialization errors, the second of which makes it do a request again.
SERIALIZATION_FAILURE = "40001"
# How the process that runs the jobs is started: see the addon's README.
RUNNER = ("web", "--workers=1", "--http-interface=127.0.0.1")
RUNS_JOBS = {
    "PLATFORM_MODULES": "queue_job",
    "ODOO_QUEUE_JOB_CHANNELS": "root:1",
    "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
}
RUNS_NONE = {"PLATFORM_MODULES": "queue_job", "ODOO_QUEUE_JOB_CHANNELS": "root:0"}

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
        shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/connector.py"]
        found = shop.folder / "found.json"
        found.unlink(missing_ok=True)
        process = shop.run_program(shell, name, STEP=name, CARRIER=carrier.url, **environment)
        assert process.wait(STEP_TIMEOUT) == 0 and found.exists(), process.log.read_text()[-3000:]
        return json.loads(found.read_text())

    return run


@pytest.fixture
def start(shop: OdooTenant) -> Iterator[Callable[..., OdooProcess]]:
    started: list[OdooProcess] = []

    def run(**environment: str) -> OdooProcess:
        process = shop.run(*RUNNER, **environment)
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


def test_the_runner_delivers_what_was_committed_and_nothing_else(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    key = next(_keys)
    message = step("sell", KEY=key)
    start(**RUNS_JOBS)
    eventually(lambda: state_of(shop, message) == ("sent", 1), timeout=90)
    assert [call.key.partition("/")[2] for call in carrier.calls].count(key) == 1
    assert not any(call.key.endswith("never") for call in carrier.calls)


def test_a_process_with_no_room_for_jobs_runs_none(start: Callable[..., OdooProcess]) -> None:
    """Importing queue_job is enough to start a runner, and tills' processes import all addons."""
    web = start(**RUNS_NONE)
    web.until("http", "/web/login")
    assert len(children(web.init)) == 1


def test_a_call_whose_process_was_killed_is_made_again_under_its_key(
    shop: OdooTenant, step: Step, start: Callable[..., OdooProcess], carrier: Any
) -> None:
    key = next(_keys)
    message = step("sell", KEY=key)
    carrier.calls.clear()
    carrier.script = [stub_carrier.hangs]
    runner = start(**RUNS_JOBS)
    eventually(lambda: len(carrier.calls) == 1, timeout=90)
    runner.kill()
    assert state_of(shop, message) == ("queued", 0)
    with shop.connect() as connection:
        connection.execute(
            "UPDATE queue_job SET date_started = date_started - interval '1 hour' WHERE state = 'started'"
        )
        connection.execute("UPDATE retail_connector_message SET next_try_at = next_try_at - interval '1 hour'")
    step("rescue")
    start(**RUNS_JOBS)
    eventually(lambda: state_of(shop, message) == ("sent", 1), timeout=90)
    assert len({call.key for call in carrier.calls}) == 1
    assert len(carrier.calls) == 2
