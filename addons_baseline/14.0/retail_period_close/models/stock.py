"""What was moved and counted in a closed period stays as it was."""

from odoo import api, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "retail.closed.history"]

    @api.model
    def _history_fields(self):
        quantities = {"product_uom_qty", "product_uom", "quantity_done", "product_id"}
        return quantities | {"date", "state", "location_id", "location_dest_id"}

    def _history_moment(self):
        return self.state == "done" and self.date


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "retail.closed.history"]

    @api.model
    def _history_fields(self):
        whereabouts = {"location_id", "location_dest_id", "lot_id", "owner_id", "package_id", "result_package_id"}
        return whereabouts | {"date", "state", "qty_done", "product_uom_id", "product_id", "move_id"}

    def _history_moment(self):
        # The move says when it happened; a line's own date may be changed by itself.
        return self.state == "done" and min(filter(None, (self.move_id.date, self.date)))


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "retail.closed.history"]

    @api.model
    def _history_fields(self):
        return frozenset({"date_done"})

    def _history_moment(self):
        return self.state == "done" and self.date_done


class StockInventory(models.Model):
    _name = "stock.inventory"
    _inherit = ["stock.inventory", "retail.closed.history"]

    @api.model
    def _history_fields(self):
        return frozenset({"date", "state"})

    def _history_moment(self):
        return self.state == "done" and self.date

    def post_inventory(self):
        """A count may be given an accounting date of its own; without automatic valuation no entry refuses it."""
        for inventory in self.filtered("accounting_date"):
            company, day = inventory.company_id, inventory.accounting_date
            company._retail_hold_open(day)
            closed = company._retail_closed_date()
            if closed and day <= closed:
                raise UserError(company._retail_closed_message(inventory.display_name))
        return super().post_inventory()
