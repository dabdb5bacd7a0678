"""Run in Odoo's shell: a small chain in which the scenarios happen, on a shop that has all our addons.

Two stores, a warehouse, the web shop, and one person for each of the six roles, all made by the description of a
network. What the scenarios need to know of it goes to /tenant/found.json.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

from odoo import fields

PASSWORD = os.environ["PASSWORD"]
PEOPLE = {
    "store": ("SCB", "store_manager"),
    "neighbour": ("SCT", "store_manager"),
    "warehouse": ("SCD", "warehouse_supervisor"),
    "buyer": ("SCD", "buyer"),
    "finance": ("SCD", "finance_controller"),
    "controller": ("SCD", "finance_controller"),
    "web": ("SCD", "ecommerce"),
    "service": ("SCD", "customer_service"),
}
# Approvals are nobody's by these roles alone.
DUTIES = {
    "head": (
        "document_page.group_document_editor",
        "helpdesk_mgmt.group_helpdesk_manager",
        "maintenance.group_equipment_manager",
        "project.group_project_manager",
        "retail_base.group_policy",
        "retail_price_governance.group_price_manager",
        "retail_product_governance.group_product_approver",
        "retail_purchase_governance.group_purchase_approver",
        "retail_stock_control.group_difference_approver",
        "retail_returns.group_return_approver",
    ),
    "store": ("retail_returns.group_return_inspector", "retail_returns.group_return_approver"),
    "warehouse": ("retail_returns.group_return_inspector", "retail_stock_control.group_difference_approver"),
    "web": ("sales_team.group_sale_manager",),
    "service": ("retail_allocation.group_promotion_approver",),
    "finance": ("retail_period_close.group_period_closing", "retail_bill_match.group_bill_release"),
    "controller": ("retail_period_close.group_period_closing",),
}


def store(code, name, **more):
    people = [
        {"login": login, "name": login.capitalize(), "role": role}
        for login, (place, role) in PEOPLE.items()
        if place == code
    ]
    return {"code": code, "name": name, "people": people, **more}


def network():
    return {
        "timeZone": "Europe/Paris",
        "stores": [
            store("SCD", "Saran", kind="warehouse"),
            {"code": "SCW", "name": "Web shop", "kind": "web", "shipsFrom": "SCD"},
            store("SCB", "Blois", suppliedBy="SCD", tills=1),
            store("SCT", "Tours", suppliedBy="SCD", tills=1),
        ],
    }


def person(login):
    return env["res.users"].search([("login", "=", login)])


def give_duties():
    quiet = env["res.users"].with_context(no_reset_password=True)
    quiet.create([{"name": "Head", "login": "head"}, {"name": "Clerk", "login": "clerk"}])
    for login, groups in DUTIES.items():
        ids = [env.ref(group).id for group in groups]
        role = env["res.users.role"].create({"name": f"Duties of {login}", "implied_ids": [(6, 0, ids)]})
        person(login).write({"role_line_ids": [(0, 0, {"role_id": role.id})]})
    for login in (*PEOPLE, "head", "clerk"):
        known = {"email": f"{login}@shop.example", "lang": "en_US", "tz": "Europe/Paris"}
        person(login).write({"password": PASSWORD, **known})


def people_at_work():
    """The store manager and a clerk, of whose time off he is the approver; and the till that they work at."""
    employees = {
        login: env["hr.employee"].create(
            {"name": login.capitalize(), "user_id": person(login).id, "shift_planning": True}
        )
        for login in ("store", "clerk")
    }
    employees["clerk"].leave_manager_id = person("store")
    kind = env["hr.leave.type"].create(
        {"name": "Holidays", "allocation_type": "no", "leave_validation_type": "manager", "validity_start": False}
    )
    till = env["maintenance.equipment"].create({"name": "Till in Blois", "owner_user_id": person("store").id})
    return {"clerk": employees["clerk"].id, "leave_type": kind.id, "till": till.id}


def promotion():
    """Prices are head office's, and so are promotions."""
    program = {
        "name": "Ten off",
        "program_type": "promotion_program",
        "promo_code_usage": "code_needed",
        "promo_code": "TENOFF",
        "reward_type": "discount",
        "discount_type": "percentage",
        "discount_percentage": 10,
        "discount_apply_on": "on_order",
    }
    env["coupon.program"].create(program).action_promotion_start()


