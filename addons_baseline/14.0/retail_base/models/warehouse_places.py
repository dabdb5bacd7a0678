"""Of which warehouse a place is: said here, once, for all that ask.

Only for addons that build on stock; this one has nothing of it.
"""

from odoo import api, models
from odoo.osv import expression


class WarehousePlaces(models.AbstractModel):
    """Whoever asks whose goods are, or were, asks here. What can be sold lies below a warehouse's view alone."""

    _name = "retail.warehouse.places"
    _description = "Places of warehouses"

    @api.model
    def _top_fields(self):
        """Names of a warehouse's fields; the place in each of them, with all below it, is the warehouse's."""
        return ["view_location_id"]

    @api.model
    def _internal(self):
        """SQL of the internal places of all warehouses, with `id` and `warehouse_id`; it has no parameters."""
        return f"{self._all()} WHERE place.usage = 'internal'"

    @api.model
    def _all(self):
        """The same of all places, whatever they are used for."""
        tops = " UNION ALL ".join(
            f"SELECT {name} AS location_id, id AS warehouse_id FROM stock_warehouse"  # noqa: S608 names of our fields
            for name in self._top_fields()
        )
        # Doubled, because queries with parameters are what it is part of.
        return f"""
            SELECT place.id, top.warehouse_id
            FROM ({tops}) top
            JOIN stock_location above ON above.id = top.location_id
            JOIN stock_location place ON place.parent_path LIKE above.parent_path || '%%'
        """  # noqa: S608

    @api.model
    def _warehouse_of(self, location):
        """The warehouse, as whoever asks sees warehouses; an empty record for a place of none, or for no place."""
        domain = expression.OR([[(name, "parent_of", location.ids)] for name in self._top_fields()])
        return self.env["stock.warehouse"].search(domain, limit=1)

    @api.model
    def _ids_of(self, warehouse):
        """Ids of all places of this warehouse, archived ones as well."""
        places = self.env["stock.location"].sudo().with_context(active_test=False)
        tops = places.union(*(warehouse[name] for name in self._top_fields()))
        return places.search([("id", "child_of", tops.ids)]).ids
