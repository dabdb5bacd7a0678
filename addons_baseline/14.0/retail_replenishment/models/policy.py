"""From what the quantities of reordering rules are computed: by category, season and store."""

from odoo import api, fields, models

from .season import in_season


class ReplenishmentPolicy(models.Model):
    _name = "retail.replenishment.policy"
    _inherit = "mail.thread"
    _description = "Replenishment policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Of all that fit a product in a store, the first counts.")
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    categ_id = fields.Many2one(
        "product.category",
        "Product category",
        help="With those below it. Empty: all products.",
        tracking=True,
        ondelete="restrict",
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "retail_replenishment_policy_warehouse_rel",
        "policy_id",
        "warehouse_id",
        "Stores",
        check_company=True,
        help="Empty: all stores and warehouses of the company.",
    )
    season_from = fields.Date("Season from", tracking=True, help="Comes back every year; the year does not count.")
    season_to = fields.Date("Season until", tracking=True, help="Comes back every year; the year does not count.")
    history_days = fields.Integer(
        "Days of sales", default=56, required=True, tracking=True, help="So many days back are looked at."
    )
    review_days = fields.Integer(
        "Days between orders", default=1, required=True, tracking=True, help="The minimum lasts for these, too."
    )
    safety_days = fields.Integer(
        "Days of safety", default=7, required=True, tracking=True, help="On top, because sales and vendors differ."
    )
    cover_days = fields.Integer(
        "Days of cover",
        default=14,
        required=True,
        tracking=True,
        help="The maximum lasts for so many days more than the minimum.",
    )
    least_qty = fields.Float(
        "At least",
        digits="Product Unit of Measure",
        tracking=True,
        help="Minimum of whatever is sold here, however slowly: what a shelf needs to look like one.",
    )
    central_keeps_stock = fields.Boolean(
        "Central warehouse keeps stock",
        default=True,
        tracking=True,
        help="A store then waits only for its central warehouse. Otherwise it waits for the vendor, too.",
    )
    max_change_pct = fields.Float(
        "Large change (%)", default=30.0, required=True, tracking=True, help="A larger one needs a buyer."
    )
    small_qty = fields.Float(
        "Small change",
        digits="Product Unit of Measure",
        default=2.0,
        required=True,
        tracking=True,
        help="A change of up to so many units is never large.",
    )
    large_changes = fields.Selection(
        [("propose", "A buyer decides"), ("apply", "Are made at once")],
        default="propose",
        required=True,
        tracking=True,
    )
    hold_days = fields.Integer(
        "People's quantities hold (days)",
        default=28,
        required=True,
        tracking=True,
        help="What somebody entered on a reordering rule, or refused, is left alone for so many days."
        " 0: one night.",
    )

    _sql_constraints = [
        ("history", "CHECK (history_days BETWEEN 7 AND 730)", "Enter 7 to 730 days of sales."),
        (
            "days",
            "CHECK (least(review_days, safety_days, cover_days, hold_days) >= 0)",
            "Enter days of 0 or more.",
        ),
        (
            "quantities",
            "CHECK (least_qty >= 0 AND small_qty >= 0 AND max_change_pct >= 0)",
            "Enter quantities and percentages of 0 or more.",
        ),
        (
            "season",
            "CHECK ((season_from IS NULL) = (season_to IS NULL))",
            "Enter both the first and the last day of the season, or neither.",
        ),
    ]

    @api.model
    def _of_warehouse(self, warehouse, day):
        """All that count in a warehouse on this day."""
        here = [("company_id", "=", warehouse.company_id.id)]
        return (
            self.sudo()
            .search(here)
            .filtered(
                lambda policy: (
                    (not policy.warehouse_ids or warehouse in policy.warehouse_ids)
                    and in_season(day, policy.season_from, policy.season_to)
                )
            )
        )
