"""Stock that will not last until new goods can be there, store by store."""

from datetime import timedelta

from odoo import models

from ..judging.series import Stock
from ..judging.stock import judge_stock

WEEKS = 8
WEEK = 7

# Which part of a week's sales each day of the week has; 0 is Sunday.
PROFILE = """
    SELECT EXTRACT(dow FROM date)::integer, SUM(exposure)
    FROM retail_signal_day
    WHERE measure = 'trade' AND warehouse_id = %(warehouse)s AND date < %(until)s AND date >= %(since)s
    GROUP BY 1
"""
# What was sold in each of the weeks, number 0 the newest; what is there and on its way; days until more can
# come: those of the vendor that Odoo would buy from, in the order of `_select_seller`. A line that is not valid
# on the day is taken only where no other is, as Odoo does it. Of lines for several quantities the first counts,
# because nobody knows how many will be ordered. Stores that another warehouse supplies do not wait for a
# vendor.
STOCKS = """
    WITH weeks AS (
        SELECT product_id, (%(until)s - date - 1) / 7 AS number, SUM(exposure) AS pieces
        FROM retail_signal_day
        WHERE measure = 'trade' AND warehouse_id = %(warehouse)s AND date < %(until)s AND date >= %(since)s
        GROUP BY product_id, number
    ), places AS (
        SELECT place.id FROM stock_location place
        JOIN stock_warehouse warehouse ON warehouse.id = %(warehouse)s
        JOIN stock_location view ON view.id = warehouse.view_location_id
        WHERE place.parent_path LIKE view.parent_path || '%%' AND place.usage = 'internal'
    ), sold AS (
        SELECT weeks.product_id, array_agg(number) AS numbers, array_agg(pieces) AS pieces,
               COALESCE((SELECT vendor.delay FROM product_supplierinfo vendor
                         JOIN res_partner partner ON partner.id = vendor.name AND partner.active
                         WHERE vendor.product_tmpl_id = product.product_tmpl_id
                           AND COALESCE(vendor.company_id, %(company)s) = %(company)s
                           AND vendor.id != ALL(%(not_bought_from)s)
                           AND NOT %(supplied)s
                         ORDER BY COALESCE(vendor.product_id = weeks.product_id, true)
                                  AND COALESCE(vendor.date_start <= %(until)s, true)
                                  AND COALESCE(vendor.date_end >= %(until)s, true) DESC,
                                  vendor.sequence, vendor.min_qty DESC, vendor.price, vendor.id
                         LIMIT 1), %(lead)s) AS lead
        FROM weeks
        JOIN product_product product ON product.id = weeks.product_id AND product.active
        JOIN product_template template ON template.id = product.product_tmpl_id AND template.type = 'product'
        GROUP BY weeks.product_id, product.product_tmpl_id
    )
    SELECT sold.product_id, numbers, pieces, lead,
           COALESCE((SELECT SUM(quant.quantity) FROM stock_quant quant
                     WHERE quant.product_id = sold.product_id
                       AND quant.location_id IN (SELECT id FROM places)), 0)
         + COALESCE((SELECT SUM(move.product_qty) FROM stock_move move
                     WHERE move.product_id = sold.product_id
                       AND move.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
                       AND move.location_dest_id IN (SELECT id FROM places)
                       AND move.location_id NOT IN (SELECT id FROM places)
                       AND move.date < %(until)s + lead * interval '1 day'), 0) AS available
    FROM sold
"""


class StockKind(models.Model):
    _inherit = "retail.signal.kind"  # pylint: disable=consider-merging-classes-inherited # statistics of its own

    def _judge_stock(self, company, today):
        found = []
        for warehouse in self.env["stock.warehouse"].search([("company_id", "=", company.id)]):
            about = {"warehouse_id": warehouse.id}
            judged = judge_stock(self._stocks(warehouse, today), self.minimum, self.likely / 100)
            found += [({**about, "product_id": each.key}, each) for each in judged]
        return found

    def _stocks(self, warehouse, today):
        parameters = {
            "warehouse": warehouse.id,
            "company": warehouse.company_id.id,
            "supplied": bool(warehouse.resupply_wh_ids),
            "lead": self.lead_days,
            "not_bought_from": self._not_bought_from().ids,
            "until": today,
            "since": today - timedelta(days=WEEK * WEEKS),
        }
        profile = self._profile(parameters)
        self.env.cr.execute(STOCKS, parameters)
        return [
            Stock(product, _unfold(numbers, pieces), _share(profile, today, lead), available)
            for product, numbers, pieces, lead, available in self.env.cr.fetchall()
        ]

    def _not_bought_from(self):
        """Vendors' lines by which nothing is bought by itself: none, unless an addon knows some."""
        return self.env["product.supplierinfo"]

    def _profile(self, parameters):
        """Seven shares of a week, Sunday first."""
        self.env.cr.execute(PROFILE, parameters)
        pieces = dict(self.env.cr.fetchall())
        total = sum(pieces.values())
        return [pieces.get(day, 0) / total if total else 1 / WEEK for day in range(WEEK)]


def _share(profile, today, days):
    """Of a week's sales, what the days from today on have."""
    return sum(profile[(today + timedelta(days=ahead)).isoweekday() % WEEK] for ahead in range(days))


def _unfold(numbers, pieces):
    sold = [0.0] * WEEKS
    for number, quantity in zip(numbers, pieces):
        sold[WEEKS - 1 - number] = max(quantity, 0.0)
    return tuple(sold)
