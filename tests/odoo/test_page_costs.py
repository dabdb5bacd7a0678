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
    """Numbers of queries with 3 and 30 records of all; with 20,000, tables that are read whole, and by what."""

    action: str
    mode: str
    person: str
    few: int
    ten_times: int
    whole: Sequence[Sequence[str]]


# Pages that read some table of history as a whole all the same, and why that is right: {action: {table: why}}.
COSTS = "what a piece cost when it came in is an average of all that came in; a figure of managers"
YEAR = "a year of sales is asked for, which is much of what there is: reading it piece by piece would take longer"
WHOLE = {
    "retail_kpi.action_margin": {
        "pos_order_line": YEAR,
        "pos_session": YEAR,
        "stock_move": YEAR,
        "stock_valuation_layer": COSTS,
    },
    "retail_kpi.action_stock_age": {"stock_valuation_layer": COSTS},
}
# Models of which the test cannot make a record, so that their pages are opened empty.
UNMADE = {"retail.duty.conflict", "retail.local.policy"}


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
    assert found["refused"] == []
    assert {name for name, _why in found["missing"]} <= UNMADE, found["missing"]


def test_no_page_asks_more_often_when_there_is_more(pages: Sequence[Page]) -> None:
    assert [page for page in pages if page.ten_times > page.few] == []


def test_there_is_history_of_everything(found: dict[str, Any]) -> None:
    """A small table is read as a whole, whatever indexes it has."""
    assert found["small"] == []


def test_no_page_reads_all_of_the_history(pages: Sequence[Page]) -> None:
    """Pages of core may read history of core as they did before; with ours in them, they read none of ours."""
    read = {
        (page.action, page.mode, table): query
        for page in pages
        for table, query in page.whole
        if page.action.startswith("retail_") or table.startswith("retail_")
    }
    assert {key: query for key, query in read.items() if key[2] not in WHOLE.get(key[0], {})} == {}
    # What is mended goes from the list; which table a plan begins with may change.
    assert WHOLE.keys() <= {action for action, _mode, _table in read}
