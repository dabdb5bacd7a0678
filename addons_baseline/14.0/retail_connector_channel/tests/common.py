"""A marketplace on a real socket, a channel that is told to it, and lamps that are published there."""

import json
from itertools import count

from odoo import fields
from odoo.addons.retail_allocation.tests.common import make_shop, order, stock
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.products import sellable
from odoo.addons.retail_connector.tests.common import ConnectorCase
from odoo.tests import new_test_user

_numbers = count(1)


class ChannelCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["retail.channel.reserve"].search([]).unlink()
        cls.shop = make_shop(cls.env)
        cls.steward = new_test_user(cls.env, "a_steward", groups="base.group_user,sales_team.group_sale_manager")
        cls.approver = new_test_user(cls.env, "an_approver", groups="base.group_user")
        cls.approver.groups_id += cls.env.ref("retail_product_governance.group_product_approver")
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Marketplace"})

    def setUp(self):
        super().setUp()
        self.endpoint.kind = "marketplace"
        self.channel = self.shop["web"]
        self.channel.write(
            {
                "endpoint_id": self.endpoint.id,
                "pricelist_id": self.pricelist.id,
                "warehouse_ids": [(6, 0, self.shop["warehouse"].ids)],
            }
        )
        self.lamp = self.product()

    def product(self, **values):
        values = {"name": "Lamp", "type": "product", "list_price": 40.0, **values}
        values.setdefault("default_code", f"LAMP {next(_numbers)}")
        product = self.env["product.product"].create(values)
        return sellable(product)

    def asked(self, product=None, channel=None):
        """A publication that nobody has looked at."""
        values = {
            "product_tmpl_id": (product or self.lamp).product_tmpl_id.id,
            "channel_id": (channel or self.channel).id,
        }
        return self.env["retail.channel.publication"].with_user(self.steward).create(values)

    def approve(self, publication):
        publication.with_user(self.steward).action_approval_submit()
        publication.with_user(self.approver).action_approval_approve()
        return publication

    def published(self, product=None, channel=None):
        return self.approve(self.asked(product, channel))

    def stock(self, quantity, product=None):
        stock(self.shop["warehouse"], product or self.lamp, quantity)

    def order(self, quantity, product=None, channel=None):
        shop = {**self.shop, "lamp": product or self.lamp}
        return order(shop, self.channel if channel is None else channel, quantity)

    def tell(self):
        """What the scheduled action does each minute; the new messages."""
        before = self.told()
        self.channel._tell_changes()
        return self.told() - before

    def told(self):
        return self.messages.search([("endpoint_id", "=", self.endpoint.id)])

    def says(self, message):
        return message.method, json.loads(message.payload)

    def offer(self, product=None):
        offers = self.env["retail.channel.offer"]
        return offers.search(
            [("channel_id", "=", self.channel.id), ("product_id", "=", (product or self.lamp).id)]
        )

    def change_price(self, price):
        """As an approved price change does it."""
        guard.passing(self.lamp.product_tmpl_id).write({"list_price": price})

    def an_hour_later(self):
        self.env["base"].flush()
        self.cr.execute(
            "UPDATE retail_channel SET told_all_at = %s",
            [fields.Datetime.subtract(fields.Datetime.now(), hours=2)],
        )
        self.channel.invalidate_cache()
