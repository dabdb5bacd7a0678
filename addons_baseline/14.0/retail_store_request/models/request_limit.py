"""How much of a product a store may ask for."""

from odoo import _, api, fields, models
from odoo.tools import float_compare


class RequestLimit(models.Model):
    _name = "retail.request.limit"
    _description = "Limit of store requests"
    _order = "sequence, id"
    _rec_name = "categ_id"

    sequence = fields.Integer(default=10, help="Of all that fit a request, the first counts.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "retail_request_limit_warehouse_rel",
        "limit_id",
        "warehouse_id",
        "Stores",
        help="Empty: all stores.",
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        help="With those below it. Empty: all products.",
        ondelete="restrict",
    )
    quantity = fields.Float(
        "At most",
        digits="Product Unit of Measure",
        required=True,
        help="Of one product, in its own unit. 0: this is not to be asked for.",
    )
    days = fields.Integer(
        "Within days", default=7, required=True, help="What else was asked for within these days counts."
    )

    _sql_constraints = [
        ("quantity", "CHECK (quantity >= 0)", "Enter a quantity of 0 or more."),
        ("days", "CHECK (days BETWEEN 1 AND 365)", "Enter 1 to 365 days."),
    ]

    @api.model
    def _of(self, request):
        """The limit that counts for a request, or none."""
        path = request.product_id.categ_id.parent_path or ""
        return (
            self.sudo()
            .search([("company_id", "=", request.company_id.id)])
            .filtered(
                lambda limit: (
                    (not limit.warehouse_ids or request.warehouse_id in limit.warehouse_ids)
                    and path.startswith(limit.categ_id.parent_path or "")
                )
            )[:1]
        )

    def _problem(self, request):
        """One sentence when the request goes beyond this limit; None: it does not."""
        if not self:
            return None
        since = fields.Datetime.subtract(fields.Datetime.now(), days=self.days)
        others = request.sudo().search(
            [
                ("warehouse_id", "=", request.warehouse_id.id),
                ("product_id", "=", request.product_id.id),
                ("create_date", ">=", since),
                ("state", "!=", "cancel"),
                ("approval_state", "in", ("pending", "approved")),
                ("id", "not in", request.ids),
            ]
        )
        asked = sum(others.mapped("product_qty"))
        rounding = request.product_id.uom_id.rounding
        if float_compare(asked + request.product_qty, self.quantity, precision_rounding=rounding) <= 0:
            return None
        return _(
            "%(product)s: a store may ask for %(limit)g in %(days)s days, and %(asked)g were asked for already."
            " Lower the quantity, or ask head office.",
            product=request.product_id.display_name,
            limit=self.quantity,
            days=self.days,
            asked=asked,
        )
