"""What is not approved for sale is not invoiced either, where no order has been asked before."""

from odoo import api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError

# A credit note takes back what was sold, whatever became of it since.
SALES = ("out_invoice", "out_receipt")


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Core looks at the values, and not at defaults from the context.
        moves.filtered(lambda move: move.state == "posted")._require_approved_products()
        return moves

    def write(self, vals):
        if vals.get("state") == "posted":
            self._require_approved_products()
        return super().write(vals)

    def _post(self, soft=True):
        # Also those that are only to be posted later, by a job that nobody watches.
        self._require_approved_products()
        return super()._post(soft)

    @api.model
    def _autopost_draft_entries(self):
        """What is not approved is left out, or nothing at all would be posted."""
        today = fields.Date.context_today(self)
        waiting = [("state", "=", "draft"), ("date", "<=", today), ("auto_post", "=", True)]
        for invoice in self.search([*waiting, ("move_type", "in", SALES)]):
            try:
                invoice._require_approved_products()
            except UserError as refused:
                invoice.auto_post = False
                invoice.message_post(body=refused.args[0])
        return super()._autopost_draft_entries()

    def _require_approved_products(self):
        """Raise UserError, saying what to do, if one of the products may not be sold."""
        self.filtered(lambda move: move.move_type in SALES).invoice_line_ids._require_approved_products()

    def _products_of_its_sales(self):
        """Products of which the sale itself has asked whether they may be sold."""
        return self.env["product.product"]


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._of_posted_sales()._require_approved_products()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if {"product_id", "move_id", "sale_line_ids"} & vals.keys():
            self._of_posted_sales()._require_approved_products()
        return result

    def _of_posted_sales(self):
        return self.filtered(
            lambda line: line.product_id and line.parent_state == "posted" and line.move_id.move_type in SALES
        )

    def _require_approved_products(self):
        if guard.is_open(self.env):
            return
        for line in self.sudo().filtered("product_id"):
            if not line._is_of_an_order():
                line.product_id.with_env(self.env)._require_channel("allow_sale")

    def _is_of_an_order(self):
        """Whether the same product was sold before by a document that asks for its approval."""
        bound = self.sale_line_ids.filtered(lambda sold: sold.order_id._is_binding()).product_id
        return self.product_id in (bound | self.move_id._products_of_its_sales())
