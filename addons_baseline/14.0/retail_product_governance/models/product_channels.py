"""Where a product may go, and the guards of the fields that put it there.

`allow_…` is what is asked for and then approved; the flags that Odoo itself reads (`sale_ok`, …) can be on only
for what is approved. They may be taken off at any time.
"""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError


class ProductChannels(models.Model):
    _inherit = "product.template"

    allow_sale = fields.Boolean("To be sold", default=True, help="Asked for, and with the approval granted.")
    allow_purchase = fields.Boolean("To be bought", default=True, help="Asked for, and with the approval granted.")
    approval_needed = fields.Boolean(related="categ_id.approval_needed", string="Needs approval")

    @api.model
    def _channels(self):
        """Names: what is asked for → the flag by which Odoo knows it."""
        return {"allow_sale": "sale_ok", "allow_purchase": "purchase_ok"}

    @api.model_create_multi
    def create(self, vals_list):
        prepare = self._as_approved if guard.is_open(self.env) else self._as_request
        return super().create([prepare(vals) for vals in vals_list])

    def write(self, vals):
        if guard.is_open(self.env):
            return super().write(vals)
        self._refuse_channels(vals)
        if "categ_id" in vals:
            self.filtered(lambda each: each.approval_state != "approved")._refuse_exemption(vals["categ_id"])
        closing = {flag: False for allow, flag in self._channels().items() if allow in vals and not vals[allow]}
        sold = self._held().filtered("allow_sale") if "sale_ok" in closing else self.browse()
        result = super().write({**vals, **closing})
        sold._note_end_of_sale()
        if "categ_id" in vals:
            self._close_unapproved()
        return result

    @api.model
    def _as_approved(self, vals):
        """A module brings it: like what was there before, it may be used wherever the module puts it."""
        used = {allow: True for allow, flag in self._channels().items() if vals.get(flag)}
        return {**vals, **used, "approval_state": "approved"}

    @api.model
    def _as_request(self, vals):
        """Values of a new product that is nowhere yet; the flags turn into what is asked for."""
        names = ["categ_id", *self._channels(), *self._channels().values()]
        asked = {**self.default_get(names), **vals}
        category = self.env["product.category"].browse(asked["categ_id"])
        if not category.approval_needed:
            self._refuse_exemption(category.id)
            return vals
        request = dict(vals)
        for allow, flag in self._channels().items():
            request[allow] = self._is_asked_for(allow, flag, asked)
            request[flag] = False
        return request

    @api.model
    def _is_asked_for(self, allow, flag, asked):
        """Whether a new product is to be in a channel; `asked` are its values and the defaults of all others.

        By `allow`, if that is not its default, and otherwise by the flag, which is what scripts and files know. A
        variant that is created by itself brings all defaults as values, so those say nothing. If both are on by
        default:

        - {"allow_sale": False, "sale_ok": True}: the form says no
        - {"allow_sale": True, "sale_ok": False}: a file says no
        - {"allow_sale": True, "sale_ok": True}: nobody says no
        """
        field, wanted = self._fields[allow], bool(asked.get(allow))
        by_default = bool(field.default and field.default(self))
        return wanted if wanted != by_default else bool(asked.get(flag))

    def _refuse_exemption(self, category_id):
        """Only Central policy puts something new, or what needed an approval so far, where it needs none."""
        category = self.env["product.category"].browse(category_id)
        if not category.approval_needed and (not self or any(each.approval_needed for each in self)):
            category._require_policy()

    def _refuse_channels(self, vals):
        for allow, flag in self._channels().items():
            if not vals.get(flag):
                continue
            for template in self.filtered(lambda each, flag=flag: not each[flag]):
                problem = template._channel_problem(allow)
                if problem:
                    raise UserError(problem)

    def _channel_problem(self, allow):
        """Why this product may not be in this channel, with what to do; None: it may."""
        self.ensure_one()
        if not self.approval_needed:
            return None
        if self.approval_state != "approved":
            return _("%s is not approved. Submit it, and have it approved.", self.display_name)
        if not self[allow]:
            return _(
                "%(product)s is not approved for this: %(channel)s. Tick that on the product, "
                "and have it approved.",
                product=self.display_name,
                channel=self._fields[allow]._description_string(self.env),
            )
        return None

    def _require_channel(self, allow):
        """Raise UserError, saying what to do, unless all of them may be there."""
        for template in self.sudo():
            problem = template._channel_problem(allow)
            if problem:
                raise UserError(problem)

    def _open_channels(self, names=None):
        """Turn on the flags of what is allowed to approved products; `names` says of which, all otherwise."""
        for template in self.filtered(lambda each: each.approval_state == "approved"):
            wanted = {
                flag: True
                for allow, flag in self._channels().items()
                if template[allow] and (names is None or allow in names)
            }
            if wanted:
                guard.passing(template.sudo()).write(wanted)

    def _close_channels(self):
        guard.passing(self.sudo()).write(dict.fromkeys(self._channels().values(), False))

    def _close_unapproved(self):
        """Out of a category that needed no approval: what it was used for is now asked for."""
        for template in self.filtered(lambda each: each.approval_needed and each.approval_state != "approved"):
            used = {allow: True for allow, flag in self._channels().items() if template[flag]}
            if used:
                guard.passing(template.sudo()).write(used)
                template._close_channels()
