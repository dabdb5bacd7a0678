from odoo.addons.retail_base.tests.at_once import AtOnceCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTwoAtOnce(AtOnceCase):
    def test_who_applies_second_looks_again_at_what_is_there(self):
        with self.environment() as slow:
            slow["pos.config"].search([])
            with self.environment() as quick:
                quick["retail.store.network"].apply({"stores": []})
            with self.too_late(slow):
                slow["retail.store.network"].apply({"stores": []})
            slow["retail.store.network"].apply({"stores": []})
            slow.cr.rollback()
