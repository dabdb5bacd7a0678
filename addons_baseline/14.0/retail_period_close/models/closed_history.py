"""Records that become history when they are done, and that a closed period keeps as they are."""

from odoo import api, models
from odoo.exceptions import UserError


class ClosedHistory(models.AbstractModel):
    """Core's lock dates know journal entries only: a done transfer can be dated back, or changed, at any time."""

    _name = "retail.closed.history"
    _description = "History that a closed period keeps"

    @api.model
    def _history_fields(self):
        """Names of the fields that say what happened and when."""
        return frozenset()

    def _history_moment(self):
        """When it happened (datetime, UTC); False while it has not."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._keep_closed_history()
        return records

    def write(self, vals):
        touches = not self._history_fields().isdisjoint(vals)
        if touches:
            self._keep_closed_history()
        result = super().write(vals)
        if touches:
            self._keep_closed_history()
        return result

    def _keep_closed_history(self):
        for record in self:
            moment = record._history_moment()
            if not moment:
                continue
            company = record.company_id or self.env.company
            company._retail_hold_open(moment.date())
            if company._retail_is_closed(moment):
                raise UserError(company._retail_closed_message(record.display_name))
