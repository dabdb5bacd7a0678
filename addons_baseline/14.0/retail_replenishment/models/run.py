"""What a night has done in each warehouse; also how an interrupted night knows what is left."""

import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.batch import apart

from .demand import WANTED, YOUNG_DAYS

# A night whose job begins a little earlier than the last one still counts as the next.
NIGHT = timedelta(hours=20)
KEEP = timedelta(days=180)


class ReplenishmentRun(models.Model):
    _name = "retail.replenishment.run"
    _inherit = "retail.sealed.mixin"
    _description = "Replenishment of a night"
    _order = "id desc"
    _rec_name = "warehouse_id"

    warehouse_id = fields.Many2one("stock.warehouse", "Store", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    date = fields.Datetime("Computed on", required=True, index=True)
    seconds = fields.Float(digits=(16, 1))
    applied = fields.Integer("Small changes made")
    proposed = fields.Integer("Large changes proposed")

    @api.model
    def _cron_recompute(self):
        """Each warehouse by itself; whatever was interrupted goes on with those that are left."""
        for warehouse in self._due():
            apart(self, "_recompute", warehouse.id)

    @api.model
    def _due(self):
        """Warehouses not computed since last night, or since a policy was changed."""
        now = fields.Datetime.now()
        policies = self.env["retail.replenishment.policy"].sudo().with_context(active_test=False)
        changed = policies.search([], order="write_date desc", limit=1)
        # Odoo keeps `date` in whole seconds. Who changes a policy in the second of a run waits for the next night.
        since = max(now - NIGHT, (changed.write_date or now - NIGHT).replace(microsecond=0))
        done = self.sudo().search([("date", ">=", since)]).warehouse_id
        companies = policies.search([("active", "=", True)]).company_id
        left = self.env["stock.warehouse"].sudo().search([("company_id", "in", companies.ids)]) - done
        today = fields.Date.context_today(self)
        return left.filtered(lambda each: self.env["retail.replenishment.policy"]._of_warehouse(each, today))

    @api.model
    def _recompute(self, warehouse_id):
        """Compare a warehouse's reordering rules with what they should be; make small changes, propose large."""
        began = time.monotonic()
        warehouse = self.env["stock.warehouse"].sudo().browse(warehouse_id)
        now = fields.Datetime.now()
        begun = guard.passing(self.sudo()).create(
            {"warehouse_id": warehouse.id, "company_id": warehouse.company_id.id, "date": now}
        )
        run = self.sudo().browse(begun.id)
        run.flush()
        self.env.cr.execute(WANTED, run._facts(warehouse))
        found = self.env.cr.fetchall()
        proposals = self.env["retail.replenishment.proposal"].sudo()
        small = proposals.browse([number for number, state in found if state == "applied"])
        held = small._held_back()
        (small - held)._apply()
        # Before those that are held are open, because of one product only one is.
        proposals._outdate(run)
        proposed = len(found) - len(small) + len(held._wait_for_buyer())
        guard.passing(run).write(
            {"seconds": time.monotonic() - began, "applied": len(small - held), "proposed": proposed}
        )
        return run

    def _facts(self, warehouse):
        """Parameters of WANTED."""
        policies = self.env["retail.replenishment.policy"]._of_warehouse(
            warehouse, fields.Date.context_today(self)
        )
        company = warehouse.company_id
        inside = self.env["stock.location"].sudo().with_context(active_test=False)
        route = warehouse.resupply_route_ids.filtered(lambda route: route.active and route.supplier_wh_id)[:1]
        return {
            "run": self.id,
            "warehouse": warehouse.id,
            "company": company.id,
            "stock": warehouse.lot_stock_id.id,
            "inside": inside.search([("id", "child_of", warehouse.view_location_id.id)]).ids,
            "own": self.env["retail.warehouse.places"]._ids_of(warehouse),
            "policies": policies.ids,
            "history": max(policies.mapped("history_days"), default=0),
            "route": route.id or None,
            "purchase_days": company.po_lead + company.days_to_purchase,
            "not_bought_from": self.env["product.supplierinfo"]._not_bought_from().ids,
            "young": YOUNG_DAYS,
            "now": self.date,
            "user": self.env.uid,
        }

    @api.autovacuum
    def _gc_runs(self):
        guard.passing(self.search([("date", "<", fields.Datetime.now() - KEEP)])).unlink()
