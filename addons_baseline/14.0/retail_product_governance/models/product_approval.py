"""The approval of a product, and of what changes on one that is approved."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard

FACTS = frozenset(
    {
        "categ_id", "type", "uom_id", "uom_po_id", "taxes_id", "supplier_taxes_id", "return_policy_id",
        # Whether a vendor may bill what was only ordered.
        "purchase_method",
    }
)  # fmt: skip
# Where it is supplied from, in shops that keep stock.
ROUTES = frozenset({"route_ids"})


class ProductApproval(models.Model):
    """What is approved stays as it is: a later change waits in retail.product.change, and the shop sells on."""

    _name = "product.template"
    _inherit = ["product.template", "retail.product.checks", "retail.approval.mixin"]

    return_policy_id = fields.Many2one(
        "retail.return.policy", "Return policy", ondelete="restrict", help="Empty: as the category says."
    )
    approval_ended_at = fields.Datetime(
        "Taken out of sale on", readonly=True, copy=False, help="A till sale that began before is still taken."
    )
    change_ids = fields.One2many("retail.product.change", "product_tmpl_id", "Changes", readonly=True)
    open_change_id = fields.Many2one(
        "retail.product.change", "Open change", compute="_compute_open_change_id", compute_sudo=True
    )

    @api.model
    def _governed_fields(self):
        """What is approved with a product, so that changing it needs an approval too."""
        return FACTS | (ROUTES & self._fields.keys()) | self._channels().keys()

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"approval_ended_at"}

    @api.depends("change_ids.approval_state", "change_ids.active")
    def _compute_open_change_id(self):
        # Said explicitly, because the context may ask for what is archived as well.
        open_ones = [("active", "=", True), ("approval_state", "!=", "approved")]
        changes = self.env["retail.product.change"].search([("product_tmpl_id", "in", self.ids), *open_ones])
        found = {change.product_tmpl_id.id: change.id for change in changes}
        for template in self:
            template.open_change_id = found.get(template.id, False)

    def write(self, vals):
        held = self.browse()
        if not guard.is_open(self.env):
            held = self._held()
        asked = {name for name in self._governed_fields() & vals.keys() if not self._takes_away(name, vals[name])}
        if not (held and asked):
            return super().write(vals)
        held.check_access_rights("write")
        held.check_access_rule("write")
        # First, because what is asked for is submitted at once, and may need what comes with it.
        rest = {name: value for name, value in vals.items() if name not in asked}
        if rest:
            super(ProductApproval, held).write(rest)
        for template in held:
            template._propose({name: vals[name] for name in asked})
        if self - held:
            super(ProductApproval, self - held).write(vals)
        return True

    def action_take_out_of_sale(self):
        """At once, by whoever may edit it; back only with a new approval."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        self._approval_reopen(_("Taken out of sale by %s", self.env.user.name))

    def action_submit_change(self):
        self.open_change_id.action_approval_submit()

    def _held(self):
        """Those of which what was approved must not change."""
        return self.filtered(lambda each: each.approval_needed and each.approval_state == "approved")

    def _touch(self):
        """Make an approval at the same moment fail and be tried again, where only rows of variants are written."""
        if self:
            self.env.cr.execute("UPDATE product_template SET write_date = write_date WHERE id IN %s", (self._ids,))

    def _takes_away(self, name, value):
        """Leaving a channel needs nobody's approval."""
        return name in self._channels() and not value

    def _propose(self, values):
        """Let new values of governed fields wait for approval; those that are no news are dropped."""
        news = {name: value for name, value in values.items() if self._would_change(name, value)}
        withdrawn = {name for name in values if name not in news}
        self.env["retail.product.change"]._propose(self, news, withdrawn)

    def _would_change(self, name, value):
        if self._fields[name].type not in ("many2many", "one2many"):
            return super()._would_change(name, value)
        return set(self._cached(name, value)) != set(self.sudo()[name].ids)

    # The approval itself.

    def _approval_plan(self):
        return self.categ_id._approvers()

    def _approval_content(self):
        facts = {name: self._for_record(name, self[name]) for name in sorted(self._governed_fields())}
        variants = sorted((each.id, each.barcode or "") for each in self.product_variant_ids)
        choices = sorted((line.attribute_id.id, sorted(line.value_ids.ids)) for line in self.attribute_line_ids)
        vendors = sorted(set(self.seller_ids.name.ids))
        return {"facts": facts, "variants": variants, "choices": choices, "vendors": vendors}

    def _for_record(self, name, value):
        """A field's value as JSON can hold it, and as `write` takes it."""
        if self._fields[name].type in ("many2many", "one2many"):
            return [[6, 0, sorted(value.ids)]]
        return self._fields[name].convert_to_write(value, self)

    def _approval_involved(self):
        return self.create_uid

    def _approval_granted(self):
        self._open_channels()
        # Nobody looked at the variants that are archived.
        unseen = self.with_context(active_test=False).product_variant_ids - self.product_variant_ids
        guard.passing(unseen).write({"approval_pending": True})

    def _approval_reopen(self, why):
        approved = self.filtered(lambda each: each.approval_state == "approved")
        result = super()._approval_reopen(why)
        if approved:
            approved._close_channels()
            approved._note_end_of_sale()
        return result

    def _note_end_of_sale(self):
        if self:
            guard.passing(self.sudo()).write({"approval_ended_at": fields.Datetime.now()})

    @api.model
    def _approve_within(self, categories):
        """These categories need approval from now on: what is in them goes on being used for what it is used."""
        below = [("categ_id", "child_of", categories.ids), ("approval_state", "=", "draft")]
        found = self.sudo().with_context(active_test=False).search(below) if categories else self.browse()
        for template in found.filtered("approval_needed"):
            allowed = {allow: template[flag] for allow, flag in self._channels().items()}
            guard.passing(template).write({"approval_state": "approved", **allowed})
            # Who paid for one of these before may have it.
            template.filtered(lambda each: not each.sale_ok)._note_end_of_sale()
