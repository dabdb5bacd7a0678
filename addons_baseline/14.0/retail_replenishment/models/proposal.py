"""Every change of a reordering rule that was computed: small ones made at once, large ones for a buyer."""

from datetime import timedelta

from odoo import SUPERUSER_ID, _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import AccessError, UserError

BUYERS = "purchase.group_purchase_user"
# Small changes are many, and said no more than what the rule shows since.
KEEP_APPLIED = timedelta(days=30)
KEEP = timedelta(days=365)


class ReplenishmentProposal(models.Model):
    _name = "retail.replenishment.proposal"
    _inherit = "retail.sealed.mixin"
    _description = "Replenishment proposal"
    _order = "id desc"
    _rec_name = "product_id"

    state = fields.Selection(
        [
            ("open", "To decide"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("applied", "Small, made at once"),
            ("outdated", "Outdated"),
        ],
        required=True,
        index=True,
    )
    run_id = fields.Many2one("retail.replenishment.run", "Computed in", ondelete="set null", index=True)
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    categ_id = fields.Many2one(related="product_id.categ_id")
    orderpoint_id = fields.Many2one(
        "stock.warehouse.orderpoint", "Reordering rule", help="Empty: a new one.", ondelete="cascade", index=True
    )
    policy_id = fields.Many2one("retail.replenishment.policy", ondelete="set null")
    route_id = fields.Many2one("stock.location.route", "Route of a new rule", ondelete="set null")
    old_min = fields.Float("Old minimum", digits="Product Unit of Measure")
    old_max = fields.Float("Old maximum", digits="Product Unit of Measure")
    new_min = fields.Float("New minimum", digits="Product Unit of Measure")
    new_max = fields.Float("New maximum", digits="Product Unit of Measure")
    sold_qty = fields.Float("Gone out", digits="Product Unit of Measure")
    sold_days = fields.Integer("Within days")
    lead_days = fields.Float("Days to arrive", digits=(16, 1))
    why = fields.Char(compute="_compute_why")
    decided_by_id = fields.Many2one("res.users", "Decided by", ondelete="restrict")
    decided_at = fields.Datetime("Decided on")
    note = fields.Char("Reason")

    def init(self):
        result = super().init()
        self.env.cr.execute(
            "CREATE UNIQUE INDEX IF NOT EXISTS retail_replenishment_proposal_open"
            " ON retail_replenishment_proposal (warehouse_id, product_id) WHERE state = 'open'"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS retail_replenishment_proposal_refused"
            " ON retail_replenishment_proposal (warehouse_id, product_id) WHERE state = 'refused'"
        )
        return result

    @api.depends("sold_qty", "sold_days", "lead_days", "policy_id")
    def _compute_why(self):
        for each in self:
            policy = each.policy_id.sudo()
            each.why = _(
                "%(sold)g went out in %(days)s days. The minimum lasts for %(lead)g days until goods arrive and"
                " %(spare)s more, the maximum for another %(cover)s.",
                sold=each.sold_qty,
                days=each.sold_days,
                lead=each.lead_days,
                spare=policy.review_days + policy.safety_days,
                cover=policy.cover_days,
            )

    def action_accept(self):
        """A buyer takes over what is proposed. What was changed meanwhile is outdated instead."""
        proposals = self._take()
        proposals._settle("accepted")
        stale = proposals._stale()
        stale._settle("outdated")
        (proposals - stale)._apply()
        self.env["stock.warehouse.orderpoint"].invalidate_cache()

    def action_ask_why_not(self):
        return {
            "type": "ir.actions.act_window",
            "name": _("Refuse"),
            "res_model": "retail.replenishment.refusal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_proposal_ids": [(6, 0, self.ids)]},
        }

    def _refuse(self, note):
        self._take()._settle("refused", note)

    def _take(self):
        """These, if all are open and this person may decide; of two people at once, the second fails.

        Raises AccessError or UserError with what to do.
        """
        if self.env.uid == SUPERUSER_ID:
            raise AccessError(_("Large changes are a buyer's decision. A program cannot take it."))
        if not self.env.user.has_group(BUYERS):
            raise AccessError(_("You may not decide about replenishment. Ask a buyer."))
        self.check_access_rights("read")
        self.check_access_rule("read")
        self.flush()
        self.env.cr.execute(
            "SELECT id FROM retail_replenishment_proposal WHERE id = ANY(%s) AND state = 'open' FOR UPDATE",
            (self.ids,),
        )
        if len(self.env.cr.fetchall()) != len(self):
            raise UserError(_("Somebody has decided already. Look at the list again, and choose open ones."))
        return self

    def _settle(self, state, note=False):
        guard.passing(self.sudo()).write(
            {
                "state": state,
                "note": note,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )

    def _stale(self):
        """Those whose rule is not any more what the proposal was made from."""
        self.flush()
        self.env["stock.warehouse.orderpoint"].flush()
        self.env.cr.execute(
            """
            SELECT proposal.id
              FROM retail_replenishment_proposal proposal
              JOIN stock_warehouse warehouse ON warehouse.id = proposal.warehouse_id
              LEFT JOIN stock_warehouse_orderpoint rule ON rule.id = proposal.orderpoint_id
             WHERE proposal.id = ANY(%s) AND CASE
                   WHEN proposal.orderpoint_id IS NULL THEN EXISTS (
                        SELECT 1 FROM stock_warehouse_orderpoint other
                         WHERE other.product_id = proposal.product_id
                           AND other.location_id = warehouse.lot_stock_id)
                   ELSE NOT rule.active OR rule.product_min_qty != proposal.old_min
                        OR rule.product_max_qty != proposal.old_max END
            """,
            (self.ids,),
        )
        return self.browse([number for (number,) in self.env.cr.fetchall()])

    def _apply(self):
        """Write the new quantities into the reordering rules, and make those that are missing."""
        self.flush()
        rules = self.env["stock.warehouse.orderpoint"]
        rules.flush()
        rules._set_quantities_of(self)
        rules._make_for(self)
        rules.invalidate_cache()

    @api.model
    def _outdate(self, run):
        """Open proposals of the warehouse that this run did not find any more."""
        self.env.cr.execute(
            "UPDATE retail_replenishment_proposal SET state = 'outdated', write_date = %s"
            " WHERE warehouse_id = %s AND state = 'open' AND run_id IS DISTINCT FROM %s",
            (run.date, run.warehouse_id.id, run.id),
        )
        self.invalidate_cache()

    @api.autovacuum
    def _gc_proposals(self):
        now = fields.Datetime.now()
        gone = [
            ("state", "!=", "open"),
            "|",
            ("write_date", "<", now - KEEP),
            "&",
            ("state", "in", ("applied", "outdated")),
            ("write_date", "<", now - KEEP_APPLIED),
        ]
        # Set-based: there are many, and nothing hangs on them.
        query = self._where_calc(gone)
        tables, condition, values = query.get_sql()
        self.env.cr.execute(
            f'DELETE FROM "{self._table}" WHERE id IN (SELECT "{self._table}".id FROM {tables} WHERE {condition})',  # noqa: S608
            values,
        )
        self.invalidate_cache()
