"""Whatever makes customers come for a product starts only when there is enough of it to be promised."""

import hashlib
import json

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools import float_compare


class PromotionMixin(models.AbstractModel):
    """A promotion runs when it was started as it is defined now; what is changed afterwards is started anew.

    A model says in `_promotion_products` of which products there has to be stock, in `_promotion_definition` what
    that depends on, and lets nothing take effect of which `_promotion_runs` says no. Approval by a second person
    is for starting it although stock is missing.
    """

    _name = "retail.promotion.mixin"
    _inherit = "retail.approval.mixin"
    _description = "Promotion that needs stock"

    promotion_started_for = fields.Char(
        "Started as", readonly=True, copy=False, help="Fingerprint of the promotion as it was when it was started."
    )
    promotion_running = fields.Boolean("Started", compute="_compute_promotion_running")
    promotion_missing = fields.Text("Missing stock", compute="_compute_promotion_missing")
    promotion_channel_ids = fields.Many2many(
        "retail.channel", string="Sold by", help="Empty: by all channels that have sales teams."
    )
    promotion_min_qty = fields.Float(
        "At least",
        digits="Product Unit of Measure",
        default=1.0,
        help="Of each product each channel has to be promised so many, where nothing else is expected.",
    )
    promotion_need_ids = fields.One2many(
        "retail.promotion.need",
        "res_id",
        "Expected sales",
        domain=lambda self: [("res_model", "=", self._name)],
        auto_join=True,
    )
    promotion_reason = fields.Char(
        "Why regardless", copy=False, help="Why it has to start although stock is missing."
    )

    # What a model says of itself.

    def _promotion_products(self):
        """Of which there has to be stock, as product.product; empty: of none, or of no particular ones."""
        raise NotImplementedError

    def _promotion_definition(self):
        """What decides about products, as data that JSON can hold."""
        raise NotImplementedError

    # What the buttons call.

    def action_promotion_start(self):
        for promotion in self:
            promotion.check_access_rights("write")
            promotion.check_access_rule("write")
            missing = promotion._promotion_gaps()
            if missing:
                title = _("%s cannot start yet. There is not enough stock:", promotion.display_name)
                advice = _("Wait for it, expect less, or give a reason and submit it to start regardless.")
                raise UserError("\n".join([title, *("- " + each for each in missing), advice]))
            promotion._promotion_begin()

    def action_promotion_stop(self):
        self.check_access_rights("write")
        self.check_access_rule("write")
        guard.passing(self.sudo()).write({"promotion_started_for": False})

    # How it works.

    def unlink(self):
        self.sudo().promotion_need_ids.unlink()
        return super().unlink()

    @api.depends("promotion_started_for")
    def _compute_promotion_running(self):
        for promotion in self:
            promotion.promotion_running = promotion._promotion_runs()

    @api.depends_context("uid")
    @api.depends(
        "promotion_started_for", "promotion_channel_ids", "promotion_min_qty", "promotion_need_ids.quantity"
    )
    def _compute_promotion_missing(self):
        for promotion in self:
            asked = not promotion.promotion_running and isinstance(promotion.id, int)
            promotion.promotion_missing = "\n".join(promotion._promotion_gaps()) if asked else False

    def _promotion_runs(self):
        started = self.sudo().promotion_started_for
        return bool(started) and started == self._promotion_fingerprint()

    def _promotion_fingerprint(self):
        text = json.dumps(self.sudo()._promotion_definition(), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _promotion_begin(self):
        for promotion in self:
            guard.passing(promotion.sudo()).write({"promotion_started_for": promotion._promotion_fingerprint()})

    def _promotion_gaps(self):
        """Sentences saying of what is missing how much, and where; empty: nothing."""
        self.ensure_one()
        products = self.sudo()._promotion_products().filtered(lambda product: product.type == "product")
        return [
            sentence
            for channel in self._promotion_channels()
            for sentence in self._promotion_gaps_of(channel, products)
        ]

    def _promotion_channels(self):
        channels = self.env["retail.channel"].sudo()
        return self.sudo().promotion_channel_ids or channels.search([("team_ids", "!=", False)])

    def _promotion_gaps_of(self, channel, products):
        company = self.sudo().company_id or self.env.company
        everywhere = self.env["stock.warehouse"].sudo().search([("company_id", "=", company.id)])
        warehouses = channel.warehouse_ids or everywhere
        promised = (
            {warehouse: channel._promise(warehouse, products) for warehouse in warehouses} if products else {}
        )
        sentences = []
        for product in products:
            there = {warehouse.name: promised[warehouse][product.id] for warehouse in warehouses}
            needed = self._promotion_need(channel, product)
            if float_compare(sum(there.values()), needed, precision_rounding=product.uom_id.rounding) < 0:
                sentences.append(self._promotion_gap(channel, product, needed, there))
        return sentences

    def _promotion_need(self, channel, product):
        """What is expected of just this one, or else the least."""
        needs = self.sudo().promotion_need_ids.filtered(lambda need: need._fits(channel, product))
        special = needs.sorted(lambda need: (not need.product_id, not need.channel_id))[:1]
        return special.quantity if special else self.promotion_min_qty

    def _promotion_gap(self, channel, product, needed, there):
        found = ", ".join(f"{name} {quantity:g}" for name, quantity in there.items() if quantity)
        return _(
            "%(product)s: %(channel)s needs %(needed)g and can be promised %(promised)g (%(where)s).",
            product=product.display_name,
            channel=channel.name,
            needed=needed,
            promised=sum(there.values()),
            where=found or _("none anywhere"),
        )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"promotion_started_for"}

    def _guarded_message(self, names):
        if "promotion_started_for" in names:
            return _("A promotion starts by its button, which looks whether there is enough stock.")
        return super()._guarded_message(names)

    # Starting regardless: a reason, and a second person.

    def _approval_plan(self):
        return self.env.ref("retail_allocation.group_promotion_approver")

    def _approval_problems(self):
        problems = super()._approval_problems()
        if not self._promotion_gaps():
            problems.append(_("Nothing is missing. Start it."))
        if not (self.promotion_reason or "").strip():
            problems.append(_("Say why it has to start although stock is missing."))
        return problems

    def _approval_content(self):
        return [self._promotion_definition(), self.promotion_reason]

    def _approval_granted(self):
        result = super()._approval_granted()
        self._promotion_begin()
        return result
