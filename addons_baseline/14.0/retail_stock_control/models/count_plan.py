"""A plan of cycle counts: what sells for much is counted often."""

from collections import defaultdict
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ..counting import Stocked, classes, due


class CountPlan(models.Model):
    _name = "retail.count.plan"
    _description = "Count plan"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Warehouses",
        required=True,
        check_company=True,
        help="Each gets counts of its own.",
    )
    user_id = fields.Many2one("res.users", "Told of new counts")
    blind = fields.Boolean("Blind counts", default=True)
    reason_id = fields.Many2one(
        "retail.adjustment.reason",
        "Usual reason",
        default=lambda self: self.env.ref("retail_stock_control.reason_count", raise_if_not_found=False),
    )
    share_a = fields.Float("A is up to %", default=80.0, help="Percent of the value that left the warehouse.")
    share_b = fields.Float("B is up to %", default=95.0)
    period = fields.Integer("Days looked back", default=90, required=True)
    days_a = fields.Integer("A every", default=30, required=True, help="Days")
    days_b = fields.Integer("B every", default=90, required=True, help="Days")
    days_c = fields.Integer("C every", default=180, required=True, help="Days")
    size = fields.Integer("Products in a count", default=40, required=True)
    inventory_ids = fields.One2many("stock.inventory", "plan_id", "Counts", readonly=True)

    @api.constrains("share_a", "share_b", "period", "days_a", "days_b", "days_c", "size")
    def _check_numbers(self):
        for plan in self:
            if not 0 <= plan.share_a <= plan.share_b <= 100:
                raise ValidationError(_("The share of A has to be below that of B, and both between 0 and 100."))
            if min(plan.period, plan.days_a, plan.days_b, plan.days_c, plan.size) < 1:
                raise ValidationError(_("Days and products in a count have to be at least 1."))

    @api.model
    def _cron_make_counts(self):
        self.search([("active", "=", True)])._make_counts()

    def action_make_counts(self):
        """The counts that are due now, without waiting for the night."""
        self.check_access_rights("write")
        self._make_counts()

    def _make_counts(self):
        """One count for each warehouse that has none of this plan open. Returns the new counts."""
        made = self.env["stock.inventory"]
        for plan in self:
            for warehouse in plan.warehouse_ids:
                location = warehouse.lot_stock_id
                mine = [("plan_id", "=", plan.id), ("warehouse_id", "=", warehouse.id)]
                if not made.search_count([*mine, ("state", "in", ("draft", "confirm"))]):
                    products = plan._due_products(location)[: plan.size]
                    made |= plan._make_count(location, products) if products else made.browse()
        return made

    def _make_count(self, location, products):
        inventory = (
            self.env["stock.inventory"]
            .with_company(self.company_id)
            .create(
                {
                    "name": f"{self.name}: {location.get_warehouse().name}",
                    "plan_id": self.id,
                    "company_id": self.company_id.id,
                    "location_ids": [(6, 0, location.ids)],
                    "product_ids": [(6, 0, products)],
                    "blind": self.blind,
                    "reason_id": self.reason_id.id,
                }
            )
        )
        inventory._action_start()
        if self.user_id:
            inventory.activity_schedule("mail.mail_activity_data_todo", user_id=self.user_id.id)
        return inventory

    def _due_products(self, location):
        stocked = self._stocked(location)
        found = classes(stocked, self.share_a / 100, self.share_b / 100)
        every = {"A": self.days_a, "B": self.days_b, "C": self.days_c}
        return due(stocked, found, every, fields.Date.context_today(self))

    def _stocked(self, location):
        """Stocked for every product that is at this location or below it, and is not being counted just now."""
        today = fields.Datetime.now()
        path = f"{location.parent_path}%"
        parameters = {
            "inside": path,
            "moved_since": today - timedelta(days=self.period),
            # What was counted longer ago than this is due in any class.
            "counted_since": today - timedelta(days=max(self.days_a, self.days_b, self.days_c)),
        }
        units, counted = defaultdict(float), {}
        self.env["base"].flush()
        self.env.cr.execute(MOVED, parameters)
        units.update(self.env.cr.fetchall())
        self.env.cr.execute(COUNTED, parameters)
        counted.update(self.env.cr.fetchall())
        self.env.cr.execute(AT_HAND, parameters)
        products = self.env["product.product"].browse(row[0] for row in self.env.cr.fetchall())
        costs = products.with_company(self.company_id)
        return [Stocked(each.id, units[each.id] * each.standard_price, counted.get(each.id)) for each in costs]


AT_HAND = """
    SELECT DISTINCT quant.product_id
      FROM stock_quant quant
      JOIN stock_location place ON place.id = quant.location_id AND place.parent_path LIKE %(inside)s
     WHERE quant.quantity <> 0
       AND NOT EXISTS (
           SELECT FROM stock_inventory_line line
             JOIN stock_inventory inventory ON inventory.id = line.inventory_id AND inventory.state = 'confirm'
             JOIN stock_location at ON at.id = line.location_id AND at.parent_path LIKE %(inside)s
            WHERE line.product_id = quant.product_id)
"""
MOVED = """
    SELECT move.product_id, sum(move.product_qty)
      FROM stock_move move
      JOIN stock_location source ON source.id = move.location_id AND source.parent_path LIKE %(inside)s
      JOIN stock_location target ON target.id = move.location_dest_id AND target.parent_path NOT LIKE %(inside)s
     WHERE move.state = 'done' AND move.date >= %(moved_since)s
     GROUP BY move.product_id
"""
COUNTED = """
    SELECT line.product_id, max(inventory.date)::date
      FROM stock_inventory_line line
      JOIN stock_inventory inventory ON inventory.id = line.inventory_id
      JOIN stock_location at ON at.id = line.location_id AND at.parent_path LIKE %(inside)s
     WHERE inventory.state = 'done' AND inventory.date >= %(counted_since)s AND line.counted
     GROUP BY line.product_id
"""
