"""The register: every unit that came from nowhere or went there, with reason, document and who looked at it."""

from collections import defaultdict

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare


class AdjustmentEntry(models.Model):
    """Entries are made before the stock moves, and each move line has to claim one: so no way that moves stock,
    whichever it is, gets past the document that explains it. Outside of a posting there are none to be claimed.
    """

    _name = "retail.adjustment.entry"
    _inherit = "retail.sealed.mixin"
    _description = "Stock difference"
    _order = "id desc"
    _rec_name = "product_id"

    date = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    inventory_id = fields.Many2one("stock.inventory", "Count", index=True, ondelete="restrict")
    scrap_id = fields.Many2one("stock.scrap", index=True, ondelete="restrict")
    move_id = fields.Many2one("stock.move", index=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", "Posted by", required=True, ondelete="restrict")
    product_id = fields.Many2one("product.product", required=True, index=True, ondelete="restrict")
    lot_id = fields.Many2one("stock.production.lot", ondelete="restrict")
    package_id = fields.Many2one("stock.quant.package", ondelete="restrict")
    owner_id = fields.Many2one("res.partner", ondelete="restrict")
    location_id = fields.Many2one("stock.location", required=True, ondelete="restrict")
    warehouse_id = fields.Many2one("stock.warehouse", index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="restrict")
    reason_id = fields.Many2one("retail.adjustment.reason", required=True, index=True, ondelete="restrict")
    note = fields.Char()
    units = fields.Float(help="In the product's own unit; negative: less was there than the books said.")
    expected = fields.Float("Books said")
    unit_cost = fields.Float(digits="Product Price", group_operator="avg")
    value = fields.Float(help="In the company's currency, at cost.")
    value_abs = fields.Float("Value without sign")
    limit_id = fields.Many2one("retail.adjustment.limit", ondelete="restrict")
    within_limits = fields.Boolean(
        "Nobody looked at it", help="Within limits, so no second person had to approve."
    )

    chain = fields.Char(readonly=True)

    # Two counts of the same that are posted at the same moment do not see each other, and would both correct it.
    _sql_constraints = [
        ("chain_unique", "unique(chain)", "Another count has just corrected the same. Count it again."),
    ]

    @api.model
    def _enter(self, document, differences):
        """Entries for what this count or scrap, approved as it stands, is about to move."""
        link = "inventory_id" if document._name == "stock.inventory" else "scrap_id"
        nobody_looked = not document._approval_last_request().step_ids
        limits = self.env["retail.adjustment.limit"].sudo().search([("active", "=", True)])
        return guard.passing(self.sudo()).create(
            [
                {
                    link: document.id,
                    "user_id": self.env.uid,
                    "product_id": each.product.id,
                    "lot_id": each.lot.id,
                    "package_id": each.package.id,
                    "owner_id": each.owner.id,
                    "location_id": each.location.id,
                    "warehouse_id": each.warehouse.id,
                    "company_id": document.company_id.id,
                    "reason_id": each.reason.id,
                    "note": each.note,
                    "units": each.units,
                    "expected": each.expected,
                    "unit_cost": each.unit_cost,
                    "value": each.value,
                    "value_abs": abs(each.value),
                    "chain": each.chain,
                    "limit_id": limits._first_for(each).id,
                    "within_limits": nobody_looked,
                }
                for each in differences
            ]
        )

    @api.model
    def _claim(self, lines):
        """Each of these move lines takes an entry for itself. UserError: there is none for one of them."""
        free = defaultdict(list)
        for entry in self.sudo().search([("move_id", "=", False)]):
            free[entry.product_id, entry.location_id, entry.lot_id].append(entry)
        for line in lines.sudo():
            location, units = line._units_at_our_end()
            mine = free[line.product_id, location, line.lot_id]
            rounding = line.product_id.uom_id.rounding
            entry = next((e for e in mine if not float_compare(e.units, units, precision_rounding=rounding)), None)
            if entry is None:
                raise UserError(self._unaccounted(line.product_id))
            mine.remove(entry)
            guard.passing(entry).write({"move_id": line.move_id.id})

    def _require_claimed(self):
        """What was registered did happen; otherwise the entry would open the door for something else."""
        for entry in self.filtered(lambda each: not each.move_id):
            raise UserError(self._unaccounted(entry.product_id))

    @api.model
    def _unaccounted(self, product):
        return _(
            "The stock of %s cannot be changed like this. Count it under Retail > Work > Counts, or scrap it, and"
            " give the reason.",
            product.display_name,
        )
