import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestWizards(NetworkCase):
    def setUp(self):
        super().setUp()
        self.admin = self.env.ref("base.user_admin")

    def test_one_store_is_opened_by_a_form(self):
        self.network.apply({"stores": self.spec["stores"][:1], "regions": [{"name": "T Centre"}]})
        form = Form(self.env["retail.store.opening"].with_user(self.admin))
        form.code, form.name, form.tills = "TTO", "T Tours", 1
        form.supplier_id = self.warehouse("TDC")
        form.region_id = self.env["retail.region"].search([("name", "=", "T Centre")])
        form.manager_name, form.manager_login = "Thérèse", "t-tours"
        action = form.save().action_open()
        store = self.env["stock.warehouse"].browse(action["res_id"])
        self.assertEqual(
            (store.code, store.resupply_wh_ids.code, store.retail_user_ids.name), ("TTO", "TDC", "Thérèse")
        )
        self.assertEqual(store.retail_region_id.name, "T Centre")

    def test_a_warehouse_is_opened_without_a_till_and_without_cash(self):
        form = Form(self.env["retail.store.opening"].with_user(self.admin))
        form.code, form.name, form.kind = "TWH", "T Warehouse", "warehouse"
        action = form.save().action_open()
        warehouse = self.env["stock.warehouse"].browse(action["res_id"])
        self.assertEqual((warehouse.code, warehouse.retail_kind), ("TWH", "warehouse"))
        tills = self.env["pos.config"].with_context(active_test=False)
        self.assertFalse(tills.search([("picking_type_id", "=", warehouse.pos_type_id.id)]))
        self.assertFalse(self.env["account.journal"].search([("code", "=", "TWH")]))

    def test_a_wrong_code_is_told(self):
        wizard = self.env["retail.store.opening"].create({"code": "tto", "name": "T Tours"})
        with self.assertRaisesRegex(UserError, "one to five capital letters"):
            wizard.action_open()

    def test_a_file_is_shown_and_then_applied(self):
        content = base64.b64encode(json.dumps(self.spec).encode())
        wizard = self.env["retail.network.file"].with_user(self.admin).create({"file": content})
        wizard.action_preview()
        self.assertIn("Make: Warehouse, T Blois", wizard.preview)
        self.assertFalse(self.warehouse("TBL"))
        wizard.action_apply()
        self.assertTrue(self.warehouse("TBL"))
        wizard.action_preview()
        self.assertNotIn("Make", wizard.preview)

    def test_what_is_no_json_is_told(self):
        wizard = self.env["retail.network.file"].create({"file": base64.b64encode(b"stores: []")})
        with self.assertRaisesRegex(UserError, "not JSON"):
            wizard.action_preview()

    def test_shop_staff_open_no_stores(self):
        clerk = new_test_user(self.env, "t-clerk", groups="stock.group_stock_manager")
        for model in ("retail.store.opening", "retail.network.file"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(clerk).create({})
