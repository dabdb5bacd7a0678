from datetime import timedelta

from odoo import fields
from odoo.addons.retail_base.tests.taken_over import noted
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..hooks import take_over
from .common import PromotionCase


@tagged("post_install", "-at_install")
class TestStart(PromotionCase):
    def test_not_without_stock_and_says_what_is_missing_where(self):
        program = self.program(promotion_min_qty=3)
        with self.assertRaisesRegex(UserError, r"Lamp: Web test needs 3 and can be promised 0 \(none anywhere\)"):
            program.action_promotion_start()
        self.stock(2)
        with self.assertRaisesRegex(UserError, r"can be promised 2 \(Promises 2\)"):
            program.action_promotion_start()
        self.assertFalse(program.promotion_running)
        self.stock(1)
        program.action_promotion_start()
        self.assertTrue(program.promotion_running)

    def test_what_can_be_promised_counts_not_what_lies_there(self):
        self.stock(5)
        self.order(3, self.wholesale).action_confirm()
        program = self.program(promotion_min_qty=3)
        with self.assertRaises(UserError):
            program.action_promotion_start()

    def test_what_is_expected_of_a_product_in_a_channel(self):
        self.stock(10)
        program = self.program(promotion_channel_ids=[(6, 0, (self.web | self.wholesale).ids)])
        self.need(program, 20, product_id=self.lamp.id, channel_id=self.wholesale.id)
        with self.assertRaisesRegex(UserError, "Wholesale test needs 20"):
            program.action_promotion_start()
        program.promotion_need_ids.quantity = 10
        program.action_promotion_start()

    def test_the_most_special_expectation_counts(self):
        program = self.program()
        for quantity, values in (
            (4, {}),
            (3, {"channel_id": self.web.id}),
            (2, {"product_id": self.lamp.id}),
            (1, {"product_id": self.lamp.id, "channel_id": self.web.id}),
        ):
            self.need(program, quantity, **values)
            self.assertEqual(program._promotion_need(self.web, self.lamp), quantity)

    def test_all_warehouses_of_a_channel_together(self):
        other = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELS"})
        self.web.warehouse_ids += other
        self.stock(2)
        self.env["stock.quant"]._update_available_quantity(self.lamp, other.lot_stock_id, 2)
        program = self.program(promotion_min_qty=4)
        program.action_promotion_start()
        self.assertTrue(program.promotion_running)

    def test_what_has_to_be_bought_and_what_is_given(self):
        vase, bowl = self.env["product.product"].create(
            [{"name": "Vase", "type": "product"}, {"name": "Bowl", "type": "product"}]
        )
        (vase | bowl).product_tmpl_id.sale_ok = True
        program = self.program(
            reward_type="product", reward_product_id=vase.id, rule_products_domain=f"[['id', '=', {bowl.id}]]"
        )
        self.assertEqual(program._promotion_products(), vase | bowl)

    def test_of_everything_nothing_in_particular_has_to_be_there(self):
        program = self.program(discount_apply_on="on_order")
        program.action_promotion_start()
        self.assertTrue(program.promotion_running)

    def test_services_need_no_stock(self):
        card = self.env["product.product"].create({"name": "Engraving", "type": "service"})
        program = self.program(discount_specific_product_ids=[(6, 0, card.ids)])
        program.action_promotion_start()
        self.assertTrue(program.promotion_running)

    def test_who_makes_promotions_needs_no_right_on_products(self):
        editor = new_test_user(self.env, "test_promotions")
        editor.groups_id += self.env.ref("retail_allocation_coupon.group_promotion_editor")
        self.assertFalse(self.env["product.product"].with_user(editor).check_access_rights("create", False))
        self.stock(5)
        program = self.programs.with_user(editor).create(self.values())
        self.assertEqual(program.create_uid, editor)
        program.action_promotion_start()
        program.discount_percentage = 40
        self.assertTrue(program.promotion_running)
        program.toggle_active()
        self.assertEqual((program.active, program.promotion_running), (False, False))
        with self.assertRaises(AccessError):
            program.discount_line_product_id.name = "Mine"
        for command in ((1, self.lamp.id, {"name": "Mine"}), (2, self.lamp.id, 0), (0, 0, {"name": "Mine"})):
            with self.assertRaises(AccessError), self.cr.savepoint():
                program.discount_specific_product_ids = [command]
        for attempt in (
            lambda: self.programs.with_user(self.seller).create(self.values()),
            lambda: program.with_user(self.seller).write({"discount_percentage": 90}),
            program.with_user(self.seller).toggle_active,
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_who_may_not(self):
        program = self.program()
        self.stock(5)
        for press in ("action_promotion_start", "action_promotion_stop"):
            with self.assertRaises(AccessError):
                getattr(program.with_user(self.seller), press)()


@tagged("post_install", "-at_install")
class TestEffect(PromotionCase):
    def test_it_has_none_before_it_starts_and_after_it_stops(self):
        self.stock(5)
        program = self.program()
        self.assertEqual(self.price(), 20)
        program.action_promotion_start()
        self.assertEqual(self.price(), 10)
        program.action_promotion_stop()
        self.assertEqual(self.price(), 20)

    def test_a_code_says_so(self):
        program = self.program(promo_code_usage="code_needed", promo_code="HALF")
        answer = self.env["sale.coupon.apply.code"].apply_coupon(self.order(1), "HALF")
        self.assertIn("not started", answer["error"])
        self.stock(5)
        program.action_promotion_start()
        self.assertEqual(self.price("HALF"), 10)

    def test_changed_it_has_to_be_started_anew(self):
        vase = self.env["product.product"].create({"name": "Vase", "type": "product"})
        program = self.started()
        program.discount_specific_product_ids += vase
        self.assertFalse(program.promotion_running)
        self.assertEqual(self.price(), 20)
        program.discount_specific_product_ids -= vase
        self.assertTrue(program.promotion_running)

    def test_also_when_the_rule_itself_is_written(self):
        program = self.started()
        program.rule_id.rule_products_domain = "[['name', '=', 'Vase']]"
        program.invalidate_cache()
        self.assertFalse(program.promotion_running)

    def test_how_much_cheaper_is_no_question_of_stock(self):
        program = self.started()
        program.discount_percentage = 25
        self.assertEqual(self.price(), 15)

    def test_what_runs_is_found(self):
        program, other = self.started(), self.program()
        ours = [("id", "in", (program | other).ids)]
        self.assertEqual(self.programs.search([("promotion_running", "=", True), *ours]), program)
        self.assertEqual(self.programs.search([("promotion_running", "=", False), *ours]), other)

    def test_archived_it_does_not_come_back_by_itself(self):
        program = self.started()
        program.toggle_active()
        self.assertFalse(program.promotion_running)
        program.toggle_active()
        self.assertEqual(self.price(), 20)

    def test_what_is_archived_is_not_started(self):
        self.stock(5)
        program = self.program(active=False)
        with self.assertRaisesRegex(UserError, "not active"):
            program.action_promotion_start()

    def test_a_copy_is_not_started(self):
        self.assertFalse(self.started().copy().promotion_running)

    def test_coupons_are_handed_out_once_it_runs_and_honoured_ever_after(self):
        program = self.program(program_type="coupon_program")
        wizard = self.env["coupon.generate.wizard"].with_context(active_id=program.id).create({"nbr_coupons": 1})
        with self.assertRaisesRegex(UserError, "not started"), self.cr.savepoint():
            wizard.generate_coupon()
        program.invalidate_cache()
        self.assertFalse(program.coupon_ids)
        self.stock(5)
        program.action_promotion_start()
        wizard.generate_coupon()
        program.action_promotion_stop()
        self.assertEqual(self.price(program.coupon_ids.code), 10)

    def test_what_was_on_before_the_addon_stays_on_and_is_counted(self):
        program, off = self.program(), self.program(active=False)
        take_over(self.cr, self.registry)
        self.assertEqual((program.promotion_running, off.promotion_running), (True, False))
        self.assertEqual(noted(self.env, "retail_allocation_coupon"), ("coupon.program", 1))


@tagged("post_install", "-at_install")
class TestDay(PromotionCase):
    def due(self, **values):
        return self.program(rule_date_from=fields.Datetime.now() - timedelta(hours=1), **values)

    def test_it_starts_by_itself_when_there_is_stock(self):
        self.stock(5)
        program = self.due()
        self.programs._cron_promotion_start()
        self.assertTrue(program.promotion_running)

    def test_or_else_who_made_it_is_told_once(self):
        program = self.due()
        for _each in range(2):
            self.programs._cron_promotion_start()
        self.assertFalse(program.promotion_running)
        self.assertEqual(program.activity_ids.user_id, self.manager)
        self.assertIn("Lamp", program.activity_ids.note)
        self.stock(5)
        self.programs._cron_promotion_start()
        self.assertTrue(program.promotion_running)
        self.assertFalse(program.activity_ids)

    def test_not_before_its_day_nor_after_its_last(self):
        self.stock(5)
        now = fields.Datetime.now()
        early = self.program(rule_date_from=now + timedelta(hours=1))
        late = self.due(rule_date_to=now - timedelta(minutes=1))
        without = self.program()
        self.programs._cron_promotion_start()
        self.assertEqual([each.promotion_running for each in (early, late, without)], [False] * 3)
