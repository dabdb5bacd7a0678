"""Checks of stock, and of what still waits for somebody."""

from odoo import models

OWN = ("retail.period.close", "retail.period.reopening")


class StockChecks(models.Model):
    _inherit = "retail.period.check"  # pylint: disable=consider-merging-classes-inherited # a part of the trade each

    def _find_negative_stock(self, company, _day):
        """As it is now: what is on hand has no past. The amount is what it costs."""
        quants = self.env["stock.quant"].search(
            [("company_id", "=", company.id), ("location_id.usage", "=", "internal"), ("quantity", "<", 0)]
        )
        cost = quants.with_company(company).mapped(lambda quant: quant.quantity * quant.product_id.standard_price)
        return self._finding("stock.quant", list(zip(quants.ids, cost)))

    def _find_late_transfers(self, company, day):
        query = """
            SELECT id, 0 FROM stock_picking
            WHERE company_id = %(company)s AND state IN ('waiting', 'confirmed', 'assigned')
              AND scheduled_date < %(end)s
            ORDER BY scheduled_date, id
        """
        end = company._retail_end_of(day)
        return self._finding("stock.picking", self._rows(query, company=company.id, end=end))

    def _find_open_counts(self, company, day):
        query = """
            SELECT id, 0 FROM stock_inventory
            WHERE company_id = %(company)s AND state = 'confirm' AND date < %(end)s
            ORDER BY date, id
        """
        end = company._retail_end_of(day)
        return self._finding("stock.inventory", self._rows(query, company=company.id, end=end))

    def _find_landed_costs(self, company, day):
        query = """
            SELECT cost.id, cost.amount_total
            FROM stock_landed_cost cost JOIN account_journal journal ON journal.id = cost.account_journal_id
            WHERE journal.company_id = %(company)s AND cost.state = 'draft' AND cost.date <= %(day)s
            ORDER BY cost.date, cost.id
        """
        return self._finding("stock.landed.cost", self._rows(query, company=company.id, day=day))

    def _find_pending_approvals(self, company, day):
        query = """
            SELECT id, 0 FROM retail_approval_request
            WHERE company_id = %(company)s AND state = 'pending' AND requested_at < %(end)s
              AND res_model NOT IN %(own)s
            ORDER BY requested_at, id
        """
        end = company._retail_end_of(day)
        return self._finding("retail.approval.request", self._rows(query, company=company.id, end=end, own=OWN))
