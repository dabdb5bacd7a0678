"""Pages that people of a store open cost the same with little and with much behind them; all addons are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.odoo.conftest import run_inside
from tests.odoo.test_addons import INSTALLED, Run

# Seconds; the first test of a run also lays the ground and installs everything.
pytestmark = pytest.mark.timeout(2400)

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


# Pages of core that we extend, and what of them is core's: (action, mode) → why.
GROW: dict[tuple[str, str], str] = {}
# Tables that a page may read as a whole: (action, mode, table) → why.
SCAN: dict[tuple[str, str, str], str] = {}


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
    assert found["missing"] == []


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
    assert {key: query for key, query in read.items() if key not in SCAN} == {}
