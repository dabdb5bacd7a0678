"""Checks of the ledger: what is not posted, not matched, or not what it should be the sum of."""

from collections import defaultdict

from odoo import models

from .period_check import Finding


class LedgerChecks(models.Model):
    _inherit = "retail.period.check"  # pylint: disable=consider-merging-classes-inherited # a part of the trade each

    def _find_draft_entries(self, company, day):
        query = """
            SELECT id, abs(amount_total_signed) FROM account_move
            WHERE company_id = %(company)s AND state = 'draft' AND date <= %(day)s
            ORDER BY date, id
        """
        return self._finding("account.move", self._rows(query, company=company.id, day=day))

    def _find_bank_lines(self, company, day):
        query = """
            SELECT line.id, abs(line.amount)
            FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
            WHERE move.company_id = %(company)s AND move.state = 'posted' AND move.date <= %(day)s
              AND NOT COALESCE(line.is_reconciled, false)
            ORDER BY move.date, line.id
        """
        return self._finding("account.bank.statement.line", self._rows(query, company=company.id, day=day))

    def _find_payable_without_vendor(self, company, day):
        """Such lines are in the ledger's debt to vendors, and in no vendor's account."""
        query = """
            SELECT line.id, line.balance
            FROM account_move_line line JOIN account_account account ON account.id = line.account_id
            WHERE line.company_id = %(company)s AND line.parent_state = 'posted' AND line.date <= %(day)s
              AND account.internal_type = 'payable' AND line.partner_id IS NULL AND NOT line.reconciled
            ORDER BY line.date, line.id
        """
        return self._finding("account.move.line", self._rows(query, company=company.id, day=day))

    def _find_valuation_ledger(self, company, day):
        """Accounts of stock whose balance is not the value of the stock; the amount is the sum of differences."""
        accounts = self._valuation_accounts(company)
        stock, balances = self._stock_values(company, day), self._balances(accounts, day)
        off = {}
        for account, categories in accounts.items():
            difference = sum(stock.get(category, 0) for category in categories) - balances.get(account, 0)
            if not company.currency_id.is_zero(difference):
                off[account] = abs(difference)
        return Finding("account.account", sorted(off), float(sum(off.values())))

    def _find_valuation_manual(self, company, day):
        """Categories with stock whose value no account follows; the amount is that value."""
        automatic = {
            category for categories in self._valuation_accounts(company).values() for category in categories
        }
        values = {
            category: value
            for category, value in self._stock_values(company, day).items()
            if category not in automatic and not company.currency_id.is_zero(float(value or 0))
        }
        return Finding("product.category", sorted(values), float(sum(abs(value) for value in values.values())))

    def _valuation_accounts(self, company):
        """{account id: [category id]}, of categories whose stock is booked automatically."""
        accounts = defaultdict(list)
        everywhere = self.env["product.category"].with_company(company)
        for category in everywhere.search([("property_valuation", "=", "real_time")]):
            accounts[category.property_stock_valuation_account_id.id].append(category.id)
        accounts.pop(False, None)
        return accounts

    def _stock_values(self, company, day):
        """{category id: value of what is in stock}.

        A layer has no date of its own: its entry has the day on which it was booked.
        """
        query = """
            SELECT template.categ_id, SUM(layer.value)
            FROM stock_valuation_layer layer
            JOIN product_product product ON product.id = layer.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN account_move move ON move.id = layer.account_move_id
            WHERE layer.company_id = %(company)s
              AND (move.date <= %(day)s OR move.id IS NULL AND layer.create_date < %(end)s)
            GROUP BY template.categ_id
        """
        return dict(self._rows(query, company=company.id, day=day, end=company._retail_end_of(day)))

    def _balances(self, accounts, day):
        """{account id: balance} of posted entries."""
        query = """
            SELECT account_id, SUM(balance) FROM account_move_line
            WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted' AND date <= %(day)s
            GROUP BY account_id
        """
        return dict(self._rows(query, accounts=list(accounts), day=day))