def payments_and_parcels():
    """What a web shop needs to take an order: a bank account to pay into, and somebody who carries the goods."""
    transfer = env.ref("payment.payment_acquirer_transfer")
    transfer.write({"state": "enabled"})
    carrier = env["delivery.carrier"].search([("delivery_type", "=", "fixed")], limit=1)
    if carrier:
        carrier.write({"website_published": True, "fixed_price": 0.0})
    return {"transfer": transfer.id, "country": env.ref("base.fr").id}


def goods():
    """Lamps in the warehouse and in both stores, submitted by the buyer and approved by the head."""
    vendor = env["res.partner"].create({"name": "Nordlicht GmbH", "supplier_rank": 1})
    lighting = env["product.category"].create({"name": "Lighting"})
    category = env["product.category"].create({"name": "Lamps", "parent_id": lighting.id})
    from_warehouse = env["stock.location.route"].search([("supplied_wh_id.code", "in", ("SCB", "SCT"))])
    values = {
        "type": "product",
        "categ_id": category.id,
        "list_price": 60.0,
        "standard_price": 20.0,
        "purchase_method": "receive",
        "invoice_policy": "delivery",
        "route_ids": [(4, route.id) for route in from_warehouse],
        "return_policy_id": env["retail.return.policy"].search([], limit=1).id,
        "allow_pos": True,
        "pos_categ_id": env["pos.category"].create({"name": "Lamps"}).id,
        "allow_web": True,
        "public_categ_ids": [(0, 0, {"name": "Lamps"})],
        "seller_ids": [(0, 0, {"name": vendor.id, "price": 20.0, "delay": 3})],
    }
    lamp = env["product.product"].create({"name": "Lamp", "barcode": "4006381333931", **values})
    template = lamp.product_tmpl_id
    template.with_user(person("buyer")).action_approval_submit()
    template.with_user(person("head")).action_approval_approve()
    for flag in template._channels().values():
        assert template[flag], f"the lamp is approved, and not in the channel of {flag}"
    for code, pieces in (("SCD", 200), ("SCB", 40), ("SCT", 40)):
        env["stock.quant"]._update_available_quantity(lamp, warehouse(code).lot_stock_id, pieces)
    return {"lamp": lamp.id, "barcode": lamp.barcode, "vendor": vendor.id, "category": category.id}


def warehouse(code):
    return env["stock.warehouse"].search([("code", "=", code)])


def places():
    return {
        code: {
            "id": warehouse(code).id,
            "stock": warehouse(code).lot_stock_id.id,
            "till": env["pos.config"].search([("picking_type_id.warehouse_id.code", "=", code)], limit=1).id,
        }
        for code in ("SCD", "SCB", "SCT")
    }


env["retail.store.network"].apply(network())
give_duties()
found = {**people_at_work(), **goods()}
# What else is on sale was approved long ago: as while an installation loads data, when guards rest.
env.registry.ready = False
found.update(payments_and_parcels())
promotion()
env["base"].flush()
env.registry.ready = True
found.update(
    {
        "places": places(),
        "users": {login: person(login).id for login in (*PEOPLE, "head", "clerk")},
        "return_policy": env["retail.return.policy"].search([], limit=1).id,
        "channel": env.ref("retail_allocation.channel_web").id,
        "customer": env["res.partner"].create({"name": "Anouk Petit", "email": "anouk@example.com"}).id,
        "reason": env.ref("retail_stock_control.reason_count").id,
        "store_managers": env.ref("retail_roles.group_store_manager").id,
        # The last one that is over in every time zone.
        "last_month": str((fields.Datetime.now() - timedelta(hours=12)).date().replace(day=1) - timedelta(days=1)),
    }
)
env.cr.commit()
Path("/tenant/found.json").write_text(json.dumps(found))
