"""One day's work for each part of the stack, in a shop that has all our addons, by the people whose role it is.

Everybody works by RPC, so a scenario shows that the parts fit together, and that the rights are enough for it:
each under one of the six roles of retail_roles, some with a duty besides; `head`, who has a role of the shop's own
for what none of the six gives; and `clerk`, who has none. What is refused is the matter of the addons' own tests.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.odoo.conftest import CHAIN_PASSWORD
from tests.odoo.test_addons import Run
from tests.support.odoo_people import People
from tests.support.shop_work import (
    Shop,
    Till,
    WebShop,
    amount_with_code,
    begin_count,
    code_refused,
    do_transfer,
    enter_code,
    entry,
    invoiced,
    lamps_at_half_price,
    pay,
    sale,
    today,
    waiting,
)

# Seconds; the first test of a run also lays the ground and installs everything.
pytestmark = pytest.mark.timeout(5400)


@pytest.fixture(scope="module")
def shop(together: Run, chain: dict[str, Any]) -> Iterator[Shop]:
    """The shop of test_live_shop.py in which all addons are, with people and goods in it."""
    ground = together.ground
    web = ground.run("web")
    try:
        web.until("http", "/web/login")
        yield Shop(People(ground.ports["http"], ground.database, CHAIN_PASSWORD), chain)
    finally:
        web.kill()


def test_crm_a_franchise_lead_becomes_a_customer_with_an_order(shop: Shop) -> None:
    service = shop.people.service
    lead = service.create("crm.lead", type="lead", name="Franchise in Nantes", partner_name="Lumière SARL")
    context = {"active_model": "crm.lead", "active_id": lead, "active_ids": [lead]}
    convert = service.call(
        "crm.lead2opportunity.partner", "create", {"name": "convert", "action": "create"}, context=context
    )
    service.press("crm.lead2opportunity.partner", convert, "action_apply", **context)
    assert service.read("crm.lead", lead, "type") == "opportunity"
    partner = service.read("crm.lead", lead, "partner_id")
    order = sale(service, shop, 20, partner_id=partner, opportunity_id=lead)
    assert service.read("crm.lead", lead, "quotation_count") == 1
    service.press("sale.order", order, "action_confirm")
    service.press("crm.lead", lead, "action_set_won")
    assert service.read("sale.order", order, "state") == "sale"
    assert service.read("crm.lead", lead, "probability") == 100
    service.press("sale.order", order, "action_cancel", disable_cancel_warning=True)


def test_sales_an_order_is_delivered_invoiced_and_paid(shop: Shop) -> None:
    service, finance = shop.people.service, shop.people.finance
    before = shop.on_hand("SCD")
    order = sale(service, shop, 3, warehouse_id=shop.place("SCD")["id"])
    service.press("sale.order", order, "action_confirm")
    (picking,) = shop.people.warehouse.find("stock.picking", ("sale_id", "=", order))
    do_transfer(shop.people.warehouse, picking)
    assert shop.on_hand("SCD") == before - 3
    invoice = invoiced(service, order)
    finance.press("account.move", invoice, "action_post")
    assert finance.read("account.move", invoice, "amount_untaxed") == 180.0
    pay(finance, invoice)
    assert finance.read("account.move", invoice, "payment_state") in {"paid", "in_payment"}
    assert service.read("sale.order", order, "invoice_status") == "invoiced"


def test_purchase_an_order_is_received_and_its_bill_matched(shop: Shop) -> None:
    buyer, finance = shop.people.buyer, shop.people.finance
    line = {
        "name": "Lamp",
        "product_id": shop.known["lamp"],
        "product_qty": 10,
        "price_unit": 20.0,
        "product_uom": buyer.read("product.product", shop.known["lamp"], "uom_po_id"),
        "date_planned": f"{today(3)} 10:00:00",
    }
    kind = buyer.find(
        "stock.picking.type", ("warehouse_id", "=", shop.place("SCD")["id"]), ("code", "=", "incoming")
    )
    order = buyer.create(
        "purchase.order", partner_id=shop.known["vendor"], picking_type_id=kind[0], order_line=[(0, 0, line)]
    )
    buyer.press("purchase.order", order, "button_confirm")
    assert buyer.read("purchase.order", order, "state") == "purchase"
    before = shop.on_hand("SCD")
    (picking,) = buyer.read("purchase.order", order, "picking_ids")
    do_transfer(shop.people.warehouse, picking)
    assert shop.on_hand("SCD") == before + 10
    finance.press("purchase.order", order, "action_create_invoice")
    (bill,) = finance.read("purchase.order", order, "invoice_ids")
    (billed,) = finance.find("account.move.line", ("move_id", "=", bill), ("product_id", "=", shop.known["lamp"]))
    finance.write(
        "account.move",
        bill,
        invoice_date=today(),
        ref="NL-4711",
        invoice_line_ids=[(1, billed, {"price_unit": 25.0})],
    )
    assert "ask for its release" in finance.is_refused("account.move", "action_post", [bill]), (
        "it is dearer than ordered"
    )
    finance.write("account.move", bill, invoice_line_ids=[(1, billed, {"price_unit": 20.0})])
    finance.press("account.move", bill, "action_post")
    assert finance.read("account.move", bill, "state") == "posted"
    assert buyer.read("purchase.order", order, "invoice_status") == "invoiced"


def test_inventory_a_count_is_approved_by_somebody_else(shop: Shop) -> None:
    store, head = shop.people.store, shop.people.head
    before = shop.on_hand("SCB")
    count = begin_count(store, shop)
    (line,) = store.find("stock.inventory.line", ("inventory_id", "=", count))
    store.write("stock.inventory.line", line, product_qty=before - 12)
    store.press("stock.inventory", count, "action_validate")
    assert store.read("stock.inventory", count, "approval_state") == "pending"
    assert shop.on_hand("SCB") == before
    head.press("stock.inventory", count, "action_approval_approve")
    assert store.read("stock.inventory", count, "state") == "done"
    assert shop.on_hand("SCB") == before - 12


def test_barcode_a_shelf_is_counted_with_the_scanner(shop: Shop) -> None:
    store = shop.people.store
    before = shop.on_hand("SCB")
    count = begin_count(store, shop)
    (line,) = store.find("stock.inventory.line", ("inventory_id", "=", count))
    store.write("stock.inventory.line", line, product_qty=0)
    screen = store.press("stock.inventory", count, "action_barcode_scan")
    store.write(screen["res_model"], screen["res_id"], location_id=shop.place("SCB")["stock"])
    for _each in range(2):
        store.call(screen["res_model"], "on_barcode_scanned", [screen["res_id"]], shop.known["barcode"])
    assert store.read("stock.inventory.line", line, "product_qty") == 2
    store.write("stock.inventory.line", line, product_qty=before)
    store.press("stock.inventory", count, "action_validate")
    assert store.read("stock.inventory", count, "state") == "done", "nothing differs"


def test_transfers_a_store_gets_goods_from_the_warehouse(shop: Shop) -> None:
    warehouse, store = shop.people.warehouse, shop.people.store
    central, blois = shop.on_hand("SCD"), shop.on_hand("SCB")
    rule = store.create(
        "stock.warehouse.orderpoint",
        product_id=shop.known["lamp"],
        warehouse_id=shop.place("SCB")["id"],
        location_id=shop.place("SCB")["stock"],
        product_min_qty=blois + 5,
        product_max_qty=blois + 5,
    )
    store.press("stock.warehouse.orderpoint", rule, "action_replenish")
    (sent,) = waiting(warehouse, shop.place("SCD")["stock"], "location_id")
    do_transfer(warehouse, sent)
    assert (shop.on_hand("SCD"), shop.on_hand("SCB")) == (central - 5, blois)
    (received,) = waiting(store, shop.place("SCB")["stock"], "location_dest_id")
    do_transfer(store, received)
    assert shop.on_hand("SCB") == blois + 5


def test_products_a_new_one_is_approved_before_it_is_sold(shop: Shop) -> None:
    buyer, head = shop.people.buyer, shop.people.head
    product = buyer.create(
        "product.template",
        name="Shade",
        type="product",
        categ_id=shop.known["category"],
        list_price=30.0,
        barcode="4006381333948",
        seller_ids=[(0, 0, {"name": shop.known["vendor"], "price": 9.0, "delay": 3})],
    )
    assert buyer.read("product.template", product, "sale_ok") is False
    reason = shop.people.store.read("product.template", product, "till_reason")
    assert reason.startswith("It has not been submitted yet"), "a store sees why it is not in the till"
    buyer.write("product.template", product, return_policy_id=shop.known["return_policy"])
    buyer.press("product.template", product, "action_approval_submit")
    head.press("product.template", product, "action_approval_approve")
    assert buyer.read("product.template", product, "approval_state") == "approved"
    assert buyer.read("product.template", product, "sale_ok") is True


def test_accounting_the_month_is_closed_by_two(shop: Shop) -> None:
    finance, controller = shop.people.finance, shop.people.controller
    last = datetime.fromisoformat(shop.known["last_month"]).date()
    finance.create("account.move", **entry(finance, str(last)))
    period = finance.create("retail.period.close", date_from=str(last.replace(day=1)), date_to=str(last))
    finance.press("retail.period.close", period, "action_check")
    results = finance.find("retail.period.result", ("period_id", "=", period))
    blocking = [each for each in results if finance.read("retail.period.result", each, "verdict") == "blocks"]
    assert blocking, "an entry is not posted"
    for result in blocking:
        finance.write("retail.period.result", result, waiver="It belongs into this month")
    finance.press("retail.period.close", period, "action_approval_submit")
    assert finance.read("retail.period.close", period, "state") != "closed"
    controller.press("retail.period.close", period, "action_approval_approve")
    assert finance.read("retail.period.close", period, "state") == "closed"
    assert "lock date" in finance.is_refused("account.move", "create", entry(finance, str(last)))
    now = finance.create("account.move", **entry(finance, today()))
    finance.press("account.move", now, "action_post")


def test_website_a_visitor_orders_and_pays_by_bank_transfer(shop: Shop) -> None:
    visitor, web = WebShop(shop.people.visitor), shop.people.web
    assert "Lamp" in visitor.page("/shop?search=Lamp")
    assert visitor.put_into_cart(shop.known["lamp"], 2) == 2
    visitor.check_out(shop.known["country"])
    visitor.pay(shop.known["transfer"])
    (order,) = web.find("sale.order", ("partner_id.name", "=", "Web Visitor"), ("website_id", "!=", False))
    assert web.read("sale.order", order, "state") == "sent", "the money has not come yet"
    assert web.read("sale.order", order, "warehouse_id") == shop.place("SCD")["id"]
    web.press("sale.order", order, "action_confirm")
    (picking,) = shop.people.warehouse.find("stock.picking", ("sale_id", "=", order))
    do_transfer(shop.people.warehouse, picking)
    assert web.read("sale.order", order, "invoice_status") == "to invoice"


def test_promotions_a_coupon_takes_its_share_off(shop: Shop) -> None:
    service = shop.people.service
    order = sale(service, shop, 2)
    enter_code(service, order, "TENOFF")
    assert service.read("sale.order", order, "amount_untaxed") == pytest.approx(108.0)
    service.press("sale.order", order, "action_confirm")
    service.press("sale.order", order, "action_cancel", disable_cancel_warning=True)


def test_promotions_a_new_one_needs_its_price_approved_and_stock_or_a_second_look(shop: Shop) -> None:
    web, head, service = shop.people.web, shop.people.head, shop.people.service
    program = web.create("coupon.program", **lamps_at_half_price(shop))
    assert "not active" in web.is_refused("coupon.program", "action_promotion_start", [program])
    web.press("coupon.program", program, "action_approval_submit")
    form = "coupon.coupon_program_view_promo_program_form"
    assert head.read_form("coupon.program", program, form)["approval_state"] == "pending"
    head.press("coupon.program", program, "action_approval_approve")
    assert web.read("coupon.program", program, "active") is True
    assert "not started" in code_refused(service, shop, "LAMPHALF"), "the price is right, lamps are missing"
    assert "not enough stock" in web.is_refused("coupon.program", "action_promotion_start", [program])
    assert "approved as it is" in web.is_refused("coupon.program", "write", [program], {"discount_percentage": 90})

    action = web.press("coupon.program", program, "action_promotion_start_regardless")
    asked = web.call(action["res_model"], "create", {"reason": "It is in the news"}, context=action["context"])
    web.press(action["res_model"], asked, "action_approval_submit")
    assert head.is_refused(action["res_model"], "action_approval_approve", [asked]), "that is another matter"
    service.press(action["res_model"], asked, "action_approval_approve")
    assert amount_with_code(service, shop, "LAMPHALF") == pytest.approx(60.0)

    web.press("coupon.program", program, "action_promotion_stop")
    assert "not started" in code_refused(service, shop, "LAMPHALF")
    web.write("coupon.program", program, promotion_min_qty=1)
    web.press("coupon.program", program, "action_promotion_start")
    assert amount_with_code(service, shop, "LAMPHALF") == pytest.approx(60.0)
    web.press("coupon.program", program, "toggle_active")
    assert web.read("coupon.program", program, "approval_state") == "draft"


def test_point_of_sale_a_lamp_is_sold_and_comes_back(shop: Shop) -> None:
    store = shop.people.store
    till = Till(store, shop)
    before = shop.on_hand("SCB")
    sold = till.ring_up(2)
    till.ring_up(-1)
    till.close()
    assert shop.on_hand("SCB") == before - 2, "what came back waits where returns wait"
    assert store.find("retail.return", ("pos_order_id", "!=", False))
    assert store.read("pos.order", sold, "state") == "done"
    assert store.find("pos.order", ("id", "=", sold)) == [sold]
    assert shop.people.neighbour.find("pos.order", ("id", "=", sold)) == [], "that is another store"


def test_helpdesk_a_ticket_finds_its_team_and_is_taken_and_closed(shop: Shop) -> None:
    head, store, service = shop.people.head, shop.people.store, shop.people.service
    me = shop.known["users"]["service"]
    team = head.create("helpdesk.ticket.team", name="Lights", user_ids=[(6, 0, [me])])
    head.create("retail.ticket.route", name="Lights", sequence=1, keywords="flicker", team_id=team, raise_to="2")
    ticket = store.create("helpdesk.ticket", name="Lamp flickers", description="<p>Since yesterday</p>")
    assert service.read("helpdesk.ticket", ticket, "team_id") == team
    assert service.read("helpdesk.ticket", ticket, "priority") == "2"
    service.press("helpdesk.ticket", ticket, "assign_to_me")
    assert service.read("helpdesk.ticket", ticket, "user_id") == me
    done = service.find("helpdesk.ticket.stage", ("closed", "=", True))[0]
    service.write("helpdesk.ticket", ticket, stage_id=done)
    assert service.read("helpdesk.ticket", ticket, "closed") is True


def test_documents_store_managers_read_a_procedure_and_say_so(shop: Shop) -> None:
    head, store = shop.people.head, shop.people.store
    page = head.create("document.page", name="Opening the store", content="<p>Lights first</p>")
    sop = head.create("retail.sop", page_id=page, group_ids=[(6, 0, [shop.known["store_managers"]])])
    (reading,) = store.find("retail.sop.reading", ("sop_id", "=", sop))
    store.press("retail.sop.reading", reading, "action_read")
    assert store.read("retail.sop.reading", reading, "state") == "read"
    assert head.read("retail.sop", sop, "open_count") == 1, "the neighbour has not read it"
    for login in ("store", "warehouse", "buyer", "finance", "web", "service"):
        assert "Lights first" in getattr(shop.people, login).read("document.page", page, "content"), login
    assert store.is_refused("document.page", "write", [page], {"content": "<p>Whatever</p>"})


def test_projects_a_store_opening_is_planned_and_worked_on(shop: Shop) -> None:
    head, store = shop.people.head, shop.people.store
    project = head.create("project.project", name="Opening of Nantes")
    me = shop.known["users"]["store"]
    task = head.create(
        "project.task", name="Order the sign", project_id=project, user_id=me, date_deadline=today(30)
    )
    stage = head.create("project.task.type", name="Done", project_ids=[(6, 0, [project])], is_closed=True)
    store.write("project.task", task, stage_id=stage, description="<p>It hangs</p>")
    assert head.read("project.task", task, "stage_id") == stage


def test_planning_a_week_of_shifts_is_planned(shop: Shop) -> None:
    store = shop.people.store
    morning = store.create("hr.shift.template", name="Morning", start_time=9.0, end_time=14.0)
    week = (datetime.now(UTC) + timedelta(days=14)).isocalendar()
    plan = store.create("hr.shift.planning", year=week.year, week_number=week.week)
    store.press("hr.shift.planning", plan, "generate_shifts")
    (shift,) = store.find(
        "hr.shift.planning.shift",
        ("planning_id", "=", plan),
        ("employee_id", "=", shop.known["clerk"]),
    )
    store.write("hr.shift.planning.shift", shift, template_id=morning)
    lines = store.find("hr.shift.planning.line", ("shift_id", "=", shift), ("state", "=", "assigned"))
    assert len(lines) >= 5


def test_people_somebody_clocks_in_and_takes_a_holiday(shop: Shop) -> None:
    clerk, store = shop.people.clerk, shop.people.store
    me = shop.known["clerk"]
    for state in ("checked_in", "checked_out"):
        clerk.call("hr.employee", "attendance_manual", [me], "hr_attendance.hr_attendance_action_my_attendances")
        assert clerk.read("hr.employee.public", me, "attendance_state") == state
    day = datetime.now(UTC) + timedelta(days=28 - datetime.now(UTC).weekday())
    leave = clerk.create(
        "hr.leave",
        name="Skiing",
        holiday_status_id=shop.known["leave_type"],
        employee_id=me,
        request_date_from=f"{day:%Y-%m-%d}",
        request_date_to=f"{day:%Y-%m-%d}",
        date_from=f"{day:%Y-%m-%d} 07:00:00",
        date_to=f"{day:%Y-%m-%d} 16:00:00",
    )
    store.press("hr.leave", leave, "action_approve")
    assert clerk.read("hr.leave", leave, "state") == "validate"


def test_maintenance_a_till_is_repaired(shop: Shop) -> None:
    store, warehouse = shop.people.store, shop.people.warehouse
    request = store.create("maintenance.request", name="The drawer is stuck", equipment_id=shop.known["till"])
    shop.people.head.write("maintenance.request", request, user_id=shop.known["users"]["warehouse"])
    done = warehouse.find("maintenance.stage", ("done", "=", True))[0]
    warehouse.write("maintenance.request", request, stage_id=done)
    assert store.read("maintenance.request", request, "close_date")
