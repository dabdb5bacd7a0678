"""Pages that people of a store open cost the same with little and with much behind them; all addons are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.odoo.conftest import run_inside
from tests.odoo.test_addons import INSTALLED, Run

# Seconds; the first test of a run also lays the ground and installs everything.
pytestmark = [pytest.mark.deep, pytest.mark.timeout(2400)]

PAGES_TIMEOUT = 1200


@dataclass(frozen=True)
class Page:
    """Numbers of queries with 3 and with 30 records of all; tables read as a whole where there are 20,000."""

    action: str
    mode: str
    person: str
    few: int
    ten_times: int
    scans: Sequence[Sequence[str]]


# Pages that ask more often when there is more, and why that is no matter: (action, mode).
GROW = {("retail_signals.action_kind", "tree"): "kinds come with the addon, and are fifteen for ever"}
# What is read as a whole today, by page, to be looked into one by one; none may come. The rows are copies
# of one, so some of it is the test's own doing: an index is of no use where all rows are alike.
SCAN = {
    "retail_connector.action_endpoint": {"retail_connector_message"},
    "retail_exceptions.action_exception": {"retail_exception"},
    "retail_kpi.action_margin": {"pos_order_line", "stock_valuation_layer"},
    "retail_kpi.action_stock_age": {"stock_valuation_layer"},
    "retail_price_governance.action_price_history": {"retail_price_change_line"},
    "retail_price_governance.action_price_upcoming": {"retail_price_change_line"},
    "retail_product_governance.action_product_unapproved": {"pos_order_line", "purchase_order_line"},
    "retail_product_governance_pos.action_not_in_the_till": {"pos_order_line", "purchase_order_line"},
    "retail_purchase_governance.action_purchase_budget": {"purchase_order_line"},
    "retail_replenishment.action_replenishment_proposal": {"purchase_order_line", "retail_replenishment_proposal"},
    "retail_sop.action_audit": {"retail_sop_reading"},
    "retail_sop.action_mine": {"retail_sop_reading"},
    "retail_stock_control.action_adjustment_entry": {"retail_adjustment_entry"},
    "retail_till.action_till_signal": {"retail_till_signal"},
}
# Models of which the test cannot make a record, so that their pages are opened empty; such as what addons bring.
UNMADE = 9
# Of these, core's own form asks for what nobody of a store may see.
REFUSED = {"base.action_res_users"}


@pytest.fixture(scope="module")
def found(together: Run, chain: dict[str, Any]) -> dict[str, Any]:
    if set(together.addons) != set(INSTALLED):
        pytest.skip("left out: it needs all of our addons")
    costs: dict[str, Any] = run_inside(together.ground, "page_costs.py", timeout=PAGES_TIMEOUT)
    return costs


@pytest.fixture(scope="module")
def pages(found: dict[str, Any]) -> list[Page]:
    return [Page(*row) for row in found["pages"]]


def test_what_people_of_a_store_see_can_be_opened(found: dict[str, Any], pages: Sequence[Page]) -> None:
    assert len(pages) > 50
    assert {action for action, *_why in found["refused"]} <= REFUSED
    assert len(found["missing"]) <= UNMADE, found["missing"]


def test_no_page_asks_more_often_when_there_is_more(pages: Sequence[Page]) -> None:
    more = {(page.action, page.mode): page for page in pages if page.ten_times > page.few}
    assert [page for key, page in more.items() if key not in GROW] == []


def test_no_page_reads_all_of_the_history(pages: Sequence[Page]) -> None:
    """Pages of core may read history of core as they did before; with ours in them, they read none of ours."""
    read = {
        (page.action, page.mode, table): query
        for page in pages
        for table, query in page.scans
        if page.action.startswith("retail_") or table.startswith("retail_")
    }
    assert {key: query for key, query in read.items() if key[2] not in SCAN.get(key[0], ())} == {}
