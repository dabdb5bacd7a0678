"""What a till asks before it pays back.

It sends what it wants to take back: {"lines": [{"product_id", "quantity", "amount"}], "partner_id", "reason_id",
"note", "replaces"}. Quantities and amounts are above zero when goods come back; amounts are of the line,
without taxes, in the till's currency. It is told {"id", "name", "problem", "waits"}: without a problem it may pay,
and what waits can be asked about again.
"""

from collections import Counter

from odoo import _, fields, models
from odoo.exceptions import UserError

GOODS = ("product", "consu")


class PosSession(models.Model):
    _inherit = "pos.session"

    def till_return_ask(self, asked):
        """Ask for a return. {"ask_note": sentences} when something has to be said about it first."""
        session = self._open_for_returns()
        session._forget_return(asked.get("replaces"))
        document = session.env["retail.return"]._ask_at_till(session, asked)
        problems = document._approval_problems()
        if problems and not asked.get("note"):
            document.unlink()
            return {"ask_note": "\n".join(problems)}
        document.action_approval_submit()
        return session._answer(document, asked)

    def till_return_find(self, name, asked):
        """The return with this number, and whether it is about what is taken back."""
        session = self._open_for_returns()
        domain = [("name", "=ilike", (name or "").strip()), ("company_id", "=", session.config_id.company_id.id)]
        document = session.env["retail.return"].sudo().search(domain, limit=1)
        if not document:
            problem = _("There is no return %s. Look at its number.", name)
            return {"id": False, "name": name, "problem": problem, "waits": False}
        return session._answer(document, asked)

    def _open_for_returns(self):
        """This session, of which the caller may know; raises AccessError or UserError."""
        self.ensure_one()
        self.check_access_rights("read")
        self.check_access_rule("read")
        if self.state != "opened":
            raise UserError(_("The session is not open. Open the till anew, then take the goods back."))
        return self

    def _forget_return(self, name):
        """What this till asked for before the cashier changed the order."""
        if not name:
            return
        mine = self.env["retail.return"].sudo().search(
            [
                ("name", "=", name),
                ("till_session_id.config_id", "=", self.config_id.id),
                ("pos_order_id", "=", False),
                ("approval_state", "in", ("pending", "approved")),
            ]
        )  # fmt: skip
        mine._approval_reopen(_("Asked for anew at the till"))

    def _answer(self, document, asked):
        goods, money = self._told_apart(asked["lines"])
        units = Counter()
        for product, quantity, _amount in goods:
            units[product] += quantity
        amount = sum(each for _product, _quantity, each in goods) + money
        problem = document._problem_with_paying(self.config_id, units, amount)
        waits = document.approval_state == "pending"
        return {"id": document.id, "name": document.name, "problem": problem or False, "waits": waits}

    def _told_apart(self, lines):
        """[(product, quantity, amount)] of goods, and the amount of all else, in the company's currency."""
        goods, money = [], 0.0
        for line in lines:
            product = self.env["product.product"].sudo().browse(line["product_id"])
            amount = self._in_company_currency(line["amount"])
            if product.type in GOODS and line["quantity"] > 0:
                goods.append((product, line["quantity"], amount))
            else:
                money += amount
        return goods, money

    def _in_company_currency(self, amount):
        till, company = self.config_id.currency_id, self.company_id
        return till._convert(amount, company.currency_id, company, fields.Date.today(), round=False)
