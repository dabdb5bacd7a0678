"""How much of a product a channel is expected to sell in a promotion."""

from odoo import fields, models


class PromotionNeed(models.Model):
    _name = "retail.promotion.need"
    _description = "Expected sales of a promotion"
    _order = "id"

    res_model = fields.Char("Model", required=True, index=True)
    res_id = fields.Many2oneReference("Promotion number", model_field="res_model", index=True)
    channel_id = fields.Many2one("retail.channel", help="Empty: each channel.", ondelete="cascade")
    product_id = fields.Many2one(
        "product.product", help="Empty: each product of the promotion.", ondelete="cascade"
    )
    quantity = fields.Float(digits="Product Unit of Measure", required=True, help="In the product's own unit.")

    _sql_constraints = [("quantity", "CHECK (quantity >= 0)", "Enter a quantity of 0 or more.")]

    def _fits(self, channel, product):
        return self.channel_id in (channel, self.channel_id.browse()) and self.product_id in (
            product,
            self.product_id.browse(),
        )
