"""What will be another price soon: of approved changes, and of pricelist rules that begin or end by themselves."""

from odoo import fields, models, tools

# The day in the time zone of the company: "tomorrow" is what staff call so. What is over is not looked at.
UPCOMING = """
    CREATE VIEW retail_price_upcoming AS
    WITH planned AS (
        SELECT id, company_id, effective_at
          FROM retail_price_change
         WHERE approval_state = 'approved' AND outcome = 'open'
    ), soon AS (
        SELECT line.id * 4 AS id, planned.id AS change_id, planned.company_id, planned.effective_at,
               line.kind AS kind, line.product_tmpl_id, NULL::integer AS categ_id, NULL::integer AS pricelist_id,
               line.old_price, line.new_price
          FROM planned
          JOIN retail_price_change_line line ON line.change_id = planned.id
         WHERE line.progress = 'open' AND line.kind <> 'cost'
     UNION ALL
        SELECT item.id * 4 + 1, planned.id, planned.company_id, GREATEST(planned.effective_at, item.date_start),
               'rule_' || item.action, COALESCE(item.product_tmpl_id, product.product_tmpl_id), item.categ_id,
               item.pricelist_id, NULL, CASE item.compute_price WHEN 'fixed' THEN item.fixed_price END
          FROM planned
          JOIN retail_price_change_item item ON item.change_id = planned.id
     LEFT JOIN product_product product ON product.id = item.product_id
         WHERE item.progress = 'open'
     UNION ALL
        SELECT item.id * 4 + edge.number, NULL, item.company_id, edge.moment, edge.kind,
               COALESCE(item.product_tmpl_id, product.product_tmpl_id), item.categ_id, item.pricelist_id,
               CASE WHEN edge.kind = 'rule_ends' AND item.compute_price = 'fixed' THEN item.fixed_price END,
               CASE WHEN edge.kind = 'rule_begins' AND item.compute_price = 'fixed' THEN item.fixed_price END
          FROM product_pricelist_item item
     LEFT JOIN product_product product ON product.id = item.product_id
    CROSS JOIN LATERAL (VALUES (2, 'rule_begins', item.date_start), (3, 'rule_ends', item.date_end))
               AS edge (number, kind, moment)
         WHERE item.active AND edge.moment > now() AT TIME ZONE 'UTC'
    )
    SELECT soon.*,
           (soon.effective_at AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(partner.tz, 'UTC'))::date AS day
      FROM soon
 LEFT JOIN res_company company ON company.id = soon.company_id
 LEFT JOIN res_partner partner ON partner.id = company.partner_id
"""


class PriceUpcoming(models.Model):
    _name = "retail.price.upcoming"
    _description = "Prices that change soon"
    _auto = False
    _order = "effective_at, id"
    _rec_name = "product_tmpl_id"

    day = fields.Date("On", readonly=True, help="In the time zone of the company.")
    effective_at = fields.Datetime("At", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    change_id = fields.Many2one("retail.price.change", "Price change", readonly=True)
    kind = fields.Selection(
        [
            ("list", "Sales price"),
            ("extra", "Extra of a choice"),
            ("rule_add", "New pricelist rule"),
            ("rule_change", "Changed pricelist rule"),
            ("rule_remove", "Pricelist rule goes"),
            ("rule_begins", "Pricelist rule begins"),
            ("rule_ends", "Pricelist rule ends"),
        ],
        "What changes",
        readonly=True,
    )
    product_tmpl_id = fields.Many2one("product.template", "Product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    pricelist_id = fields.Many2one("product.pricelist", readonly=True)
    old_price = fields.Float("Was", digits="Product Price", readonly=True, group_operator=None)
    new_price = fields.Float("Is to be", digits="Product Price", readonly=True, group_operator=None)

    def init(self):
        tools.drop_view_if_exists(self.env.cr, self._table)
        self.env.cr.execute(UPCOMING)
