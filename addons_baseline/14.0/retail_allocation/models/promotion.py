"""Whatever makes customers come for a product starts only when there is enough of it to be promised."""

import hashlib
import json

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.addons.retail_base.forms import form_of
from odoo.exceptions import UserError

SELLERS = "sales_team.group_sale_salesman"
WARNING = "mail.mail_activity_data_warning"


class PromotionMixin(models.AbstractModel):
    """A promotion runs when it was started as it is defined now; what is changed afterwards is started anew.

    A model says in `_promotion_products` of which products there has to be stock, in `_promotion_definition` what
    that depends on, and lets nothing take effect of which `_promotion_runs` says no. It has a history and
    activities, as the mixins of mail give them. To start it although stock is missing is a document of its own,
    `retail.promotion.override`: whether a promotion itself has to be approved, and for what, is not asked here.
    """

    _name = "retail.promotion.mixin"
    _inherit = "retail.guard.mixin"
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
        # Those who only approve prices read promotions, and may not read these.
        groups=SELLERS,
    )
    promotion_override_ids = fields.One2many(
        "retail.promotion.override",
        "res_id",
        "Started without stock",
        domain=lambda self: [("res_model", "=", self._name)],
        auto_join=True,
        readonly=True,
        copy=False,
        groups=SELLERS,
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
            promotion._promotion_require_active()
            missing = promotion._promotion_gaps()
            if missing:
                title = _("%s cannot start yet. There is not enough stock:", promotion.display_name)
                advice = _("Wait for it, expect less, or press Start regardless, which asks for a reason.")
                raise UserError("\n".join([title, *("- " + each for each in missing), advice]))
            promotion._promotion_begin()

    def action_promotion_start_regardless(self):
        """Opens the form in which somebody says why it has to start although stock is missing."""
        self.ensure_one()
        unfinished = self.promotion_override_ids.filtered(lambda each: each.approval_state != "approved")[:1]
        context = {"default_res_model": self._name, "default_res_id": self.id}
        return form_of(unfinished._name, unfinished.id, name=_("Start regardless"), context=context)

    def action_promotion_stop(self):
        self.check_access_rights("write")
        self.check_access_rule("write")
        guard.passing(self.sudo()).write({"promotion_started_for": False})

    # How it works.

    def unlink(self):
        self.sudo().promotion_need_ids.unlink()
        self.sudo().promotion_override_ids.unlink()
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

    def _promotion_try(self):
        """Begin if there is stock; or else whoever made it gets an activity that says what is missing, once."""
        self.ensure_one()
        missing = self._promotion_gaps()
        if not missing:
            self._promotion_begin()
            self.activity_unlink([WARNING])
        elif not self.activity_search([WARNING]):
            note = "<br/>".join([_("It should have started, and there is not enough stock:"), *missing])
            self.activity_schedule(WARNING, note=note, user_id=self.create_uid.id)

    def _promotion_begin_regardless(self, reason):
        """Because a second person agreed to the reason. Raises UserError where it cannot start at all."""
        self.ensure_one()
        self._promotion_require_active()
        missing = self._promotion_gaps()
        self._promotion_begin()
        self.message_post(body="<br/>".join([_("Starts without stock: %s", reason), *missing]))

    def _promotion_require_active(self):
        """What is archived has no effect; started now, it would come back later without a look at the stock."""
        if "active" in self._fields and not self.active:
            raise UserError(
                _("%s is not active. Have it approved or activate it first, then start it.", self.display_name)
            )

    @api.model
    def _guarded_fields(self):
        return super()._guarded_fields() | {"promotion_started_for"}

    def _guarded_message(self, names):
        if "promotion_started_for" in names:
            return _("A promotion starts by its button, which looks whether there is enough stock.")
        return super()._guarded_message(names)
