"""No guard of our addons is left out of the table of guards and ways."""

import re

from tests.support.addon_ground import ADDONS
from tests.support.addon_guards import Guard, guards, rows, sealed
from tests.support.odoo_process import ROOT

FILE = re.compile(r"\btest_\w+\.py")

# Why these have none of their own. Records that nobody writes at all are tried together, by test_record_rules.py.
WITHOUT = {
    Guard("retail_connector_channel", "retail.channel"): "stays with the marketplace it tells: test_offers.py",
    Guard(
        "retail_connector_channel", "sale.order.line"
    ): "where only what is published sells: test_publications.py",
    Guard("retail_product_governance", "account.move.line"): "a row tries the invoice that it belongs to",
    Guard(
        "retail_product_governance_website", "product.public.category"
    ): "the other side of a product's categories, tried in ways of its own: test_guards.py",
    Guard(
        "retail_allocation", "retail.promotion.override"
    ): "its rows are with the promotions of retail_allocation_coupon",
    Guard("retail_allocation", "sale.order.line"): "what is delivered, by core's own method alone: test_orders.py",
    Guard(
        "retail_allocation_coupon", "coupon.coupon"
    ): "handed out by a program, which cannot run: test_promotions.py",
    Guard(
        "retail_connector_payment", "retail.connector.message"
    ): "narrows what retail_connector lets a person put right: test_refunds.py",
    Guard("retail_connector_delivery", "stock.picking"): "refuses what a carrier answers, and nobody's writing",
    Guard("retail_product_governance_website", "sale.order"): "only the web shop puts into carts: test_cart.py",
    Guard(
        "retail_returns", "stock.return.picking"
    ): "core's wizard has one button; the goods have a row of their own",
    Guard(
        "retail_returns_pos", "retail.return"
    ): "which order it is of, which its unique key refuses as well: test_till.py",
    Guard("retail_returns_pos", "pos.payment"): "pays out with an authorised return alone: test_refund.py",
    Guard("retail_returns_pos", "retail.return.line"): "the price at which a till sold it: test_asked.py",
    Guard(
        "retail_returns_website", "retail.return"
    ): "written by the page of a customer's order: test_requests.py",
    Guard("retail_roles", "pos.session"): "handed over as its orders are: test_own_sales.py, test_handing_over.py",
    Guard("retail_roles", "stock.inventory.line"): "handed over as the others are: test_handing_over.py",
    Guard("retail_roles", "stock.warehouse.orderpoint"): "test_own_stock.py, test_local_policy.py",
    Guard("retail_roles", "res.groups"): "gives duties from the group's side, in ways of its own: test_duties.py",
    Guard("retail_roles", "res.users.role"): "gives and takes by its lines, which have a row: test_role_check.py",
    Guard("retail_roles_governance", "retail.return"): "handed over as five others are: test_handing_over.py",
    Guard("retail_roles", "stock.inventory"): "done by its button, with lines of other stores: test_own_stock.py",
    Guard("retail_roles", "stock.quant"): "core writes them in one way, and for the superuser: test_own_stock.py",
}


def test_each_guard_has_a_row_or_a_reason() -> None:
    left_out = guards() - rows() - sealed() - WITHOUT.keys()
    assert sorted(left_out) == [], (
        "add a row to the addon's tests (retail_base/tests/guard_table.py), or a reason here"
    )


def test_the_reasons_are_of_guards_that_have_no_row() -> None:
    assert sorted(WITHOUT.keys() - guards()) == []
    assert sorted(WITHOUT.keys() & rows()) == []


def test_tests_that_a_reason_names_are_there() -> None:
    """In the addon itself, in the one that it extends, or beside all of them."""
    tests = {path.name for path in [*ADDONS.glob("*/tests/*.py"), *(ROOT / "tests/odoo").glob("*.py")]}
    said = [*WITHOUT.values(), *(path.read_text() for path in ADDONS.glob("*/tests/*.py"))]
    named = {name for text in said for name in FILE.findall(text)}
    assert len(named) > 10
    assert sorted(named - tests) == []


def test_what_is_found_is_what_is_known_to_be_there() -> None:
    """One of each kind: guarded fields, a mixin, a method of the class, a method elsewhere, a function."""
    assert {
        Guard("retail_signals", "retail.signal"),
        Guard("retail_roles", "stock.scrap"),
        Guard("retail_returns", "stock.move.line"),
        Guard("retail_product_governance", "sale.order"),
        Guard("retail_roles", "res.groups"),
    } <= guards()
    assert Guard("retail_kpi", "retail.kpi.margin") not in guards()
