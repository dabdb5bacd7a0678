"""All our addons arrive in a shop that has traded without them: nothing stops, and what was there is counted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.odoo.test_addons import INSTALLED, Run
from tests.support.odoo_tenant import OdooTenant

pytestmark = pytest.mark.timeout(1800)

INSIDE = Path(__file__).parent / "inside"
STEP_TIMEOUT = 300

Step = Callable[[str], Any]


@pytest.fixture(scope="module")
def shop(new_ground: Callable[[str], OdooTenant]) -> OdooTenant:
    return new_ground("live")


@pytest.fixture(scope="module")
def step(shop: OdooTenant) -> Step:
    """Runs a function of inside/live_shop.py; what it found."""
    shutil.copy(INSIDE / "live_shop.py", shop.folder)

    def run(name: str) -> Any:
        shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/live_shop.py"]
        found = shop.folder / "found.json"
        found.unlink(missing_ok=True)
        process = shop.run_program(shell, name, STEP=name)
        assert process.wait(STEP_TIMEOUT) == 0 and found.exists(), process.log.read_text()[-3000:]
        return json.loads(found.read_text())

    return run


@pytest.fixture(scope="module")
def installed(shop: OdooTenant, step: Step) -> Run:
    """The run that brought the addons, into a shop in which much was open."""
    step("trade")
    return Run(shop, INSTALLED)


@pytest.fixture(scope="module")
def found(installed: Run, step: Step) -> dict[str, Any]:
    """What the shop did afterwards with what it had open."""
    assert installed.status == 0
    went_on: dict[str, Any] = step("go_on")
    return went_on


def test_all_of_them_install_without_a_complaint(installed: Run) -> None:
    complaints = [installed.wrong_elsewhere(), *(installed.wrong(addon) for addon in installed.addons)]
    if wrong := "\n".join(filter(None, complaints)):
        pytest.fail(wrong, pytrace=False)
    assert installed.status == 0


def test_what_was_sold_goes_on_being_sold(found: dict[str, Any]) -> None:
    assert [found["sellable"], found["in_the_till"], found["published"]] == [True, True, True]


def test_an_open_till_sells_on_and_closes(found: dict[str, Any]) -> None:
    assert found["sent again is the same"]
    assert found["sold after"] == "paid"
    assert found["session"] == "closed"


def test_orders_on_hold_are_confirmed_and_shipped(found: dict[str, Any]) -> None:
    assert found["quotation"] == "sale"
    assert found["shipped quotation"] == ["done"]
    assert found["shipped on_hold"] == ["done"]


def test_goods_that_were_ordered_are_received_and_their_bill_is_posted(found: dict[str, Any]) -> None:
    assert found["bill"] == "posted"


def test_a_count_that_was_begun_is_still_open(found: dict[str, Any]) -> None:
    assert found["counting"] == "confirm"


def test_a_report_counts_what_was_taken_over(found: dict[str, Any]) -> None:
    taken_over = found["taken over"]
    assert taken_over["product.template"] >= 1
    assert taken_over["purchase.order"] == 1
    assert taken_over["pos.order"] == 1
    assert taken_over["stock.inventory"] == 1
