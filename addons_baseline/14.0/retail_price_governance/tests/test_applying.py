from unittest.mock import patch

import psycopg2
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import price_change_applying
from .common import PriceCase


@tagged("post_install", "-at_install")
class TestApplying(PriceCase):
    def setUp(self):
        super().setUp()
        self.changes = self.env["retail.price.change"]
        self.checkpoints = []
        # A test's transaction is not committed.
        keeping = patch.object(
            type(self.changes), "_checkpoint", lambda model: self.checkpoints.append(model._name)
        )
        self.addCleanup(keeping.stop)
        keeping.start()

    def run_cron(self, after=3):
        """Run the scheduled action so many days later."""
        with self.later(after):
            self.env.ref("retail_price_governance.cron_apply").method_direct_trigger()

    def test_what_is_due_is_applied_by_the_scheduled_action(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        self.run_cron(after=0)
        self.assertEqual((change.state, product.list_price), ("approved", 100), "it is not due")
        self.run_cron()
        self.assertEqual((change.state, product.list_price), ("applied", 150))

    def test_what_waits_for_approval_is_not_applied(self):
        product = self.product(100)
        change = self.submit(self.change((product, 150)))
        self.run_cron()
        self.assertEqual((change.state, product.list_price), ("pending", 100))

    def test_a_second_time_nothing_happens(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        self.run_cron()
        at = change.line_ids.applied_at
        change._apply()
        self.run_cron()
        self.assertEqual((product.list_price, change.line_ids.applied_at), (150, at))

    def test_one_that_was_changed_meanwhile_is_left_and_seen(self):
        one, two = self.product(100), self.product(10)
        change = self.scheduled((one, 150), (two, 15))
        self.approve(self.change((one, 120)))
        self.run_cron()
        self.assertEqual((one.list_price, two.list_price, change.state), (120, 15, "partial"))
        self.assertEqual(change.line_ids.mapped("progress"), ["conflict", "applied"])
        self.assertEqual(change.activity_ids.user_id, self.editor)
        again = self.changes.browse(change.with_user(self.editor).action_propose_again()["res_id"])
        self.assertEqual(again.line_ids.product_tmpl_id, one)
        self.approve(again)
        self.assertEqual(one.list_price, 150)

    def test_changed_to_the_same_price_meanwhile_it_is_done(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        self.approve(self.change((product, 150)))
        self.run_cron()
        self.assertEqual((change.state, product.list_price), ("applied", 150))

    def test_one_that_fails_does_not_hold_up_the_others(self):
        for error, said in ((UserError("Not today"), "Not today"), (ValueError("odd"), "ValueError")):
            products = [self.product(100) for _each in range(3)]
            change = self.scheduled(*((each, 150) for each in products))
            with self.without(type(products[0]), products[1].id, error):
                self.run_cron()
            self.assertEqual([each.list_price for each in products], [150, 100, 150])
            self.assertEqual(change.line_ids.mapped("progress"), ["applied", "failed", "applied"])
            self.assertEqual(change.line_ids[1].problem, said)
            self.assertEqual((change.state, len(change.activity_ids)), ("partial", 1))

    def without(self, templates, bad, error):
        """Writing this one product fails."""
        write = templates.write

        def failing(records, vals):
            if bad in records.ids and "list_price" in vals:
                raise error
            return write(records, vals)

        return patch.object(templates, "write", failing)

    def test_somebody_else_at_the_same_time_is_no_failure_of_a_line(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        clash = self.without(
            type(self.env["product.template"]), product.id, psycopg2.errors.SerializationFailure("at once")
        )
        with self.assertRaises(psycopg2.OperationalError), self.cr.savepoint(), clash:
            change._apply()
        self.env.cache.invalidate()
        self.assertEqual((change.state, change.line_ids.progress), ("approved", "open"))

    def test_many_are_applied_in_batches_each_of_which_stays(self):
        products = [self.product(100) for _each in range(5)]
        change = self.scheduled(*((each, 150) for each in products))
        with patch.object(price_change_applying, "BATCH", 2):
            self.run_cron()
        self.assertEqual((len(self.checkpoints), change.state), (3 + 1, "applied"))

    def test_interrupted_it_goes_on(self):
        products = [self.product(100) for _each in range(4)]
        change = self.scheduled(*((each, 150) for each in products))
        with patch.object(price_change_applying, "BATCH", 2), self.assertRaises(KeyboardInterrupt):
            change._apply(self.interrupt)
        self.assertEqual(change.line_ids.mapped("progress"), ["applied", "applied", "open", "open"])
        change._apply()
        self.assertEqual(change.state, "applied")

    @staticmethod
    def interrupt():
        raise KeyboardInterrupt

    def test_cancelled_between_two_batches_the_rest_is_left(self):
        products = [self.product(100) for _each in range(4)]
        change = self.scheduled(*((each, 150) for each in products))
        with patch.object(price_change_applying, "BATCH", 2):
            change._apply(change.with_user(self.editor).action_cancel)
        self.assertEqual([each.list_price for each in products], [150, 150, 100, 100])
        self.assertEqual(change.state, "cancelled")

    def test_a_large_one_is_left_to_the_scheduled_action(self):
        product, other = self.product(100), self.product(10)
        with patch.object(price_change_applying, "BATCH", 1):
            change = self.submit(self.change((product, 101), (other, 10.5)))
        self.assertEqual((change.state, product.list_price), ("approved", 100))
        self.run_cron()
        self.assertEqual((change.state, product.list_price), ("applied", 101))

    def test_a_later_one_is_judged_by_what_will_be_there(self):
        product = self.product(100)
        sale = self.scheduled((product, 60))
        end = self.approve(self.change((product, 100), day=sale.day.replace(year=sale.day.year + 1)))
        self.assertEqual(end.line_ids.old_price, 60)
        self.run_cron()
        self.assertEqual(product.list_price, 60)
        self.run_cron(after=400)
        self.assertEqual((product.list_price, end.state), (100, "applied"))

    def test_when_the_time_was_changed_around_the_process_it_is_not_applied(self):
        product = self.product(100)
        change = self.scheduled((product, 150))
        self.env["base"].flush()
        self.cr.execute("UPDATE retail_price_change SET effective_at = now() - interval '1 day'")
        self.env.cache.invalidate()
        self.run_cron()
        self.assertEqual((change.state, product.list_price), ("cancelled", 100))
        self.assertIn("changed after it was approved", change.activity_ids.summary)
