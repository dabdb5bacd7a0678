"""The documents that somebody who works for own stores sees and changes; security/own_stores.xml has the rules."""

from odoo import models


class Picking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"picking_type_id", "location_id"}


class Move(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {
            "picking_type_id",
            "picking_id",
            "location_id",
            "location_dest_id",
        }

    def _action_cancel(self):
        """What follows in the store that waits for it is cancelled or set free, too, which is not one's own."""
        if not self.env.su and self.env.user.retail_bound:
            self.check_access_rights("write")
            self.check_access_rule("write")
            return super(Move, self.sudo())._action_cancel()
        return super()._action_cancel()


class MoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"move_id", "picking_id", "location_id", "location_dest_id"}


class Scrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["stock.scrap", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"location_id"}


class Quant(models.Model):
    _inherit = "stock.quant"

    def _set_inventory_quantity(self):
        # In Odoo's inventory mode this runs as superuser.
        if self.env.user.retail_bound:
            self.with_user(self.env.uid).check_access_rule("write")
        return super()._set_inventory_quantity()


class Inventory(models.Model):
    _inherit = "stock.inventory"

    def _action_done(self):
        # Lines of other stores are not seen, and would be left out of a count that says it is done.
        if not self.env.su and self.env.user.retail_bound:
            # Searched, because the field holds what this person sees.
            lines = self.env["stock.inventory.line"].sudo().search([("inventory_id", "in", self.ids)])
            lines.with_user(self.env.uid).check_access_rule("write")
        return super()._action_done()


class InventoryLine(models.Model):
    _name = "stock.inventory.line"
    _inherit = ["stock.inventory.line", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"location_id"}


class PosSession(models.Model):
    _name = "pos.session"
    _inherit = ["pos.session", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"config_id"}

    def init(self):
        result = super().init()
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS retail_pos_session_open ON pos_session (user_id) WHERE state != 'closed'"
        )
        return result


class PosOrder(models.Model):
    _name = "pos.order"
    _inherit = ["pos.order", "retail.own.stores.mixin"]

    def _retail_store_fields(self):
        return super()._retail_store_fields() | {"session_id"}
