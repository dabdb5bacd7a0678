"""Run in Odoo's shell: a shop that trades before it has our addons, and what it does when it has them.

STEP is `trade` or `go_on`; what was found goes to /tenant/found.json, what the first leaves for the second to
/tenant/left.json.
"""

import json
import os
from pathlib import Path

# Not installed yet when the shop begins to trade, but there.
from odoo.addons.retail_base.tests.tills import till_order
from odoo.tests import Form

LEFT = Path("/tenant/left.json")
FOUND = Path("/tenant/found.json")


def trade():
    """Sells, buys, counts, refunds and scraps, and leaves something open of what goes on; makes promotions too."""
    lamp = env["product.product"].create(
        {
            "name": "Lamp",
            "type": "product",
            "list_price": 20.0,
            "standard_price": 8.0,
            "taxes_id": [(5, 0, 0)],
            "available_in_pos": True,
            "website_published": True,
        }
    )
    vendor = env["res.partner"].create({"name": "Nordlicht"})
    customer = env["res.partner"].create({"name": "Anouk"})
    warehouse = env["stock.warehouse"].search([], limit=1)
    counts = env["stock.inventory"].create({"name": "Opening", "product_ids": [(6, 0, lamp.ids)]})
    counts.action_start()
    line = {"inventory_id": counts.id, "product_id": lamp.id, "location_id": warehouse.lot_stock_id.id}
    env["stock.inventory.line"].create({**line, "product_qty": 50})
    counts._action_done()
    counting = env["stock.inventory"].create({"name": "Half done", "product_ids": [(6, 0, lamp.ids)]})
    counting.action_start()

    card = env["pos.payment.method"].create({"name": "Card", "is_cash_count": False})
    till = env["pos.config"].create({"name": "Till before", "payment_method_ids": [(6, 0, card.ids)]})
    session = env["pos.session"].create({"user_id": env.uid, "config_id": till.id})
    [sold] = env["pos.order"].create_from_ui([till_order(session, lamp, number=1)])

    program("Half price", lamp, 50)
    program("Last year's", lamp, 90).active = False
    vouchers = program("A quarter off", lamp, 25, program_type="coupon_program", promo_code_usage="code_needed")

    scrap(lamp, warehouse.lot_stock_id)
    sent_back = shipped(confirmed(order(customer, lamp, 2)))

    left = {
        "till": till.id,
        "session": session.id,
        "sold": sold["id"],
        "lamp": lamp.id,
        "quotation": order(customer, lamp).id,
        "on_hold": confirmed(order(customer, lamp)).id,
        "sold_and_shipped": shipped(confirmed(order(customer, lamp))).id,
        "refund": refunded(sent_back).id,
        "coming_back": coming_back(sent_back.picking_ids).id,
        "ordered": bought(vendor, lamp).id,
        "counting": counting.id,
        "vouchers": vouchers.id,
        "voucher": handed_out(vouchers),
        "products": {
            "all": products(),
            "in the till": products(("available_in_pos", "=", True)),
            "published": products(("is_published", "=", True)),
            "regardless of stock": products(("type", "=", "product"), ("inventory_availability", "=", "never")),
        },
    }
    LEFT.write_text(json.dumps(left))
    return left


def order(customer, product, quantity=1):
    line = {"product_id": product.id, "product_uom_qty": quantity}
    return env["sale.order"].create({"partner_id": customer.id, "order_line": [(0, 0, line)]})


def confirmed(sale):
    sale.action_confirm()
    return sale


def shipped(sale):
    done(sale.picking_ids)
    return sale


def done(pickings, quantity=None):
    """All of each product that they are about, or this much of it; the rest comes later."""
    pickings.action_assign()
    for move in pickings.move_lines:
        move.quantity_done = quantity or move.product_uom_qty
    pickings._action_done()


def refunded(sale):
    """The posted credit note for all of the order."""
    invoice = sale._create_invoices()
    invoice.action_post()
    chosen = env["account.move.reversal"].with_context(active_model="account.move", active_ids=invoice.ids)
    chosen.create({"refund_method": "cancel"}).reverse_moves()
    return invoice.reversal_move_id


def coming_back(delivery):
    """A transfer for all that was delivered, back into stock."""
    wizard = Form(env["stock.return.picking"].with_context(active_id=delivery.id, active_model="stock.picking"))
    return env["stock.picking"].browse(wizard.save().create_returns()["res_id"])


def scrap(product, place):
    values = {"product_id": product.id, "product_uom_id": product.uom_id.id, "location_id": place.id}
    env["stock.scrap"].create({**values, "scrap_qty": 1}).do_scrap()


