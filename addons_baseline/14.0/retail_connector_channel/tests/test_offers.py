import json
from unittest.mock import patch

from odoo.addons.retail_base import guard
from odoo.addons.retail_connector.tests import stub_carrier
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..models import feed
from .common import ChannelCase


@tagged("post_install", "-at_install")
class TestOffers(ChannelCase):
    def setUp(self):
        super().setUp()
        self.stock(7)
        self.publication = self.published()

    def listed(self):
        """The lamp, as the marketplace knows it."""
        message = self.tell()
        self.run_job(message)
        return message

    def test_what_is_published_is_told_and_nothing_else(self):
        other = self.product()
        self.asked(other).action_approval_submit()
        message = self.tell()
        self.assertEqual((len(message), self.carrier.calls), (1, []), "it is queued")
        self.run_job(message)
        call = self.carrier.calls[0]
        self.assertEqual(
            (call.method, call.path), ("PUT", "/offers/" + self.lamp.default_code.replace(" ", "%20"))
        )
        currency = self.pricelist.currency_id.name
        content = {"sku": self.lamp.default_code, "number": 1, "quantity": 7, "price": 40, "currency": currency}
        self.assertEqual(json.loads(call.body), content)

    def test_what_did_not_change_is_not_told_again(self):
        self.listed()
        self.assertFalse(self.tell())
        self.an_hour_later()
        self.assertFalse(self.tell())

    def test_however_often_it_moves_it_is_told_once(self):
        self.listed()
        for _each in range(3):
            self.order(1).action_confirm()
            self.stock(5)
        self.assertEqual(self.says(self.tell())[1]["quantity"], 19)

    def test_a_sale_notes_nothing(self):
        self.listed()
        self.order(1).action_confirm()
        self.env["base"].flush()
        self.assertEqual(len(self.told()), 1)

    def test_it_is_told_what_can_be_promised(self):
        self.channel.safety_qty = 2
        self.order(1, channel=self.shop["wholesale"]).action_confirm()
        self.assertEqual(self.says(self.tell())[1]["quantity"], 4)

    def test_what_cannot_run_out_has_no_quantity(self):
        service = self.product(type="service")
        self.published(service)
        told = {said["sku"]: said["quantity"] for _method, said in map(self.says, self.tell())}
        self.assertIsNone(told[service.default_code])

    def test_it_is_told_the_price_of_the_channels_pricelist(self):
        self.listed()
        self.change_price(50.0)
        message = self.tell()
        self.assertEqual(self.says(message)[1]["price"], 50)
        self.run_job(message)
        rule = {"pricelist_id": self.pricelist.id, "compute_price": "percentage", "percent_price": 10}
        made = guard.passing(self.env["product.pricelist.item"]).create(rule)
        message = self.tell()
        self.assertEqual(self.says(message)[1]["price"], 45)
        self.run_job(message)
        made.unlink()
        self.assertEqual(self.says(self.tell())[1]["price"], 50)

    def a_day_passes(self):
        self.env["base"].flush()
        self.cr.execute("UPDATE stock_quant SET write_date = write_date - interval '1 day'")
        self.cr.execute("UPDATE product_product SET write_date = write_date - interval '1 day'")
        self.cr.execute("UPDATE product_template SET write_date = write_date - interval '1 day'")
        self.cr.execute("UPDATE retail_channel_publication SET write_date = write_date - interval '1 day'")
        self.cr.execute("UPDATE retail_connector_message SET settled_at = settled_at - interval '1 day'")

    def test_what_has_left_no_date_is_told_within_the_hour(self):
        self.listed()
        self.channel.safety_qty = 3
        self.a_day_passes()
        self.assertFalse(self.tell())
        self.an_hour_later()
        self.assertEqual(self.says(self.tell())[1]["quantity"], 4)

    def test_what_has_left_and_was_not_moved_is_told_at_once(self):
        self.listed()
        self.a_day_passes()
        with patch.object(type(self.channel), "_left", lambda *_asked: {self.lamp.id: 6.0}):
            self.assertFalse(self.tell())
            with patch.object(type(self.channel), "_left_since", lambda *_asked: self.lamp.ids):
                self.assertEqual(self.says(self.tell())[1]["quantity"], 6)

    def test_one_is_under_way_and_then_the_newest_is_told(self):
        first = self.tell()
        self.stock(1)
        self.assertFalse(self.tell())
        self.stock(1)
        self.run_job(first)
        said = self.says(self.tell())[1]
        self.assertEqual((said["quantity"], said["number"]), (9, 2))

    def test_taken_down_in_every_way(self):
        for ends in (
            lambda: self.publication.with_user(self.steward).action_take_down(),
            lambda: self.lamp.product_tmpl_id.with_user(self.steward).action_take_out_of_sale(),
            lambda: self.lamp.write({"active": False}),
            lambda: self.publication.with_user(self.steward).unlink(),
            lambda: self.channel.write({"active": False}),
        ):
            self.lamp = self.product()
            self.publication = self.published()
            self.run_job(
                self.tell().filtered(
                    lambda message: message.method == "PUT" and self.lamp.default_code in message.payload
                )
            )
            ends()
            message = self.tell().filtered(lambda each: self.lamp.default_code in each.payload)
            self.assertEqual(self.says(message), ("DELETE", {"sku": self.lamp.default_code, "number": 2}))
            self.assertFalse(self.offer().listed)

    def test_taken_down_before_it_was_told_only_that_is_said(self):
        first = self.tell()
        self.publication.with_user(self.steward).action_take_down()
        message = self.tell()
        self.assertEqual((first.state, message.method), ("cancelled", "DELETE"))
        self.run_job(first)
        self.run_job(message)
        self.assertEqual([call.method for call in self.carrier.calls], ["DELETE"])

    def test_published_again_it_is_told_again(self):
        self.listed()
        self.publication.with_user(self.steward).action_take_down()
        self.run_job(self.tell())
        self.approve(self.publication)
        method, said = self.says(self.tell())
        self.assertEqual((method, said["number"]), ("PUT", 3))

    def test_under_another_name_it_is_another_offer(self):
        self.listed()
        self.lamp.default_code = "NEW"
        told = sorted((method, said["sku"]) for method, said in map(self.says, self.tell()))
        self.assertEqual([method for method, _sku in told], ["DELETE", "PUT"])
        self.assertEqual(told[1], ("PUT", "NEW"))

    def test_a_marketplace_that_hangs_is_told_the_same_again(self):
        self.carrier.script = [stub_carrier.hangs]
        message = self.tell()
        self.run_job(message)
        self.assertEqual((message.state, message.doubtful), ("queued", True))
        self.run_job(message)
        self.assertEqual((message.state, len({call.key for call in self.carrier.calls})), ("sent", 1))

    def test_what_it_refuses_is_seen_and_the_next_change_is_told_all_the_same(self):
        message = self.kill(self.tell())
        self.assertEqual(self.offer().state, "dead")
        self.assertFalse(self.tell(), "a person decides about what was refused")
        self.stock(1)
        again = self.tell()
        self.run_job(again)
        self.assertEqual((again.state, message.state), ("sent", "dead"))

    def test_an_answer_that_comes_twice_is_taken_once(self):
        self.carrier.script = [stub_carrier.answers_twice]
        message = self.listed()
        self.assertEqual((message.state, message.tries, len(self.carrier.calls)), ("sent", 1, 1))

    def test_a_pause_leaves_one_message_for_each_offer(self):
        self.endpoint.paused = True
        message = self.tell()
        for _each in range(3):
            self.stock(1)
            self.assertFalse(self.tell())
        self.assertEqual(message.state, "queued")

    def test_of_very_many_the_rest_is_told_by_the_next_run(self):
        self.published(self.product())
        with patch.object(feed, "AT_ONCE", 1):
            self.assertEqual([len(self.tell()) for _run in range(3)], [1, 1, 0])

    def test_of_another_company_nothing_is_told(self):
        self.lamp.product_tmpl_id.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertFalse(self.tell())

    def test_the_scheduled_action_looks_at_each_channel(self):
        seen = []
        with patch(f"{feed.__name__}.apart", lambda channel, method: seen.append((channel, method))):
            self.env["retail.channel"]._cron_tell()
        self.assertIn((self.channel, "_tell_changes"), seen)

    def test_a_channel_is_told_by_a_pricelist_and_stays_with_its_marketplace(self):
        with self.assertRaisesRegex(ValidationError, "Choose the pricelist"), self.cr.savepoint():
            self.channel.pricelist_id = False
        self.tell()
        with self.assertRaisesRegex(UserError, "Take down its publications first"):
            self.channel.endpoint_id = self.make_endpoint(self.carrier.url, "other", kind="marketplace")
