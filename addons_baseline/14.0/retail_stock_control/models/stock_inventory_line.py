"""One line of a count: what was found, by whom, and why it differs."""

import re

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.osv import expression
from odoo.tools import float_compare

from ..differences import Difference

# What tells how much there should be, which a blind count is not to know.
HIDDEN = frozenset({"theoretical_qty", "difference_qty", "outdated"})
SUBMITTED = ("pending", "approved")
WORD = re.compile(r"\w+")


class StockInventoryLine(models.Model):
    _inherit = "stock.inventory.line"

    counted = fields.Boolean(help="Somebody has counted it. Set by itself when a quantity is entered or scanned.")
    hidden = fields.Boolean(compute="_compute_hidden", help="What the books say is not shown yet.")
    # Number in the register of the last count of this when the books were asked; 0: there was none.
    after_entry = fields.Integer(readonly=True)
    reason_id = fields.Many2one("retail.adjustment.reason", ondelete="restrict")
    note = fields.Char()

    @api.depends_context("uid")
    @api.depends("inventory_id.blind", "inventory_id.state", "inventory_id.approval_state")
    def _compute_hidden(self):
        shown = self.sudo().filtered_domain(self._shown())
        for line in self:
            line.hidden = line not in shown

    @api.model
    def _identity(self):
        """Fields by which the books find what should be there."""
        return ("product_id", "location_id", "prod_lot_id", "package_id", "partner_id", "product_uom_id")

    @api.model_create_multi
    def create(self, vals_list):
        if not guard.is_open(self.env):
            # A form sends along what it showed; only the books say what they say.
            vals_list = [self._without_books(vals) for vals in vals_list]
        lines = super().create([{"counted": "product_qty" in vals, **vals} for vals in vals_list])
        lines._refuse_unless_counting()
        lines._remember_last_entries()
        lines.filtered("counted")._log_count()
        return lines

    def write(self, vals):
        self._refuse_unless_counting()
        if not guard.is_open(self.env):
            vals = self._without_books(vals)
        if "product_qty" in vals:
            vals = {"counted": True, **vals}
        result = super().write(vals)
        if not vals.keys().isdisjoint({"product_qty", "counted", *self._identity()}):
            # At the moment of counting: what was sold since the count began is neither there nor missing.
            self._take_from_books()
        if "product_qty" in vals or vals.get("counted"):
            self._log_count()
        return result

    def unlink(self):
        self._refuse_unless_counting()
        return super().unlink()

    def action_refresh_quantity(self):
        self._refuse_unless_counting()
        result = super(StockInventoryLine, guard.passing(self)).action_refresh_quantity()
        self._remember_last_entries()
        return result

    @api.model
    def _without_books(self, vals):
        return {name: vals[name] for name in vals if name not in ("theoretical_qty", "after_entry")}

    # What a blind count does not show.

    def read(self, fields=None, load="_classic_read"):
        rows = super().read(fields, load)
        hidden = set(self._hidden().ids)
        for row in rows:
            if row["id"] in hidden:
                row.update(dict.fromkeys(HIDDEN & row.keys(), False))
        return rows

    def export_data(self, fields_to_export):
        # Beforehand, because what is looked up here as superuser is then at hand for whoever asks.
        self.check_access_rights("read")
        self.check_access_rule("read")
        if self._hidden() and HIDDEN & set(fields_to_export):
            raise UserError(_("This is a blind count: what the books say is shown when it has been submitted."))
        return super().export_data(fields_to_export)

    @api.model
    def read_group(self, domain, fields, groupby, *args, **kwargs):
        domain = self._without_hidden(domain, fields, groupby, args, kwargs)
        return super().read_group(domain, fields, groupby, *args, **kwargs)

    @api.model
    def _search(self, args, *more, **kwargs):
        """Of other models as well, by way of a count's lines."""
        return super()._search(self._without_hidden(args, more, kwargs), *more, **kwargs)

    @api.model
    def _without_hidden(self, domain, *specs):
        """The domain; without hidden lines where it, or anything else that is asked, names what they hide."""
        asked = [leaf[0] for leaf in domain if isinstance(leaf, (list, tuple))]
        if self.env.su or not HIDDEN & set(WORD.findall(str([asked, specs]))):
            return domain
        return expression.AND([domain, self._shown()])

    @api.model
    def _shown(self):
        """Domain of lines whose books this user may see.

        Until it is posted, nobody who counted or submitted: they could withdraw it, and enter what they have read.
        """
        waiting = [("blind", "=", True), ("state", "!=", "done"), ("approval_state", "in", SUBMITTED)]
        took_part = [
            "|",
            ("count_entry_ids.user_id", "=", self.env.uid),
            ("approval_request_ids.requester_id", "=", self.env.uid),
        ]
        own = self.env["stock.inventory"].sudo().search(waiting + took_part)
        return [
            "|",
            ("inventory_id.blind", "=", False),
            "|",
            ("inventory_id.state", "=", "done"),
            "&",
            ("inventory_id.approval_state", "in", SUBMITTED),
            ("inventory_id", "not in", own.ids),
        ]

    def _hidden(self):
        return self.browse() if self.env.su else self.sudo().filtered("hidden")

    # What is counted, and what comes of it.

    def _refuse_unless_counting(self):
        if guard.is_open(self.env):
            return
        for inventory in self.inventory_id:
            if inventory.state == "done":
                raise UserError(_("%s is posted. Make a new count, and correct it there.", inventory.display_name))
            if inventory.approval_state == "pending":
                raise UserError(
                    _("%s waits for approval. Withdraw it first, then change it.", inventory.display_name)
                )

    def _take_from_books(self):
        for line in self:
            expected = line.product_id.get_theoretical_quantity(
                line.product_id.id,
                line.location_id.id,
                lot_id=line.prod_lot_id.id,
                package_id=line.package_id.id,
                owner_id=line.partner_id.id,
                to_uom=line.product_uom_id.id,
            )
            guard.passing(line).write({"theoretical_qty": expected, "inventory_date": fields.Datetime.now()})
        self._remember_last_entries()

    def _remember_last_entries(self):
        last = self._last_entries()
        for line in self.filtered(lambda each: each.after_entry != last[each]):
            guard.passing(line).write({"after_entry": last[line]})

    def _last_entries(self):
        """Number of the last count in the register of just what each line counts; 0 without one."""
        if not self:
            return {}
        self.env["retail.adjustment.entry"].flush()
        self.env.cr.execute(
            """
            SELECT product_id, location_id, lot_id, package_id, owner_id, max(id)
              FROM retail_adjustment_entry
             WHERE inventory_id IS NOT NULL AND product_id IN %s AND location_id IN %s
             GROUP BY product_id, location_id, lot_id, package_id, owner_id
            """,
            (tuple(self.product_id.ids), tuple(self.location_id.ids)),
        )
        last = {tuple(number or 0 for number in row[:-1]): row[-1] for row in self.env.cr.fetchall()}
        return {line: last.get(line._place(), 0) for line in self}

    def _place(self):
        """What a line counts, unit aside, as numbers."""
        return tuple(self[name].id or 0 for name in self._identity()[:-1])

    def _overtaken(self):
        """Lines with a difference that another count has corrected since the books were asked."""
        last = self._last_entries()
        return self.filtered(lambda line: line._differs() and line.after_entry != last[line])

    def _log_count(self):
        guard.passing(self.env["retail.count.entry"].sudo()).create(
            [
                {
                    "inventory_id": line.inventory_id.id,
                    "user_id": self.env.uid,
                    "product_id": line.product_id.id,
                    "location_id": line.location_id.id,
                    "lot_id": line.prod_lot_id.id,
                    "quantity": line.product_qty,
                }
                for line in self
                if line.inventory_id
            ]
        )

    def _differs(self):
        rounding = self.product_uom_id.rounding
        return float_compare(self.product_qty, self.theoretical_qty, precision_rounding=rounding) != 0

    def _lacks_lot(self):
        return self.product_id.tracking != "none" and not self.prod_lot_id

    def _reason(self):
        return self.reason_id or self.inventory_id.reason_id

    def _differences(self):
        places = self.env["retail.warehouse.places"]
        warehouses = {location: places._warehouse_of(location) for location in self.location_id}
        return [line._difference(warehouses[line.location_id]) for line in self if line._differs()]

    def _difference(self, warehouse):
        unit = self.product_id.uom_id
        return Difference(
            product=self.product_id,
            location=self.location_id,
            warehouse=warehouse,
            lot=self.prod_lot_id,
            package=self.package_id,
            owner=self.partner_id,
            after=self.after_entry,
            units=self.product_uom_id._compute_quantity(
                self.product_qty - self.theoretical_qty, unit, rounding_method="HALF-UP"
            ),
            expected=self.product_uom_id._compute_quantity(self.theoretical_qty, unit, rounding_method="HALF-UP"),
            unit_cost=self.product_id.with_company(self.company_id).standard_price,
            reason=self._reason(),
            note=self.note or "",
        )
