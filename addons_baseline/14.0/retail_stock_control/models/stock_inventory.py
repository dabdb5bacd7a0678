"""A count: what was found, why it differs, and the approval without which nothing of it is posted."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError


class StockInventory(models.Model):
    _name = "stock.inventory"
    _inherit = ["stock.inventory", "retail.adjustment.mixin"]

    blind = fields.Boolean(
        "Blind count",
        readonly=True,
        states={"draft": [("readonly", False)]},
        help="Whoever counts does not see what the books say, begins at zero, and has to count every line.",
    )
    reason_id = fields.Many2one(
        "retail.adjustment.reason", "Usual reason", help="For all lines without a reason of their own."
    )
    plan_id = fields.Many2one("retail.count.plan", "Count plan", readonly=True, index=True, ondelete="restrict")
    warehouse_id = fields.Many2one("stock.warehouse", compute="_compute_warehouse_id", store=True, index=True)
    count_entry_ids = fields.One2many("retail.count.entry", "inventory_id", "Counted", readonly=True)
    adjustment_entry_ids = fields.One2many("retail.adjustment.entry", "inventory_id", "Differences", readonly=True)

    @api.depends("location_ids")
    def _compute_warehouse_id(self):
        places = self.env["retail.warehouse.places"]
        for inventory in self:
            inventory.warehouse_id = places._warehouse_of(inventory.location_ids[:1])

    def write(self, vals):
        if not vals.get("blind", True) and any(each.blind and each.state == "confirm" for each in self):
            raise UserError(
                _("A blind count stays blind until it has been submitted. Give it up, and begin another.")
            )
        return super().write(vals)

    def action_validate(self):
        """Submits it. Within limits it is posted at once, otherwise as soon as somebody else has approved it."""
        self.ensure_one()
        self.action_approval_submit()
        if self.state == "done":
            return True
        return form_of(self._name, self.id)

    def action_rest_is_zero(self):
        """What has not been counted is not there."""
        self.line_ids.filtered(lambda line: not line.counted).write({"product_qty": 0.0})

    def action_cancel_draft(self):
        self._approval_reopen(_("Given up by %s", self.env.user.name))
        return super().action_cancel_draft()

    def _action_start(self):
        # What the books say is taken from them, and from nobody else.
        return super(StockInventory, guard.passing(self))._action_start()

    def _get_inventory_lines_values(self):
        lines = super()._get_inventory_lines_values()
        return [{**line, "counted": False, **({"product_qty": 0.0} if self.blind else {})} for line in lines]

    def _action_done(self):
        self._approval_require()
        overtaken = self.sudo().line_ids._overtaken()
        if overtaken:
            raise UserError(self._say_overtaken(overtaken))
        register = self.env["retail.adjustment.entry"]
        entries = register.browse()
        for inventory in self:
            entries |= register._enter(inventory, inventory.sudo()._differences())
        result = super()._action_done()
        entries._require_claimed()
        return result

    def _differences(self):
        return self.line_ids._differences()

    def _approval_problems(self):
        if self.state != "confirm":
            return [_("It is not being counted. Start it, and count.")]
        problems = super()._approval_problems()
        lines = self.sudo().line_ids
        uncounted = lines.filtered(lambda line: not line.counted) if self.blind else lines.browse()
        if uncounted:
            problems.append(_("Not counted yet: %s.", self._some_names(uncounted.product_id)))
        overtaken = lines._overtaken()
        if overtaken:
            problems.append(self._say_overtaken(overtaken))
        without_lot = lines.filtered(lambda line: line._differs() and line._lacks_lot())
        if without_lot:
            problems.append(_("Enter the lot or serial number of %s.", self._some_names(without_lot.product_id)))
        return problems

    def _say_overtaken(self, lines):
        return _(
            "Another count has corrected it meanwhile, so count it again: %s.", self._some_names(lines.product_id)
        )

    def _approval_content(self):
        return [
            str(self.accounting_date),
            [
                (
                    *(line[name].id for name in line._identity()),
                    line.product_qty,
                    line.theoretical_qty,
                    line._reason().id,
                    line.note or "",
                )
                for line in self.line_ids.sorted("id")
            ],
        ]

    def _approval_involved(self):
        found = self.env["retail.count.entry"].read_group(
            [("inventory_id", "=", self.id)], ["user_id"], ["user_id"]
        )
        return self.env["res.users"].browse(group["user_id"][0] for group in found)

    def _approval_granted(self):
        self._action_done()
