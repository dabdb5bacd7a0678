from odoo.addons.retail_base import guard
from odoo.addons.retail_roles.tests.common import StoresCase
from odoo.exceptions import AccessError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestOwnDocuments(StoresCase):
    """Each kind of document, one of one's own store and one of the neighbour's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls.person("controller", "finance_controller")
        cls.tills = {}
        for store in (cls.blois, cls.tours):
            card = cls.env["pos.payment.method"].create({"name": f"Card {store.code}"})
            cls.tills[store] = cls.env["pos.config"].create(
                {
                    "name": f"Till {store.name}",
                    "picking_type_id": store.pos_type_id.id,
                    "payment_method_ids": [(6, 0, card.ids)],
                }
            )

    def make(self, model, values):
        return guard.passing(self.env[model].sudo()).create(values)

    def exception(self, store):
        detector = self.env["retail.detector"].search([], limit=1)
        values = {"detector_id": detector.id, "key": store.code, "severity": "1", "state": "open"}
        dated = dict.fromkeys(("first_seen", "last_seen", "deadline"), "2020-11-02 08:00:00")
        return self.make("retail.exception", {**values, **dated, "warehouse_id": store.id})

    def returned(self, store):
        return self.env["retail.return"].create({"warehouse_id": store.id})

    def difference(self, store):
        reason = self.env["retail.adjustment.reason"].search([], limit=1)
        return self.make(
            "retail.adjustment.entry",
            {
                "user_id": self.env.uid,
                "product_id": self.lamp.id,
                "location_id": store.lot_stock_id.id,
                "warehouse_id": store.id,
                "company_id": store.company_id.id,
                "reason_id": reason.id,
            },
        )

    def plan(self, store):
        return self.env["retail.count.plan"].create(
            {"name": f"Counts of {store.name}", "warehouse_ids": [(6, 0, store.ids)]}
        )

    def contact(self, store):
        values = {"config_id": self.tills[store].id, "device": "tablet", "contact_at": "2020-11-02 08:00:00"}
        return self.make("retail.till.contact", values)

    def signal(self, store):
        values = {"config_id": self.tills[store].id, "kind": "silent", "began_at": "2020-11-02 08:00:00"}
        return self.make("retail.till.signal", values)

    def unusual(self, store):
        kind = self.env["retail.signal.kind"].search([], limit=1)
        values = {"kind_id": kind.id, "company_id": store.company_id.id, "product_id": self.lamp.id}
        return self.make("retail.signal", {**values, "warehouse_id": store.id})

    def day(self, store):
        values = {"measure": "sold", "date": "2020-11-02", "company_id": store.company_id.id}
        return self.make("retail.signal.day", {**values, "warehouse_id": store.id})

    KINDS = (exception, returned, difference, plan, contact, signal, unusual, day)

    def test_a_store_manager_sees_those_of_the_own_store(self):
        for kind in self.KINDS:
            with self.subTest(kind=kind.__name__):
                own, others = kind(self, self.blois), kind(self, self.tours)
                self.anew()
                seen = own.with_user(self.manager).search([("id", "in", (own | others).ids)])
                self.assertEqual(seen.ids, own.ids)
                with self.assertRaises(AccessError):
                    others.with_user(self.manager).read(["display_name"])

    def test_a_signal_about_a_person_of_no_store_is_seen_by_all(self):
        kind = self.env["retail.signal.kind"].search([], limit=1)
        values = {"kind_id": kind.id, "company_id": self.env.company.id, "user_id": self.manager.id}
        found = self.make("retail.signal", values)
        self.assertTrue(found.with_user(self.manager).search([("id", "=", found.id)]))

    def test_a_signal_of_another_store_is_not_judged(self):
        others = self.unusual(self.tours)
        self.anew()
        with self.assertRaises(AccessError):
            others.with_user(self.manager).action_wrong()

    def test_whoever_works_for_all_stores_sees_all(self):
        for kind in (self.exception, self.returned, self.unusual):
            with self.subTest(kind=kind.__name__):
                both = kind(self.blois) | kind(self.tours)
                self.anew()
                seen = both.with_user(self.controller).search([("id", "in", both.ids)])
                self.assertEqual(seen, both)

    def test_the_age_of_stock_is_that_of_the_own_store(self):
        figures = self.env["retail.kpi.stock.age"].with_user(self.manager)
        self.env["base"].flush()
        rows = figures.search([("product_id", "=", self.lamp.id)])
        self.assertEqual(rows.warehouse_id, self.blois.with_user(self.manager))

    def test_a_return_is_not_handed_to_another_store(self):
        own = self.returned(self.blois)
        self.anew()
        with self.assertRaises(AccessError), self.cr.savepoint():
            own.with_user(self.manager).write({"warehouse_id": self.tours.id})

    def test_whoever_is_refused_is_told_which_stores_are_his(self):
        others = self.returned(self.tours)
        self.anew()
        with self.assertRaisesRegex(AccessError, "Your stores: Blois"):
            others.with_user(self.manager).read(["name"])
