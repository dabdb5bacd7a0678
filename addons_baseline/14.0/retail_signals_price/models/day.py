"""What the shop asked for a line when it was sold: its sales price of then, which price changes have kept."""

from odoo import api, models

# The lowest sales price from when the line can have got its price until it was sold, because nobody knows when the
# page was loaded. Nothing is said of lines whose price is not the sales price alone: where a pricelist has a rule
# for the product, or had, where another currency or fiscal position changes it, or a choice makes it cheaper.
PRICE = """(
    SELECT LEAST(
        COALESCE(
            (SELECT change.old_price FROM retail_price_change_line change
             WHERE change.product_tmpl_id = goods.id AND change.kind = 'list' AND change.progress = 'applied'
               AND change.applied_at > {since}
             ORDER BY change.applied_at, change.id LIMIT 1),
            goods.list_price),
        (SELECT MIN(change.new_price) FROM retail_price_change_line change
         WHERE change.product_tmpl_id = goods.id AND change.kind = 'list' AND change.progress = 'applied'
           AND change.applied_at > {since} AND change.applied_at <= sale.date_order))
    FROM product_product variant
    JOIN product_template goods ON goods.id = variant.product_tmpl_id AND goods.type != 'service'
    JOIN product_category category ON category.id = goods.categ_id
    JOIN product_pricelist list ON list.id = sale.pricelist_id
    JOIN res_company seller ON seller.id = sale.company_id AND seller.currency_id = list.currency_id
    JOIN res_company priced ON priced.id = COALESCE(goods.company_id, (SELECT MIN(id) FROM res_company))
         AND priced.currency_id = list.currency_id
    WHERE variant.id = line.product_id AND line.price_unit >= 0 AND sale.fiscal_position_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM product_template_attribute_value choice
                      WHERE choice.product_tmpl_id = goods.id AND choice.price_extra < 0)
      AND NOT EXISTS (
          SELECT 1
          FROM (
              SELECT {rule} FROM product_pricelist_item
              UNION ALL
              SELECT {rule} FROM retail_price_change_item
              WHERE action = 'remove' AND progress = 'applied' AND applied_at > {since}
          ) rule
          LEFT JOIN product_category part ON part.id = rule.categ_id
          WHERE rule.pricelist_id = list.id
            AND (rule.applied_on = '3_global' OR category.parent_path LIKE part.parent_path || '%%'
                 OR rule.product_tmpl_id = goods.id OR rule.product_id = variant.id)
            AND NOT (rule.compute_price = 'percentage' AND COALESCE(rule.percent_price, 0) = 0)
            AND NOT (rule.compute_price = 'formula' AND rule.base = 'list_price'
                     AND COALESCE(rule.price_discount, 0) = 0 AND COALESCE(rule.price_surcharge, 0) = 0
                     AND COALESCE(rule.price_round, 0) = 0 AND COALESCE(rule.price_min_margin, 0) = 0
                     AND COALESCE(rule.price_max_margin, 0) = 0)
      )
)"""
RULE = """pricelist_id, applied_on, categ_id, product_tmpl_id, product_id, compute_price, percent_price, base,
    price_discount, price_surcharge, price_round, price_min_margin, price_max_margin"""


class SignalDay(models.Model):
    _inherit = "retail.signal.day"

    @api.model
    def _price_of_the_shop(self, since):
        return PRICE.format(since=since, rule=RULE)
