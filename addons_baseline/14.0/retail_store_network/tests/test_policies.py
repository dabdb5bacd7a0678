from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..models.network_policies import MODELS, is_day_of_year
from .common import NetworkCase


@tagged("post_install", "-at_install")
class TestPolicies(NetworkCase):
    """What is made of policies is tested by the platform, on a shop that has the addons whose they are."""

    def test_a_policy_whose_addon_is_missing_names_it(self):
        if all(model in self.env for model in MODELS.values()):
            self.skipTest("every addon is installed")
        self.spec["policies"] = {kind: [{}] for kind, model in MODELS.items() if model not in self.env}
        with self.assertRaisesRegex(UserError, r"policies\.\w+: install retail_\w+ first") as caught:
            self.network.apply(self.spec)
        self.assertEqual(str(caught.exception).count("first."), len(self.spec["policies"]))
        self.assertFalse(self.warehouse("TDC"))


@tagged("post_install", "-at_install")
class TestSeasons(BaseCase):
    def test_what_is_a_day_of_the_year(self):
        for text in ("03-01", "02-29", "12-31", ""):
            self.assertTrue(is_day_of_year(text), text)
        for text in ("02-30", "3-1", "13-01", "01/03", "summer"):
            self.assertFalse(is_day_of_year(text), text)
