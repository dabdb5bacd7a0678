"""Runs in `odoo-tenant shell` of the shop with our addons: what a retailer switches on, so that sales meet it."""

web = env.ref("retail_allocation.channel_web")
web.write({"safety_qty": 1, "reserve_ids": [(0, 0, {"share": 10.0})]})
listened = env["retail.connector.event"].search([("code", "in", ("pos_order_paid", "sale_order_confirmed"))])
env["retail.connector.endpoint"].create(
    {"name": "Bench", "code": "bench", "url": "https://bench.example", "event_ids": [(6, 0, listened.ids)]}
)
env.cr.commit()
