"""Run in Odoo's shell, in a shop with no bundle: a product is approved, and sold by an order and at a till."""

import json
from pathlib import Path

from odoo.addons.retail_base.tests.tills import till_order
from odoo.addons.retail_till.tests.common import make_till, open_session
from odoo.exceptions import UserError

FOUND = Path("/tenant/found.json")
PRODUCT_PEOPLE = ("sales_team.group_sale_manager", "purchase.group_purchase_manager")


def person(login, *groups):
    ids = [env.ref(group).id for group in ("base.group_user", *groups)]
    quiet = env["res.users"].with_context(no_reset_password=True)
    return quiet.create({"name": login, "login": login, "groups_id": [(6, 0, ids)]})


def draft(steward):
    vendor = env["res.partner"].create({"name": "Nordlicht"})
    category = env["product.category"].create(
        {
            "name": "Lamps",
            "parent_id": env.ref("product.product_category_all").id,
            "return_policy_id": env.ref("retail_product_governance.return_policy_30").id,
        }
    )
    return (
        env["product.template"]
        .with_user(steward)
        .create(
            {
                "name": "Lamp",
                "type": "consu",
                "categ_id": category.id,
                "list_price": 20.0,
                "available_in_pos": True,
                "pos_categ_id": env["pos.category"].create({"name": "Lights"}).id,
                "barcode": "4006381333931",
                "seller_ids": [(0, 0, {"name": vendor.id, "price": 9.0})],
            }
        )
    )


def tried(product):
    """What a till shows, and what becomes of an order for one piece."""
    line = {"product_id": product.product_variant_id.id, "product_uom_qty": 1}
    customer = env["res.partner"].create({"name": "Anouk"})
    order = env["sale.order"].create({"partner_id": customer.id, "order_line": [(0, 0, line)]})
    try:
        with env.cr.savepoint():
            order.action_confirm()
    except UserError:
        return {"in the till": product.available_in_pos, "order": "refused"}
    return {"in the till": product.available_in_pos, "order": order.state}


def rung_up(product):
    session = open_session(make_till(env, "Till"))
    [sold] = env["pos.order"].create_from_ui([till_order(session, product.product_variant_id)])
    session.action_pos_session_closing_control()
    return {"sold": env["pos.order"].browse(sold["id"]).state, "session": session.state}


steward, approver = (
    person("steward", *PRODUCT_PEOPLE),
    person("approver", "retail_product_governance.group_product_approver"),
)
lamp = draft(steward)
found = {"before": tried(lamp)}
lamp.with_user(steward).action_approval_submit()
lamp.with_user(approver).action_approval_approve()
found["after"] = tried(lamp)
found["till"] = rung_up(lamp.sudo())
found["installed"] = env["ir.module.module"].search([("state", "=", "installed")]).mapped("name")
FOUND.write_text(json.dumps(found))
env.cr.commit()
