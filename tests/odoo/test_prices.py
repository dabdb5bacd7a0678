"""retail_price_governance with connections of its own: two at once, and a change of many prices."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.odoo_tenant import OdooTenant

# Seconds; the first test of a run also lays the ground.
pytestmark = pytest.mark.timeout(5400)

INSIDE = Path(__file__).parent / "inside"
INSTALL_TIMEOUT = 1200
STEP_TIMEOUT = 1200
# What Odoo answers by doing a request again.
SERIALIZATION_FAILURE = "40001"
# Seconds in which 10,000 prices are applied: before the shops open, on a machine that does other things as well.
MANY_WITHIN = 300

Step = Callable[[str], Any]


@pytest.fixture(scope="module")
def step(new_ground: Callable[[str], OdooTenant]) -> Step:
    """Runs a function of inside/prices.py; what it found."""
    shop = new_ground("prices")
    install = shop.run("--init=retail_price_governance", "--stop-after-init", "--workers=0")
    assert install.wait(INSTALL_TIMEOUT) == 0, install.log.read_text()[-3000:]
    shutil.copy(INSIDE / "prices.py", shop.folder)

    def run(name: str) -> Any:
        shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/prices.py"]
        found = shop.folder / "found.json"
        found.unlink(missing_ok=True)
        process = shop.run_program(shell, name, STEP=name)
        assert process.wait(STEP_TIMEOUT) == 0 and found.exists(), process.log.read_text()[-3000:]
        return json.loads(found.read_text())

    return run


def test_two_that_apply_the_same_change_at_once_apply_it_once(step: Step) -> None:
    assert step("apply_at_once") == {"refused": SERIALIZATION_FAILURE, "prices": [120.0], "told": 1}


def test_cancelled_at_the_same_time_it_is_not_applied(step: Step) -> None:
    found = step("apply_and_cancel_at_once")
    assert found == {"refused": SERIALIZATION_FAILURE, "prices": [100.0], "state": "cancelled"}


def test_a_second_job_leaves_it_to_the_first(step: Step) -> None:
    assert step("job_meets_another") == {"prices": [120.0], "state": "applied"}


@pytest.mark.deep
def test_ten_thousand_prices_are_applied_before_the_shops_open(step: Step) -> None:
    found = step("many")
    print(found)
    assert (found["state"], found["prices"]) == ("applied", [120.0])
    assert found["applied"] < MANY_WITHIN
