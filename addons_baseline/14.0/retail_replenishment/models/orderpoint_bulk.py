"""Quantities of proposals put into reordering rules, for all of them in one statement.

A first night makes as many rules as a chain has products in stores, for which a create() each would take hours:
core computes for each what is to be ordered. The scheduler does so anyway before it orders.
"""

from odoo import api, models

SEQUENCE = "stock.orderpoint"

# What core only suggested becomes a rule, or core deletes it when its list is opened.
SET = """
    UPDATE stock_warehouse_orderpoint rule
       SET product_min_qty = proposal.new_min, product_max_qty = proposal.new_max, entered_on = NULL,
           trigger = CASE WHEN rule.create_uid = 1 AND rule.trigger = 'manual' THEN 'auto' ELSE rule.trigger END,
           write_uid = %(user)s, write_date = now() AT TIME ZONE 'UTC'
      FROM retail_replenishment_proposal proposal
     WHERE proposal.id = ANY(%(proposals)s) AND rule.id = proposal.orderpoint_id
"""
MAKE = """
    WITH made AS (
        INSERT INTO stock_warehouse_orderpoint (
            name, warehouse_id, location_id, product_id, product_category_id, company_id, route_id,
            product_min_qty, product_max_qty, create_uid, create_date, write_uid, write_date {columns})
        SELECT named.name, warehouse.id, warehouse.lot_stock_id, product.id, template.categ_id,
               proposal.company_id, proposal.route_id, proposal.new_min, proposal.new_max,
               %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC' {values}
          FROM unnest(%(missing)s, %(names)s) AS named (id, name)
          JOIN retail_replenishment_proposal proposal ON proposal.id = named.id
          JOIN stock_warehouse warehouse ON warehouse.id = proposal.warehouse_id
          JOIN product_product product ON product.id = proposal.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
     RETURNING id, product_id, warehouse_id
    )
    UPDATE retail_replenishment_proposal proposal SET orderpoint_id = made.id
      FROM made
     WHERE proposal.id = ANY(%(missing)s) AND proposal.product_id = made.product_id
       AND proposal.warehouse_id = made.warehouse_id
"""
GIVEN = (
    "name",
    "warehouse_id",
    "location_id",
    "product_id",
    "product_category_id",
    "company_id",
    "route_id",
    "product_min_qty",
    "product_max_qty",
)


class Orderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"  # pylint: disable=consider-merging-classes-inherited # in bulk

    @api.model
    def _set_quantities_of(self, proposals):
        self.env.cr.execute(SET, {"proposals": proposals.ids, "user": self.env.uid})

    @api.model
    def _make_for(self, proposals):
        """Rules for the proposals that have none, with the defaults that the ORM would give them."""
        self.env.cr.execute(
            "SELECT company_id, array_agg(id ORDER BY id) FROM retail_replenishment_proposal"
            " WHERE id = ANY(%s) AND orderpoint_id IS NULL GROUP BY company_id",
            (proposals.ids,),
        )
        for company_id, missing in self.env.cr.fetchall():
            rules = self.with_company(company_id)
            defaults = rules._stored_defaults()
            statement = MAKE.format(
                columns="".join(f', "{name}"' for name in defaults),
                values="".join(f", %({name})s" for name in defaults),
            )
            names = rules._next_names(len(missing))
            self.env.cr.execute(statement, {**defaults, "missing": missing, "names": names, "user": self.env.uid})

    def _stored_defaults(self):
        """By field, of all that other addons may have added, too: what a new rule begins with."""
        values = self._add_missing_default_values(dict.fromkeys(GIVEN, False))
        return {
            name: self._fields[name].convert_to_column(value, self)
            for name, value in values.items()
            if name not in GIVEN and self._fields[name].store and self._fields[name].column_type
        }

    def _next_names(self, count):
        """So many of the sequence's next names, drawn at once where the sequence lets us."""
        sequences = self.env["ir.sequence"].sudo()
        here = [("code", "=", SEQUENCE), ("company_id", "in", (self.env.company.id, False))]
        sequence = sequences.search(here, order="company_id", limit=1)
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequences.next_by_code(SEQUENCE) for _each in range(count)]
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", (f"ir_sequence_{sequence.id:03d}", count)
        )
        return [sequence.get_next_char(number) for (number,) in self.env.cr.fetchall()]
