"""By how much a bill may cost more than what was ordered, by product category."""

from odoo import api, fields, models


class BillTolerance(models.Model):
    _name = "retail.bill.tolerance"
    _inherit = "mail.thread"
    _description = "Bill tolerance"
    _rec_name = "categ_id"
    _order = "company_id, categ_id, id"

    company_id = fields.Many2one("res.company", help="Empty: all companies.", index=True, ondelete="cascade")
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        help="The tolerance of the closest category counts. Empty: of all that have none.",
        ondelete="restrict",
        tracking=True,
    )
    percent = fields.Float(
        "Per cent", digits=(5, 2), help="Of what the order line costs for the quantity billed.", tracking=True
    )
    amount = fields.Float(
        digits=(16, 2), help="For each order line, without taxes, in the company's currency.", tracking=True
    )

    _sql_constraints = [
        ("percent", "CHECK (percent BETWEEN 0 AND 100)", "Enter a tolerance from 0 to 100 per cent."),
        ("amount", "CHECK (amount >= 0)", "Enter a tolerance of 0 or more."),
        (
            "one",
            "EXCLUDE (COALESCE(company_id, 0) WITH =, COALESCE(categ_id, 0) WITH =)",
            "There is a tolerance for this category already. Change that one.",
        ),
    ]

    @api.model
    def _allowed(self, company, category, value):
        """How much more than this value may be billed, in the company's currency."""
        domain = [("company_id", "in", (False, company.id)), ("categ_id", "in", (False, *self._above(category)))]
        found = self.sudo().search(domain)
        # The closest category, and of two for the same the company's own.
        closest = found.sorted(lambda each: (len(each.categ_id.parent_path or ""), bool(each.company_id)))[-1:]
        return max(value * closest.percent / 100, closest.amount) if closest else 0.0

    @staticmethod
    def _above(category):
        """Ids of a category and all above it."""
        return [int(each) for each in (category.parent_path or "").split("/") if each]
