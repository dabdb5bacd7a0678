"""One thing that is unusual, with the figures that say so, and what a person found when looking."""

from odoo import _, api, fields, models
from odoo.addons.retail_base import guard
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

SCOPES = ("warehouse_id", "product_id", "partner_id", "user_id", "journal_id")
MAGIC = frozenset(models.MAGIC_COLUMNS)


class Signal(models.Model):
    _name = "retail.signal"
    _inherit = "retail.guard.mixin"
    _description = "Signal"
    _order = "state desc, last_seen desc, chance, id"

    kind_id = fields.Many2one("retail.signal.kind", "What", required=True, readonly=True, ondelete="cascade")
    method = fields.Selection(related="kind_id.method")
    advice = fields.Char(related="kind_id.advice")
    name = fields.Char("Signal", compute="_compute_name")
    explanation = fields.Char(compute="_compute_explanation")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", readonly=True, index=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="cascade")
    journal_id = fields.Many2one("account.journal", "Bank", readonly=True, ondelete="cascade")
    first_seen = fields.Date(readonly=True)
    last_seen = fields.Date(readonly=True)
    observed = fields.Float(readonly=True)
    expected = fields.Float(readonly=True)
    low = fields.Float("Usual from", readonly=True)
    high = fields.Float("Usual to", readonly=True)
    chance = fields.Float(
        digits=(16, 9), readonly=True, help="That it is so by itself; of stock, that it runs out."
    )
    state = fields.Selection(
        [("open", "Open"), ("ended", "Ended")], required=True, default="open", readonly=True, index=True
    )
    uncertain = fields.Boolean(
        readonly=True, help="The figures that it rests on are not good any more, so nobody knows whether it holds."
    )
    verdict = fields.Selection([("right", "Right"), ("wrong", "Wrong")], readonly=True)
    judged_by = fields.Many2one("res.users", readonly=True, ondelete="set null")
    judged_on = fields.Datetime(readonly=True)
    note = fields.Char()

    @api.depends("kind_id", "product_id", "partner_id", "user_id", "journal_id", "warehouse_id")
    def _compute_name(self):
        for signal in self:
            about = [signal[scope].display_name for scope in SCOPES[1:] if signal[scope]]
            about += [signal.warehouse_id.name] if signal.warehouse_id else []
            signal.name = f"{signal.kind_id.name}: {', '.join(about)}"

    @api.depends("observed", "low", "high", "chance", "uncertain")
    def _compute_explanation(self):
        for signal in self:
            text = signal._explain()
            signal.explanation = _("Uncertain: %s", text) if signal.uncertain else text

    def _explain(self):
        figures = {name: f"{self[name]:.0f}" for name in ("observed", "low", "high")}
        if self.method == "stock":
            return _(
                "%(observed)s there or on their way; usually %(low)s to %(high)s are sold until more can come",
                **figures,
            )
        if self.method == "amount":
            figures = {name: formatLang(self.env, self[name], currency_obj=self.currency_id) for name in figures}
        return _("%(observed)s in 7 days; usual are %(low)s to %(high)s", **figures)

    @api.model
    def _guarded_fields(self):
        stored = {name for name, field in self._fields.items() if field.store and not field.related}
        return super()._guarded_fields() | (stored - MAGIC - {"note"})

    def _guarded_message(self, _names):
        return _("A signal is what the figures say. Say whether it was right, or write a note.")

    def unlink(self):
        if not guard.is_open(self.env):
            raise UserError(self._guarded_message(()))
        return super().unlink()

    def action_right(self):
        self._judge("right")

    def action_wrong(self):
        self._judge("wrong")

    def _judge(self, verdict):
        """Whoever may write a note may say so; a signal that was judged leaves the board."""
        self.check_access_rights("write")
        self.check_access_rule("write")
        values = {"verdict": verdict, "judged_by": self.env.uid, "judged_on": fields.Datetime.now()}
        guard.passing(self).write(values)

    @api.model
    def _report(self, kind, company, today, found):
        """Let the open signals of this kind be what was found; one that goes on is the same one."""
        opened = {signal._about(): signal for signal in self._open(kind, company)}
        for about, unusual in found:
            figures = {
                "last_seen": today,
                "uncertain": False,
                **{name: getattr(unusual, name) for name in ("observed", "expected", "low", "high", "chance")},
            }
            known = opened.pop(tuple(about.get(scope, False) for scope in SCOPES), None)
            if known:
                guard.passing(known).write(figures)
            else:
                values = {"kind_id": kind.id, "company_id": company.id, "first_seen": today, **about, **figures}
                guard.passing(self).create(values)
        for signal in opened.values():
            guard.passing(signal).write({"state": "ended"})

    @api.model
    def _doubt(self, kind, company):
        guard.passing(self._open(kind, company)).write({"uncertain": True})

    def _open(self, kind, company):
        return self.search([("kind_id", "=", kind.id), ("company_id", "=", company.id), ("state", "=", "open")])

    def _about(self):
        return tuple(self[scope].id for scope in SCOPES)
