"""A warehouse with some lamps, a channel that sells only what is there, and one that may owe."""

from odoo.tests import SavepointCase, new_test_user

SELLER = "base.group_user,sales_team.group_sale_salesman_all_leads"


def make_shop(env, code="PRM"):
    """Records by name; nothing of them is in stock."""
    warehouse = env["stock.warehouse"].create({"name": "Promises", "code": code})
    teams = env["crm.team"].create([{"name": "Web"}, {"name": "Wholesale"}])
    web, wholesale = env["retail.channel"].create(
        [
            {
                "name": "Web test",
                "code": "web_test",
                "rank": 1,
                "only_in_stock": True,
                "team_ids": [(6, 0, teams[0].ids)],
            },
            {"name": "Wholesale test", "code": "wholesale_test", "rank": 2, "team_ids": [(6, 0, teams[1].ids)]},
        ]
    )
    lamp = env["product.product"].create({"name": "Lamp", "type": "product", "list_price": 20.0})
    customer = env["res.partner"].create({"name": "Customer"})
    return {"warehouse": warehouse, "web": web, "wholesale": wholesale, "lamp": lamp, "customer": customer}


def stock(warehouse, product, quantity):
    quants = product.env["stock.quant"]
    quants._update_available_quantity(product, warehouse.lot_stock_id, quantity)


def order(shop, channel, quantity, **values):
    """A quotation of this channel for so many lamps."""
    line = {"product_id": shop["lamp"].id, "product_uom_qty": quantity}
    team = channel.team_ids[:1] if channel else channel
    return (
        shop["lamp"]
        .env["sale.order"]
        .create(
            {
                "partner_id": shop["customer"].id,
                "warehouse_id": shop["warehouse"].id,
                "team_id": team.id if channel else False,
                "order_line": [(0, 0, line)],
                **values,
            }
        )
    )


class AllocationCase(SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.env["retail.channel.reserve"].search([]).unlink()
        cls.shop = make_shop(cls.env)
        cls.warehouse, cls.lamp = cls.shop["warehouse"], cls.shop["lamp"]
        cls.web, cls.wholesale = cls.shop["web"], cls.shop["wholesale"]
        cls.holds = cls.env["retail.stock.hold"]
        cls.seller = new_test_user(cls.env, "seller", groups=SELLER)

    def stock(self, quantity):
        stock(self.warehouse, self.lamp, quantity)

    def order(self, quantity, channel=None, **values):
        return order(self.shop, self.web if channel is None else channel, quantity, **values)

    def promised(self, channel=None):
        self.env["base"].flush()
        return (channel or self.web)._promise(self.warehouse, self.lamp)[self.lamp.id]

    def reserve(self, channel, share, **values):
        return self.env["retail.channel.reserve"].create({"channel_id": channel.id, "share": share, **values})
