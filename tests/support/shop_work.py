"""What people do in a shop, by RPC, as the screens of Odoo would do it for them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.odoo_people import People, Person
from tests.support.till_order import TillSession

# A transfer is done with what was entered, asked nothing more.
AS_ENTERED = {"skip_immediate": True, "skip_backorder": True, "skip_sms": True}


@dataclass(frozen=True)
class Shop:
    """`known` is what inside/scenario_shop.py found; `people` are logged in by role."""

    people: People
    known: dict[str, Any]

    def place(self, code: str) -> dict[str, int]:
        place: dict[str, int] = self.known["places"][code]
        return place

    def on_hand(self, code: str) -> float:
        """Lamps at this place."""
        domain = [("product_id", "=", self.known["lamp"]), ("location_id", "child_of", self.place(code)["stock"])]
        rows = self.people.warehouse.call("stock.quant", "search_read", domain, ["quantity"])
        return float(sum(row["quantity"] for row in rows))


def today(days: int = 0) -> str:
    return str((datetime.now(UTC) + timedelta(days=days)).date())


def sale(person: Person, shop: Shop, pieces: int, **more: Any) -> int:
    line = {"product_id": shop.known["lamp"], "product_uom_qty": pieces}
    values = {"partner_id": shop.known["customer"], "order_line": [(0, 0, line)], **more}
    return person.create("sale.order", **values)


def lamps_at_half_price(shop: Shop) -> dict[str, Any]:
    """Values of a promotion with the code LAMPHALF; the web shop would need more lamps for it than there are."""
    return {
        "name": "Lamps at half price",
        "program_type": "promotion_program",
        "promo_code_usage": "code_needed",
        "promo_code": "LAMPHALF",
        "reward_type": "discount",
        "discount_type": "percentage",
        "discount_percentage": 50,
        "discount_apply_on": "specific_products",
        "discount_specific_product_ids": [(6, 0, [shop.known["lamp"]])],
        "promotion_channel_ids": [(6, 0, [shop.known["channel"]])],
        "promotion_min_qty": 10_000,
    }


def enter_code(person: Person, order: int, code: str) -> None:
    wizard = person.create("sale.coupon.apply.code", coupon_code=code)
    person.press("sale.coupon.apply.code", wizard, "process_coupon", active_id=order)


def amount_with_code(person: Person, shop: Shop, code: str) -> float:
    """Untaxed, of a new quotation for two lamps."""
    order = sale(person, shop, 2)
    enter_code(person, order, code)
    return float(person.read("sale.order", order, "amount_untaxed"))


def code_refused(person: Person, shop: Shop, code: str) -> str:
    """Why a new quotation for two lamps is not given it."""
    order = sale(person, shop, 2)
    wizard = person.create("sale.coupon.apply.code", coupon_code=code)
    return person.is_refused("sale.coupon.apply.code", "process_coupon", [wizard], context={"active_id": order})


def do_transfer(person: Person, picking: int) -> None:
    """Everything that was planned is moved."""
    person.press("stock.picking", picking, "action_assign")
    for move in person.find("stock.move", ("picking_id", "=", picking)):
        person.write("stock.move", move, quantity_done=person.read("stock.move", move, "product_uom_qty"))
    person.press("stock.picking", picking, "button_validate", **AS_ENTERED)
    assert person.read("stock.picking", picking, "state") == "done"


def invoiced(person: Person, order: int) -> int:
    context = {"active_model": "sale.order", "active_id": order, "active_ids": [order]}
    wizard = person.call(
        "sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context
    )
    person.press("sale.advance.payment.inv", wizard, "create_invoices", **context)
    (invoice,) = person.read("sale.order", order, "invoice_ids")
    return int(invoice)


def pay(person: Person, invoice: int) -> None:
    context = {"active_model": "account.move", "active_id": invoice, "active_ids": [invoice]}
    wizard = person.call("account.payment.register", "create", {}, context=context)
    person.press("account.payment.register", wizard, "action_create_payments", **context)


def begin_count(person: Person, shop: Shop) -> int:
    count = person.create(
        "stock.inventory",
        name="Lamps in Blois",
        location_ids=[(6, 0, [shop.place("SCB")["stock"]])],
        product_ids=[(6, 0, [shop.known["lamp"]])],
        reason_id=shop.known["reason"],
    )
    person.press("stock.inventory", count, "action_start")
    return count


def waiting(person: Person, place: int, end: str) -> list[int]:
    """Transfers between stores that are not done yet."""
    transit = ("location_dest_id.usage" if end == "location_id" else "location_id.usage", "=", "transit")
    return person.find("stock.picking", (end, "child_of", place), transit, ("state", "not in", ["done", "cancel"]))


def entry(person: Person, date: str) -> dict[str, Any]:
    account = person.find("account.account", ("internal_type", "=", "other"))[0]
    sides = [{"account_id": account, "name": "Accrued", side: 10.0} for side in ("debit", "credit")]
    return {"move_type": "entry", "date": date, "line_ids": [(0, 0, side) for side in sides]}


class Till:
    """The till of Blois, as its page speaks to the server."""

    def __init__(self, person: Person, shop: Shop) -> None:
        self.person, self.shop = person, shop
        self.user, self.number = shop.known["users"]["store"], 0
        config = shop.place("SCB")["till"]
        self.session = person.create("pos.session", user_id=self.user, config_id=config)
        if person.read("pos.session", self.session, "state") == "opening_control":
            person.call("pos.session", "set_cashbox_pos", [self.session], 0, "")
        self.method = person.read("pos.session", self.session, "payment_method_ids")[0]
        self.pricelist = person.read("pos.config", config, "pricelist_id")

    def ring_up(self, pieces: int) -> int:
        """Id of the order."""
        self.number += 1
        here = TillSession(self.session, self.user, self.pricelist, self.method)
        order = here.order(self.number, [self.shop.known["lamp"]], 60.0, pieces, datetime.now(UTC))
        (made,) = self.person.call("pos.order", "create_from_ui", [order])
        return int(made["id"])

    def close(self) -> None:
        self.person.press("pos.session", self.session, "action_pos_session_closing_control")
        if self.person.read("pos.session", self.session, "state") == "closing_control":
            self.person.press("pos.session", self.session, "action_pos_session_validate")
        assert self.person.read("pos.session", self.session, "state") == "closed"


class WebShop:
    """The web shop, as a visitor's browser speaks to it."""

    def __init__(self, visitor: Person) -> None:
        self.visitor = visitor

    def page(self, path: str) -> str:
        """The page that this leads to in the end."""
        answer = self.visitor.http.get(path, follow_redirects=True)
        answer.raise_for_status()
        return answer.text

    def put_into_cart(self, product: int, pieces: int) -> int:
        """How many are in the cart then."""
        answer = self.visitor.rpc("/shop/cart/update_json", product_id=product, add_qty=pieces, display=False)
        return int(answer["quantity"])

    def check_out(self, country: int) -> None:
        form = {
            "name": "Web Visitor",
            "email": "visitor@example.com",
            "phone": "0612345678",
            "street": "1 rue du Port",
            "city": "Nantes",
            "zip": "44000",
            "country_id": country,
            "partner_id": -1,
            "submitted": 1,
            "field_required": "phone,name",
            "csrf_token": _hidden(self.page("/shop/address"), "csrf_token"),
        }
        answer = self.visitor.http.post("/shop/address", data=form, follow_redirects=True)
        answer.raise_for_status()
        self.page("/shop/confirm_order")

    def pay(self, acquirer: int) -> None:
        """As the payment's own page does: its form is sent to where the bank would send it."""
        form = self.visitor.rpc("/shop/payment/transaction/", acquirer_id=acquirer)
        fields = {name: _hidden(form, name) for name in ("amount", "currency", "reference")}
        answer = self.visitor.http.post("/payment/transfer/feedback", data=fields, follow_redirects=True)
        answer.raise_for_status()
        self.visitor.rpc("/payment/process/poll")
        self.page("/shop/payment/validate")


def _hidden(page: str, name: str) -> str:
    """Value of a hidden input."""
    for tag in re.findall("<input[^>]*>", page):
        if f'name="{name}"' in tag and (value := re.search('value="([^"]*)"', tag)):
            return value.group(1)
    raise AssertionError(f"there is no {name} on the page")
