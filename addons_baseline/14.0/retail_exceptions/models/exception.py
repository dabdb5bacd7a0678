"""What a detector found: open as long as it is seen, and somebody's when somebody takes it."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError

MAGIC = frozenset(models.MAGIC_COLUMNS)
PEOPLE_S = frozenset({"user_id", "note", "accepted_until"})


class RetailException(models.Model):
    """Written by the detectors' queries alone; people write who looks after it, and until when it is fine."""

    _name = "retail.exception"
    _inherit = "retail.guard.mixin"
    _description = "Exception"
    _order = "severity desc, deadline, id"

    detector_id = fields.Many2one("retail.detector", "What", required=True, readonly=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    advice = fields.Char(related="detector_id.advice")
    severity = fields.Selection([("1", "Normal"), ("2", "High")], required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="cascade")
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Document number", model_field="res_model", readonly=True)
    quantity = fields.Float(readonly=True)
    value = fields.Monetary(readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")], required=True, readonly=True, index=True
    )
    times = fields.Integer(readonly=True, help="How often it came back after it had been resolved, and once more.")
    first_seen = fields.Datetime(readonly=True)
    last_seen = fields.Datetime(readonly=True)
    resolved_at = fields.Datetime("Resolved on", readonly=True)
    deadline = fields.Datetime(readonly=True)
    late = fields.Boolean(compute="_compute_late", search="_search_late")
    user_id = fields.Many2one("res.users", "Looked after by", ondelete="set null")
    note = fields.Char()
    accepted_until = fields.Date(help="It is known, and nothing has to be done until then.")

    _sql_constraints = [("seen_once", "unique(detector_id, key)", "A detector finds the same thing once.")]

    @api.depends("detector_id", "product_id", "partner_id")
    def _compute_name(self):
        for found in self:
            about = found.product_id.display_name or found.partner_id.display_name
            found.name = f"{found.detector_id.name}: {about}" if about else found.detector_id.name

    @api.depends("deadline", "state")
    def _compute_late(self):
        for found in self:
            found.late = found.state == "open" and found.deadline < fields.Datetime.now()

    @api.model
    def _search_late(self, operator, value):
        late = [("state", "=", "open"), ("deadline", "<", fields.Datetime.now())]
        return late if bool(value) == (operator == "=") else ["!", "&", *late]

    @api.model
    def _guarded_fields(self):
        stored = {name for name, field in self._fields.items() if field.store and not field.related}
        return super()._guarded_fields() | (stored - PEOPLE_S - MAGIC)

    def _guarded_message(self, _names):
        return _("An exception is what a detector found. It goes when its cause is gone; take it, or accept it.")

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(self._guarded_message(()))
        return super().unlink()

    def _forget(self):
        guard.passing(self).unlink()

    def action_take(self):
        self.write({"user_id": self.env.uid})

    def action_open_document(self):
        self.ensure_one()
        return form_of(self.res_model, self.res_id)
