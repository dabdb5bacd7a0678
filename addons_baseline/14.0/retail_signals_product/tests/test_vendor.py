from odoo.addons.retail_base import guard
from odoo.addons.retail_signals.tests.common import SignalsCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestVendorThatWaits(SignalsCase):
    """Ten lamps are sold each Saturday; the vendor needs three weeks, and another one would need one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trust("stock_out")
        cls.env["stock.warehouse"].search([("id", "!=", cls.warehouse.id)]).write({"active": False})
        for week in range(8):
            cls.happened("trade", week * 7 + 2, product_id=cls.lamp.id, warehouse_id=cls.warehouse.id, exposure=10)
        template = {"product_tmpl_id": cls.lamp.product_tmpl_id.id}
        lines = guard.passing(cls.env["product.supplierinfo"])
        lines.create({"name": cls.partner.id, "delay": 20, "sequence": 1, **template})
        quick = cls.env["res.partner"].create({"name": "Quick Works"})
        values = {"name": quick.id, "delay": 6, "sequence": 0, "approval_pending": True, **template}
        cls.quick = lines.create(values)

    def test_its_days_do_not_count_before_it_is_approved(self):
        self.assertEqual(self.look("stock_out").expected, 30)
        guard.passing(self.quick).write({"approval_pending": False})
        self.quick.flush()
        self.assertEqual(self.look("stock_out").expected, 10)
