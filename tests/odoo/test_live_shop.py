"""All our addons arrive in a shop that has traded without them: nothing stops, and what was there is counted."""

from typing import Any

import pytest

from tests.odoo.conftest import live_shop
from tests.odoo.test_addons import Run

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def found(together: Run) -> dict[str, Any]:
    """What the shop did with what it had open before it had our addons."""
    assert together.status == 0
    went_on: dict[str, Any] = live_shop(together.ground, "go_on")
    return went_on


def test_all_of_them_install_without_a_complaint(together: Run) -> None:
    complaints = [together.wrong_elsewhere(), *(together.wrong(addon) for addon in together.addons)]
    if wrong := "\n".join(filter(None, complaints)):
        pytest.fail(wrong, pytrace=False)
    assert together.status == 0


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
