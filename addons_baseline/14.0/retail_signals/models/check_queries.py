"""What is measured of a shop's figures. Shares are per cent of what was of use in the last ninety days."""

from odoo import models

from .day import DAYS_TO_MATCH

# Products that were sold or came back, by company.
TRADED = """
    SELECT DISTINCT day.company_id, day.product_id
    FROM retail_signal_day day
    WHERE day.measure = 'trade' AND day.date > %(now)s::date - 90
"""


class CheckQueries(models.Model):
    _inherit = "retail.signal.check"  # pylint: disable=consider-merging-classes-inherited # what, there how

    def _query_history(self):
        """Days since the first sale."""
        return """
            SELECT company_id, %(now)s::date - MIN(date) AS value
            FROM retail_signal_day WHERE measure = 'trade' GROUP BY company_id
        """

    def _query_categories(self):
        """Products in a category of their own: not in the one that all are in by default."""
        return self._share_of_products("template.categ_id != (SELECT MIN(id) FROM product_category)")

    def _query_costs(self):
        """Goods with a cost."""
        return self._share_of_products(
            """EXISTS (SELECT 1 FROM ir_property property
                       WHERE property.name = 'standard_price' AND property.value_float > 0
                         AND property.res_id = 'product.product,' || product.id
                         AND COALESCE(property.company_id, traded.company_id) = traded.company_id)""",
            "template.type = 'product'",
        )

    def _query_approved(self):
        """Products that somebody approved; where nobody has to, all are."""
        governed = "approval_state" in self.env["product.template"]._fields
        return self._share_of_products("template.approval_state = 'approved'" if governed else "true")

    def _query_dates(self):
        """Moves that were entered on the day they were done, or on the next."""
        return """
            SELECT company_id, 100.0 * AVG(CASE WHEN date BETWEEN create_date - interval '1 day'
                                                      AND %(now)s + interval '1 hour' THEN 1 ELSE 0 END) AS value
            FROM stock_move
            WHERE state = 'done' AND date > %(now)s - interval '90 days'
            GROUP BY company_id
        """

    def _query_negative(self):
        """Stock on hand that is below zero, of all that is recorded."""
        return """
            SELECT quant.company_id, 100.0 * AVG(CASE WHEN quant.quantity < 0 THEN 1 ELSE 0 END) AS value
            FROM stock_quant quant
            JOIN stock_location place ON place.id = quant.location_id AND place.usage = 'internal'
            GROUP BY quant.company_id
        """

    def _query_counted(self):
        """Stores with a count in the last half year, of all that hold stock."""
        return """
            SELECT warehouse.company_id, 100.0 * AVG(CASE WHEN counted.id IS NULL THEN 0 ELSE 1 END) AS value
            FROM stock_warehouse warehouse
            JOIN stock_location view ON view.id = warehouse.view_location_id
            LEFT JOIN LATERAL (
                SELECT inventory.id
                FROM stock_inventory inventory
                JOIN stock_inventory_line line ON line.inventory_id = inventory.id
                JOIN stock_location place ON place.id = line.location_id
                WHERE inventory.state = 'done' AND inventory.date > %(now)s - interval '182 days'
                  AND place.parent_path LIKE view.parent_path || '%%'
                LIMIT 1
            ) counted ON true
            WHERE warehouse.active AND EXISTS (
                SELECT 1 FROM stock_quant quant JOIN stock_location place ON place.id = quant.location_id
                WHERE place.parent_path LIKE view.parent_path || '%%')
            GROUP BY warehouse.company_id
        """

    def _query_sellers(self):
        """Lines with a discount of which it is known who gave it. Orders of the web shop are nobody's."""
        return """
            SELECT company_id,
                   COALESCE(100.0 * SUM(CASE WHEN user_id > 1 THEN events ELSE 0 END) / NULLIF(SUM(events), 0),
                            100) AS value
            FROM retail_signal_day WHERE measure = 'discounted' AND date > %(now)s::date - 90
            GROUP BY company_id HAVING SUM(exposure) > 0
        """

    def _query_bank_history(self):
        """Days since the first line that should have been matched."""
        return """
            SELECT company_id, %(now)s::date - MIN(date) AS value
            FROM retail_signal_day WHERE measure = 'bank_late' GROUP BY company_id
        """

    def _query_bank_entered(self):
        """Bank lines that were there in time for being matched."""
        return f"""
            SELECT move.company_id,
                   100.0 * AVG(CASE WHEN line.create_date::date <= move.date + {DAYS_TO_MATCH} THEN 1 ELSE 0 END)
                       AS value
            FROM account_bank_statement_line line
            JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
            JOIN account_journal journal ON journal.id = move.journal_id AND journal.type = 'bank'
            WHERE move.date > %(now)s::date - 90
            GROUP BY move.company_id
        """  # noqa: S608

    def _share_of_products(self, condition, of="true"):
        """Both are conditions of this module on `traded`, `product` and `template`."""
        return f"""
            SELECT traded.company_id, 100.0 * AVG(CASE WHEN {condition} THEN 1 ELSE 0 END) AS value
            FROM ({TRADED}) traded
            JOIN product_product product ON product.id = traded.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE {of}
            GROUP BY traded.company_id
        """  # noqa: S608
