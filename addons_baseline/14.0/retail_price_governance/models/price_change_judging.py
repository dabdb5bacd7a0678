"""What comes of a new price: by how much it changes, what margin is left, and what the price rules say of it."""

from odoo import fields, models
from odoo.addons.retail_base import guard


class PriceChangeLine(models.Model):
    _inherit = "retail.price.change.line"

    def _capture(self):
        for change in self.change_id:
            lines = (self & change.line_ids).with_company(change.company_id)
            rules = self.env["retail.price.rule"]._of_company(change.company_id)
            scheduled = lines._scheduled_before(change)
            lately = lines._lately(max(rules.mapped("days"), default=0))
            planned = {line._key(): line.new_price for line in lines}
            for line in lines:
                old = scheduled.get(line._key(), line._present())
                rule = rules._nearest(line.product_tmpl_id.categ_id)
                past = [price for at, price in lately.get(line._key(), ()) if at >= _days_ago(rule.days)][:1]
                line._note({"old_price": old, **line._judged(rule, [old, *past], planned)})

    def _note(self, values):
        """Write only what differs, because most of 10,000 lines are judged as before."""
        news = {name: value for name, value in values.items() if self._would_change(name, value)}
        if news:
            guard.passing(self).write(news)

    def _judged(self, rule, before, planned):
        """What the rule says of the line; `planned` are all new prices of the change by key."""
        template, new = self.product_tmpl_id, self.new_price
        if self.kind == "extra":
            # Together with the price of the product, of which it is a part.
            before = [template.list_price + each for each in before]
            new += planned.get(("list", template.id), template.list_price)
        found = rule._assess(new, before, self._sold(rule, planned))
        return {**found, "verdict": "cost"} if self.kind == "cost" else found

    def _sold(self, rule, planned):
        """Pairs (price without taxes, cost) of the variants that it concerns."""
        template, variants, more = self.product_tmpl_id, self.product_tmpl_id.product_variant_ids, 0.0
        if self.kind == "cost":
            variants = self.product_id
        elif self.kind == "extra":
            chosen = variants.filtered(lambda each: self.value_id in each.product_template_attribute_value_ids)
            # A choice that makes no variant comes on top of any.
            more = 0.0 if chosen else self.new_price
            variants = chosen or variants
        base = planned.get(("list", template.id), template.list_price) + more
        pairs = []
        for variant in variants:
            choices = variant.product_template_attribute_value_ids
            price = base + sum(planned.get(("extra", each.id), each.price_extra) for each in choices)
            net = rule._without_taxes(template, price, self.change_id.company_id)
            pairs.append((net, planned.get(("cost", variant.id), variant.standard_price)))
        return pairs

    def _scheduled_before(self, change):
        """The prices that are approved already and will be there when this change takes effect, by key."""
        waiting = [
            ("change_id.approval_state", "=", "approved"),
            ("change_id.outcome", "=", "open"),
            ("change_id.effective_at", "<=", change.effective_at),
            ("change_id", "!=", change.id),
            ("progress", "=", "open"),
            ("product_tmpl_id", "in", self.product_tmpl_id.ids),
        ]
        found = (
            self.sudo()
            .search(waiting)
            .filtered(lambda line: line.kind != "cost" or line.change_id.company_id == change.company_id)
        )
        in_order = found.sorted(lambda line: (line.change_id.effective_at, line.change_id.id))
        return {line._key(): line.new_price for line in in_order}

    def _lately(self, days):
        """Pairs (when, price before that) of what was changed within so many days, oldest first, by key."""
        recent = [
            ("product_tmpl_id", "in", self.product_tmpl_id.ids),
            ("progress", "=", "applied"),
            ("applied_at", ">=", _days_ago(days)),
        ]
        found = {}
        for line in self.sudo().search(recent, order="applied_at, id") if days else ():
            found.setdefault(line._key(), []).append((line.applied_at, line.old_price))
        return found


def _days_ago(days):
    return fields.Datetime.subtract(fields.Datetime.now(), days=days)
