from odoo.tests import SavepointCase, tagged


@tagged("post_install", "-at_install")
class TestGroups(SavepointCase):
    def test_nobody_decides_alone_by_default(self):
        self.assertFalse(self.env.ref("retail_base.group_break_glass").users)
