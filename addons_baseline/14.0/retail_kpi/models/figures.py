"""What the figures have in common: a query in place of a table, and shares that are right for groups, too."""

from odoo import api, fields, models, tools

# What a piece cost on average when it came in.
COSTS = """
    SELECT product_id, company_id, SUM(value) / SUM(quantity) AS cost
    FROM stock_valuation_layer WHERE quantity > 0 GROUP BY product_id, company_id
"""


class Figures(models.AbstractModel):
    _name = "retail.kpi"
    _description = "Figures"
    _auto = False
    # {field of a share in per cent: (field that is a part, fields whose sum is all)}
    _shares = {}

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one("stock.warehouse", "Store", readonly=True)

    def init(self):
        # There were views before, and a view does not learn what an addon that comes later adds to the query.
        if not self._abstract:
            tools.drop_view_if_exists(self.env.cr, self._table)

    @property
    def _table_query(self):
        return self._query()

    def exists(self):
        """As core, which asks a table by its name: there is none."""
        there = self.sudo().search([("id", "in", self.ids)])
        return self.filtered(lambda row: row in there)

    def _query(self):
        """SQL with the columns of the model; it has no parameters, but a percent sign in it is doubled."""
        raise NotImplementedError

    @api.model
    def read_group(self, domain, fields, groupby, offset=0, limit=None, orderby=False, lazy=True):  # noqa: PLR0917
        """Shares of a group are those of its sums: an average of averages would weigh a sale like a thousand."""
        asked = [name for name in self._shares if any(field.split(":")[0] == name for field in fields)]
        needed = {part for name in asked for part in (self._shares[name][0], *self._shares[name][1])}
        present = {field.split(":")[0] for field in fields}
        added = [f"{name}:sum" for name in sorted(needed - present)]
        rows = super().read_group(domain, [*fields, *added], groupby, offset, limit, orderby, lazy)
        for row in rows:
            for name in asked:
                part, whole = self._shares[name]
                total = sum(row.get(each) or 0 for each in whole)
                row[name] = 100 * (row.get(part) or 0) / total if total else 0
        return rows
