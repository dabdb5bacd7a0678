"""A real browser in a shop with all our addons: what runs in the page, and what people see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.eventually import eventually
from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant
from tests.support.servers.processes import left_out

# Seconds; the first test of a run also builds the template.
pytestmark = pytest.mark.timeout(5400)

INSIDE = Path(__file__).parent / "inside"
CHROMIUM = "chromium-headless-shell"
# Milliseconds until something is seen: a till loads all its products first.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Shop:
    """What inside/browser.py made: ids and names."""

    tenant: OdooTenant
    facts: dict[str, Any]

    def asked(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.tenant.connect() as connection:
            return connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def shop(new_tenant: Callable[[str], OdooTenant]) -> Iterator[Shop]:
    tenant = new_tenant("browser000")
    shutil.copy(INSIDE / "browser.py", tenant.folder)
    shell = ["sh", "-c", "exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/browser.py"]
    made = tenant.run_program(shell, "browser")
    assert made.wait(900) == 0, made.log.read_text()[-3000:]
    facts = tenant.folder / "browser.json"
    assert facts.exists(), made.log.read_text()[-3000:]
    web = tenant.run("web")
    web.until("http", "/web/login")
    yield Shop(tenant, json.loads(facts.read_text()))
    web.kill()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = shutil.which(CHROMIUM)
    if program is None:
        left_out(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, shop: Shop) -> Iterator[BrowserContext]:
    """A browser that nobody has used before, in English."""
    fresh = chromium.new_context(base_url=f"http://127.0.0.1:{shop.tenant.ports['http']}", locale="en-US")
    fresh.set_default_timeout(PATIENCE)
    yield fresh
    fresh.close()


def logged_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/web/login")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page


@pytest.fixture
def till(context: BrowserContext, shop: Shop) -> Page:
    """The page of a till, loaded, with an empty order."""
    page = logged_in(context)
    page.goto(f"/pos/web?config_id={shop.facts['till']}")
    page.wait_for_selector(".product-screen .product")
    return page


def pay(page: Page, product: str) -> None:
    """One piece, by card."""
    page.locator(".product", has_text=product).first.click()
    page.locator(".product-screen .button.pay").click()
    page.locator(".paymentmethod").first.click()
    page.locator(".payment-screen .next").click()


def ring_up(page: Page, product: str) -> None:
    """One piece, paid by card; stays on the receipt."""
    pay(page, product)
    page.wait_for_selector(".receipt-screen")


def orders(shop: Shop) -> int:
    [[number]] = shop.asked("SELECT count(*) FROM pos_order WHERE session_id = %s", shop.facts["session"])
    return int(number)


def test_a_till_sells_and_reports_that_it_is_there(till: Page, shop: Shop) -> None:
    before = orders(shop)
    ring_up(till, shop.facts["approved"])
    eventually(lambda: orders(shop) == before + 1)
    eventually(lambda: pending(shop) == [0])


def test_a_product_that_nobody_approved_is_not_in_the_till(till: Page, shop: Shop) -> None:
    expect(till.locator(".product", has_text=shop.facts["approved"]).first).to_be_visible()
    expect(till.locator(".product", has_text=shop.facts["draft"])).to_have_count(0)


def test_what_is_sold_without_a_network_is_reported_and_then_recorded_once(
    till: Page, context: BrowserContext, shop: Shop
) -> None:
    before = orders(shop)
    context.set_offline(True)
    pay(till, shop.facts["approved"])
    # Odoo says that it is offline, and goes on to the receipt.
    till.locator(".popup .button.confirm, .popup .button.cancel").first.click()
    till.wait_for_selector(".receipt-screen")
    assert orders(shop) == before
    # As its timer does every minute, with sending held back: the till has to tell what it keeps.
    till.evaluate("() => { window.posmodel.db.keep = window.posmodel.db.get_orders().length }")
    assert till.evaluate("() => window.posmodel.db.keep") == 1
    context.set_offline(False)
    eventually(lambda: reported(till, shop) == [1])
    till.evaluate("() => window.posmodel.push_orders()")
    eventually(lambda: orders(shop) == before + 1)
    till.evaluate("() => window.posmodel.push_orders()")
    eventually(lambda: reported(till, shop) == [0])
    assert orders(shop) == before + 1


def reported(till: Page, shop: Shop) -> list[int]:
    """What is known of the till after one more report. It gives each of them up soon, and its timer makes more."""
    till.evaluate("() => window.posmodel.report_contact()")
    return pending(shop)


def pending(shop: Shop) -> list[int]:
    """Of the device that was heard of last."""
    return [
        row[0]
        for row in shop.asked(
            "SELECT pending FROM retail_till_contact WHERE config_id = %s ORDER BY contact_at DESC LIMIT 1",
            shop.facts["till"],
        )
    ]


def take_back(page: Page, product: str, pieces: int) -> None:
    """A line of fewer than none, up to the button that leads to the payment.

    Not by the keys: in France they only add a second line that makes the first one smaller.
    """
    page.evaluate(
        """([name, pieces]) => {
            const products = Object.values(window.posmodel.db.product_by_id);
            const product = products.find((each) => each.display_name === name);
            window.posmodel.get_order().add_product(product, {quantity: -pieces});
        }""",
        [product, pieces],
    )
    expect(page.locator(".orderline.selected")).to_contain_text(f"-{pieces}")
    page.locator(".product-screen .button.pay").click()


def pay_back(page: Page) -> None:
    page.locator(".paymentmethod").first.click()
    page.locator(".payment-screen .next").click()
    page.wait_for_selector(".receipt-screen")


def returns(shop: Shop) -> list[tuple[Any, ...]]:
    """What is paid back, newest first: state of the approval, reason, pieces, and whether it was paid before."""
    return shop.asked(
        "SELECT document.approval_state, reason.code, line.quantity, document.paid_unapproved IS TRUE"
        " FROM retail_return document JOIN retail_return_line line ON line.return_id = document.id"
        " JOIN retail_return_reason reason ON reason.id = line.reason_id"
        " WHERE document.pos_order_id IS NOT NULL ORDER BY document.id DESC"
    )


def approve(chromium: Browser, shop: Shop, name: str) -> None:
    """As the approver, from another device."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{shop.tenant.ports['http']}")

    def call(path: str, **params: object) -> Any:
        answer = context.request.post(path, data={"jsonrpc": "2.0", "method": "call", "params": params}).json()
        assert "error" not in answer, answer
        # Methods that answer nothing leave it out.
        return answer.get("result")

    who = {"db": shop.tenant.database, "login": shop.facts["approver"], "password": "rosa agrees to this"}
    call("/web/session/authenticate", **who)
    document = {"model": "retail.return", "kwargs": {}}
    [number] = call("/web/dataset/call_kw", **document, method="search", args=[[["name", "=", name]]])
    call("/web/dataset/call_kw", **document, method="action_approval_approve", args=[[number]])
    context.close()


