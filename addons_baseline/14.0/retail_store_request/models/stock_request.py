"""A store asks, the warehouse that supplies it decides, and what it accepts becomes a transfer."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.conflict import one_at_a_time
from odoo.exceptions import UserError

# What is asked for. Once it is accepted, a transfer is on its way for it.
ASKED = frozenset(
    {"product_id", "product_uom_id", "product_uom_qty", "warehouse_id", "location_id", "route_id", "company_id"}
)
IN_EFFECT = frozenset({"open", "done"})


class StockRequest(models.Model):
    _name = "stock.request"
    _inherit = ["stock.request", "retail.own.stores.mixin", "retail.approval.mixin"]

    supplier_id = fields.Many2one(
        "stock.warehouse", "Asked of", related="route_id.supplier_wh_id", store=True, index=True
    )
    reason = fields.Char("What for", readonly=True, states={"draft": [("readonly", False)]})

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create([self._with_route(vals) for vals in vals_list])
        if not guard.is_open(self.env):
            requests.filtered(lambda each: each.state in IN_EFFECT)._approval_require()
        return requests

    def write(self, vals):
        if not guard.is_open(self.env):
            self._refuse_changes(vals)
        result = super().write(vals)
        if vals.get("state") in ("draft", "cancel"):
            label = dict(self._fields["state"]._description_selection(self.env))[vals["state"]]
            self._approval_reopen(_("Set to: %s", label))
        return result

    def action_confirm(self):
        """Whoever asks submits; whoever accepts lets it take effect."""
        accepted = self.filtered(lambda request: request.approval_state == "approved")
        waiting = self.filtered(lambda request: request.approval_state == "pending")
        (self - accepted - waiting).action_approval_submit()
        return super(StockRequest, accepted).action_confirm()

    def _action_launch_procurement_rule(self):
        self._approval_require()
        return super()._action_launch_procurement_rule()

    def _with_route(self, vals):
        """Without a route, that of the store's supply: never one that buys."""
        if vals.get("route_id") or not vals.get("warehouse_id"):
            return vals
        route = self.env["stock.warehouse"].sudo().browse(vals["warehouse_id"])._supply_route()
        return {**vals, "route_id": route.id}

    def _refuse_changes(self, vals):
        if vals.get("state") in IN_EFFECT:
            self.filtered(lambda request: request.state not in IN_EFFECT)._approval_require()
        touched = ASKED & vals.keys()
        for request in self.filtered(lambda request: request.state in IN_EFFECT):
            if any(request._would_change(name, vals[name]) for name in touched):
                raise UserError(
                    _("%s has been accepted, and is on its way. Cancel it, and ask anew.", request.display_name)
                )

    # Own stores

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"warehouse_id", "location_id"}

    # Approval

    def _approval_plan(self):
        return self.env.ref("retail_store_request.group_request_decider")

    def _approval_problems(self):
        problems = super()._approval_problems()
        store = self.warehouse_id.sudo()
        if self.state != "draft":
            problems.append(_("It is not a draft. Ask anew."))
        if not self.supplier_id or self.route_id.sudo().supplied_wh_id != store:
            problems.append(
                _("%s is not supplied that way. Choose the route of its central warehouse.", store.display_name)
            )
        if not (self.location_id.sudo().parent_path or "").startswith(store.view_location_id.parent_path):
            problems.append(_("Choose a place within %s.", store.display_name))
        limit = self.env["retail.request.limit"]._of(self)
        if limit and not problems:
            one_at_a_time(store)
        beyond = limit._problem(self)
        return [*problems, beyond] if beyond else problems

    def _approval_content(self):
        return [self[name].id if self._fields[name].relational else self[name] for name in sorted(ASKED)]

    def _approval_involved(self):
        """The store's own people, unless they work for the warehouse that is asked, too."""
        store, supplier = self.warehouse_id, self.supplier_id
        own = store.retail_user_ids | store.retail_region_id.manager_ids
        return super()._approval_involved() | own.filtered(
            lambda user: user.retail_bound and user not in supplier.retail_user_ids
        )

    def _approval_granted(self):
        result = super()._approval_granted()
        # The transfer is of the company that asked, wherever whoever accepts is at work.
        self.with_company(self.company_id).action_confirm()
        return result


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    def _supply_route(self):
        """The route from the warehouse that supplies this one, or none."""
        self.ensure_one()
        return self.resupply_route_ids.filtered(lambda route: route.active and route.supplier_wh_id)[:1]