def bought(vendor, product):
    line = {
        "name": product.name,
        "product_id": product.id,
        "product_qty": 5,
        "product_uom": product.uom_id.id,
        "price_unit": 8.0,
        "date_planned": "2026-11-25 10:00:00",
        "taxes_id": [(5, 0, 0)],
    }
    purchase = env["purchase.order"].create({"partner_id": vendor.id, "order_line": [(0, 0, line)]})
    purchase.button_confirm()
    return purchase


def program(name, product, percentage, **values):
    terms = {
        "program_type": "promotion_program",
        "promo_code_usage": "no_code_needed",
        "discount_percentage": percentage,
        "discount_apply_on": "specific_products",
        "discount_specific_product_ids": [(6, 0, product.ids)],
    }
    return env["coupon.program"].create({"name": name, **terms, **values})


def handed_out(vouchers):
    """The code of a new one."""
    env["coupon.generate.wizard"].with_context(active_id=vouchers.id).create({"nbr_coupons": 1}).generate_coupon()
    return vouchers.coupon_ids.sorted("id")[-1].code


def products(*domain):
    """How many there are, archived ones too."""
    return env["product.template"].with_context(active_test=False).search_count(list(domain))


def go_on():
    """What was open before is finished, by the same people and without an approval."""
    left = json.loads(LEFT.read_text())
    lamp = env["product.product"].browse(left["lamp"])
    session = env["pos.session"].browse(left["session"])
    found = {"sellable": lamp.sale_ok, "in_the_till": lamp.available_in_pos, "published": lamp.website_published}

    [again] = env["pos.order"].create_from_ui([till_order(session, lamp, number=1)])
    [after] = env["pos.order"].create_from_ui([till_order(session, lamp, number=2)])
    found["sent again is the same"] = again["id"] == left["sold"]
    found["sold after"] = env["pos.order"].browse(after["id"]).state
    session.action_pos_session_closing_control()
    found["session"] = session.state
    found["next session"] = next_session(session.config_id, lamp)
    found["only managers type prices"] = env["pos.config"].browse(left["till"]).restrict_price_control

    found["quotation"] = confirmed(env["sale.order"].browse(left["quotation"])).state
    for name in ("on_hold", "quotation"):
        found[f"shipped {name}"] = shipped(env["sale.order"].browse(left[name])).picking_ids.mapped("state")

    found["came back"] = received_in_two(env["stock.picking"].browse(left["coming_back"]))
    found["refund"] = env["account.move"].browse(left["refund"]).state

    purchase = env["purchase.order"].browse(left["ordered"])
    done(purchase.picking_ids)
    purchase.action_create_invoice()
    bill = purchase.invoice_ids
    bill.invoice_date = "2026-11-25"
    bill.action_post()
    found["bill"] = bill.state

    found["discounted"] = discounted(left, purchase.partner_id, lamp)

    found["counting"] = env["stock.inventory"].browse(left["counting"]).state
    rows = env["retail.grandfathered"].search([])
    found["taken over"] = [[row.module, row.model, row.number] for row in rows]
    found["products"] = left["products"]
    return found


def received_in_two(picking):
    """One of each product first, and the rest when it has come."""
    done(picking, 1)
    rest = picking.backorder_ids
    done(rest)
    return (picking | rest).mapped("state")


def discounted(left, customer, lamp):
    """What a lamp costs by a promotion, by a voucher of before, and by a new one, once each order is confirmed."""
    promoted = order(customer, lamp)
    promoted.recompute_coupon_lines()
    new = handed_out(env["coupon.program"].browse(left["vouchers"]))
    orders = [promoted, *(paid_with(code, order(customer, lamp)) for code in (left["voucher"], new))]
    return [[confirmed(each).state, each.amount_total] for each in orders]


def paid_with(code, sale):
    env["sale.coupon.apply.code"].with_context(active_id=sale.id).create({"coupon_code": code}).process_coupon()
    return sale


def next_session(till, product):
    """The day after: what a session that begins under the new rules has become when it is closed, and its sale."""
    session = env["pos.session"].create({"user_id": env.uid, "config_id": till.id})
    [sold] = env["pos.order"].create_from_ui([till_order(session, product, number=1)])
    session.action_pos_session_closing_control()
    return [session.state, env["pos.order"].browse(sold["id"]).state]


FOUND.write_text(json.dumps(globals()[os.environ["STEP"]]()))
env.cr.commit()