def test_a_till_asks_why_before_it_pays_back(till: Page, shop: Shop) -> None:
    take_back(till, shop.facts["approved"], 1)
    expect(till.locator(".popup-selection .title")).to_contain_text("Why does it come back?")
    expect(till.locator(".payment-screen:not(.oe_hidden)")).to_have_count(0)
    till.locator(".popup-selection .selection-item", has_text="Changed mind").click()
    pay_back(till)
    eventually(lambda: returns(shop)[:1] == [("approved", "MIND", 1.0, False)])


def test_above_the_limit_it_waits_until_somebody_has_approved(till: Page, shop: Shop, chromium: Browser) -> None:
    before = orders(shop)
    take_back(till, shop.facts["approved"], 3)
    till.locator(".popup-selection .selection-item", has_text="Does not fit").click()
    said = till.locator(".popup-error .body")
    expect(said).to_contain_text("waits for somebody of: Approves returns")
    name = (said.text_content() or "").split()[0]
    till.locator(".popup-error .button").click()
    # Pressed again, it asks about the same return, and still nothing is paid.
    till.locator(".product-screen .button.pay").click()
    expect(said).to_contain_text(name)
    till.locator(".popup-error .button").click()
    assert orders(shop) == before
    approve(chromium, shop, name)
    till.locator(".product-screen .button.pay").click()
    pay_back(till)
    eventually(lambda: returns(shop)[:1] == [("approved", "SIZE", 3.0, False)])


def test_a_product_says_why_it_is_not_in_the_till(context: BrowserContext, shop: Shop) -> None:
    page = logged_in(context)
    page.goto(f"/web#id={shop.facts['draft_id']}&model=product.template&view_type=form")
    page.wait_for_selector(".o_form_view")
    expect(page.locator(".o_form_view")).to_contain_text("Not in the till: It has not been submitted yet")


def test_a_visitor_finds_what_is_published_and_puts_it_into_the_cart(context: BrowserContext, shop: Shop) -> None:
    page = context.new_page()
    page.goto(shop.facts["page"])
    expect(page.locator("h1").first).to_contain_text(shop.facts["approved"])
    # What the button does is loaded last.
    page.wait_for_load_state("networkidle")
    page.click("#add_to_cart")
    page.wait_for_url("**/shop/cart**")
    expect(page.locator("#cart_products")).to_contain_text(shop.facts["approved"])
    refused = page.goto(shop.facts["draft_page"])
    assert refused is not None
    assert refused.status == 403
