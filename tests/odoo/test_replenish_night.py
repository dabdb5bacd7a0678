"""A night of reordering rules for a whole chain, on generated history.

Small by default, so that the generator and the job are known to work. SHOPFLEET_NIGHT=full is the size of the
goal, 25 stores with 10,000 products each in under 5 minutes.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.odoo_process import ROOT
from tests.support.odoo_tenant import OdooTenant

pytestmark = pytest.mark.timeout(3600)

FULL = os.environ.get("SHOPFLEET_NIGHT") == "full"
SHAPE = {} if FULL else {"products": 400, "stores": 3, "moves": 6000}
PRODUCTS, PLACES = (10_000, 26) if FULL else (400, 4)
GOAL = 300
INSIDE = Path(__file__).parent / "inside"


@pytest.fixture(scope="module")
def night(new_ground: Callable[[str], OdooTenant]) -> dict[str, float]:
    ground = new_ground("night")
    installed = ground.run("--init=retail_replenishment", "--stop-after-init", "--workers=0")
    assert installed.wait(1200) == 0, installed.log.read_text()[-3000:]
    shutil.copy(ROOT / "tests/bench/baseline_shop.py", ground.folder)
    shutil.copy(INSIDE / "replenish_night.py", ground.folder)
    process = ground.run_program(
        ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/replenish_night.py"],
        "replenish_night",
        SHAPE=json.dumps(SHAPE),
    )
    assert process.wait(3000) == 0, process.log.read_text()[-3000:]
    found: dict[str, float] = json.loads((ground.folder / "night.json").read_text())
    print(json.dumps(found, indent=1))
    return found


def test_what_was_sold_gets_rules(night: dict[str, float]) -> None:
    assert 0 < night["first_rules"] <= PRODUCTS * PLACES


def test_every_rule_of_every_store_is_looked_at_in_time(night: dict[str, float]) -> None:
    assert night["all_rules"] == PRODUCTS * PLACES
    # All but those that sell more than the policy asks for at least.
    assert 0.8 * PRODUCTS * PLACES < night["open"] <= PRODUCTS * PLACES
    slowest = max(night[f"{name}_seconds"] for name in ("first_night", "all_change", "all_proposed", "quiet"))
    assert slowest < GOAL


def test_low_stock_is_found(night: dict[str, float]) -> None:
    assert 0 < night["low"] < PRODUCTS * PLACES
