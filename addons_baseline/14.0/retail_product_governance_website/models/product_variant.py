"""What a visitor may buy: a product of which no page is shown could be asked for by its number."""

from odoo import models


class ProductVariant(models.Model):
    _inherit = "product.product"

    def _is_in_web_shop(self, website):
        """Whether this website sells it: approved for that, and shown by the rule by which core shows products."""
        self.ensure_one()
        template = self.product_tmpl_id.with_context(website_id=website.id)
        shown = self.active and template.sale_ok and template.website_published
        problems = (template._channel_problem(allow) for allow in ("allow_sale", "allow_web"))
        return bool(shown) and not self.approval_pending and not any(problems)
