"""Who is told what runs low, where nobody was chosen."""

from odoo import models


class Warehouse(models.Model):
    _inherit = "stock.warehouse"

    def _stock_responsible(self):
        """The one who was chosen, or else the first store manager, or supervisor, who works here."""
        chosen = super()._stock_responsible()
        if chosen:
            return chosen
        roles = ("retail_roles.group_store_manager", "retail_roles.group_warehouse_supervisor")
        here = self.retail_user_ids.filtered("active").sorted("id")
        return here.filtered(lambda user: any(user.has_group(role) for role in roles))[:1]
