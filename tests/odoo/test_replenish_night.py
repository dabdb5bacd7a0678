"""A night of reordering rules for a small chain, with a generated history; `baseline.replenish` is a large one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.odoo_process import ROOT
from tests.support.odoo_tenant import OdooTenant

pytestmark = pytest.mark.timeout(5400)

SHAPE = {"products": 400, "stores": 3, "moves": 6000}
PRODUCTS, PLACES = 400, 4
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
    return found


def test_what_was_sold_gets_rules(night: dict[str, float]) -> None:
    assert 0 < night["first_rules"] <= PRODUCTS * PLACES


def test_every_rule_of_every_store_is_looked_at(night: dict[str, float]) -> None:
    assert night["all_rules"] == PRODUCTS * PLACES
    # All but those that sell more than the policy asks for at least.
    assert 0.8 * PRODUCTS * PLACES < night["open"] <= PRODUCTS * PLACES


def test_low_stock_is_found(night: dict[str, float]) -> None:
    assert 0 < night["low"] < PRODUCTS * PLACES
