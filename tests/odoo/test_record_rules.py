"""Every record rule and every sealed record of our addons, on a shop that has all: nobody gets around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.odoo.conftest import run_inside
from tests.odoo.test_addons import INSTALLED, Run

# Seconds; the first test of a run also lays the ground and installs everything.
pytestmark = pytest.mark.timeout(5400)

RULES_TIMEOUT = 2400
READING, CHANGING = "reading", "changing"


@dataclass(frozen=True)
class Cell:
    """One attempt of somebody to reach what a rule shuts off; `free` is the same without our rules."""

    rule: str
    person: str
    way: str
    held: bool | str
    free: bool | str
    has_record: bool

    @property
    def kind(self) -> str:
        return CHANGING if self.way in ("write", "create", "unlink") else READING


# What a rule itself allows: (rule, person or way) and why.
AS_THE_RULE_SAYS = {
    ("retail_roles_governance.rule_own_return", "create"): "who takes something back for another store sees it",
    (
        "retail_store_request.rule_own_request_read",
        "warehouse",
    ): "the warehouse that supplies sees what is asked for",
}
ALLOWED = AS_THE_RULE_SAYS.keys()
# Why nobody would get any further without the rule. It is tried all the same, and lets nothing through.
SHOWN_BY_NOBODY = {
    ("retail_price_governance.rule_price_change_company", CHANGING): "what is approved is changed by nobody",
    ("retail_price_governance.rule_price_line_company", CHANGING): "what is approved is changed by nobody",
    ("retail_price_governance.rule_price_item_company", CHANGING): "what is approved is changed by nobody",
    ("retail_returns.rule_return_line_company", CHANGING): "its return is shut off, too",
    ("retail_roles.rule_own_warehouse", CHANGING): "routes come with it, which are head office's",
    ("retail_roles.rule_own_inventory_line", READING): "its count is shut off, too",
    ("retail_roles.rule_own_inventory_line", CHANGING): "its count is shut off, too",
    ("retail_roles.rule_own_sale_order_line", CHANGING): "its order is shut off, too",
    ("retail_roles_governance.rule_own_return_line", CHANGING): "its return is shut off, too",
}
# Rules that nobody tries, and why.
SHARED = "of a product of all companies, which the rule leaves to all; of another's: test_offers.py"
UNTRIED = {
    "retail_connector_channel.rule_offer_company": SHARED,
    "retail_connector_channel.rule_publication_company": SHARED,
    "retail_import.rule_import_file_company": "none of these roles may read the files of an import",
    "retail_replenishment_roles.rule_own_run": "nobody who works for own stores may read runs",
    "retail_roles.rule_own_quant": "nobody may write stock on hand; by core's own way: test_own_stock.py",
    "retail_roles_workplace.rule_own_request": "a group's: these people have another group, whose rule opens more",
    "retail_roles_workplace.rule_own_ticket": "a group's: these people have another group, whose rule opens more",
    "retail_sop.rule_sop_reading_audit": "a group's: it opens, and shuts nothing off",
    "retail_store_request.rule_request_of_colleagues": "a group's: it opens, and shuts nothing off",
    "retail_store_request.rule_request_order_of_colleagues": "a group's: it opens, and shuts nothing off",
}


@pytest.fixture(scope="module")
def complete(together: Run, chain: dict[str, Any]) -> Run:
    if set(together.addons) != set(INSTALLED):
        pytest.skip("left out: it needs all of our addons")
    return together


@pytest.fixture(scope="module")
def found(complete: Run) -> dict[str, Any]:
    rules: dict[str, Any] = run_inside(complete.ground, "record_rules.py", timeout=RULES_TIMEOUT)
    return rules


@pytest.fixture(scope="module")
def cells(found: dict[str, Any]) -> list[Cell]:
    return [Cell(*row) for row in found["cells"] if row[0] not in UNTRIED]


def test_no_rule_is_left_out(found: dict[str, Any], cells: Sequence[Cell]) -> None:
    assert sorted(set(found["rules"]) - {cell.rule for cell in cells}) == sorted(UNTRIED)
    assert [cell for cell in cells if not cell.has_record] == []


def test_nobody_reaches_what_a_rule_shuts_off(cells: Sequence[Cell]) -> None:
    reached = [cell for cell in cells if cell.held is True]
    assert [cell for cell in reached if not {(cell.rule, cell.person), (cell.rule, cell.way)} & ALLOWED] == []


def test_without_the_rule_it_would_be_reached(cells: Sequence[Cell]) -> None:
    """By somebody and in some way, for reading and for changing, so that it is the rule that holds it."""
    tried = {(cell.rule, cell.kind) for cell in cells}
    shown = {(cell.rule, cell.kind) for cell in cells if cell.free is True and cell.held is not True}
    assert sorted(tried - shown) == sorted(SHOWN_BY_NOBODY)


@pytest.fixture(scope="module")
def sealed(complete: Run) -> list[list[str]]:
    rows: list[list[str]] = run_inside(complete.ground, "sealed_records.py")
    return rows


def test_sealed_records_are_made_changed_and_deleted_by_their_process_alone(
    sealed: Sequence[Sequence[str]],
) -> None:
    assert sealed
    assert [(model, way) for model, way, refusal, _free in sealed if not refusal] == []


def test_without_the_seal_each_is_changed_and_deleted(sealed: Sequence[Sequence[str]]) -> None:
    """A second one may be refused for other reasons: most of them are unique."""
    plain = ("write", "unlink", "cron writes", "cron deletes")
    assert [row for row in sealed if row[1] in plain and row[3]] == []
