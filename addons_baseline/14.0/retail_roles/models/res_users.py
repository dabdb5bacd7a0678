"""For which stores somebody works, which records belong to them, and who may not be given which duties."""

from contextlib import nullcontext
from typing import NamedTuple

from odoo import api, fields, models

from .duty_check import duties_kept_apart
from .role_change import roles_changed

GIVES_GROUPS = ("groups_id", "in_group_", "sel_groups_")

# Given, of a region, or at whose till a session is open: a till that is trading goes on when its user is moved to
# another store. Nothing in it grows with history.
PLACES = """
    WITH own AS (
        SELECT warehouse_id AS id FROM retail_user_warehouse_rel WHERE user_id = %(user)s
        UNION
        SELECT store.id
          FROM stock_warehouse store
          JOIN retail_region_manager_rel manager ON manager.region_id = store.retail_region_id
         WHERE manager.user_id = %(user)s
        UNION
        SELECT kind.warehouse_id
          FROM pos_session session
          JOIN pos_config till ON till.id = session.config_id
          JOIN stock_picking_type kind ON kind.id = till.picking_type_id
         WHERE session.user_id = %(user)s AND session.state != 'closed' AND kind.warehouse_id IS NOT NULL
    ),
    place AS (SELECT id, warehouse_id IN (SELECT id FROM own) AS mine FROM ({places}) of_stores)
    SELECT ARRAY(SELECT id FROM own),
           ARRAY(SELECT id FROM stock_picking_type WHERE warehouse_id IN (SELECT id FROM own)),
           ARRAY(SELECT id FROM place WHERE mine),
           ARRAY(SELECT id FROM place WHERE NOT mine)
"""


class Places(NamedTuple):
    """Database ids."""

    warehouses: list
    picking_types: list
    locations: list
    locations_of_others: list


class Users(models.Model):
    _inherit = "res.users"

    retail_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "retail_user_warehouse_rel",
        "user_id",
        "warehouse_id",
        "Own stores",
        help="Stores and warehouses that this person works for. It counts for whoever works for own stores only.",
    )
    retail_bound = fields.Boolean("Works for own stores only", compute="_compute_retail_bound", compute_sudo=True)

    @api.depends("groups_id")
    def _compute_retail_bound(self):
        for user in self:
            own, everywhere = (
                user.has_group(f"retail_roles.{group}") for group in ("group_own_stores", "group_all_stores")
            )
            user.retail_bound = own and not everywhere

    def _retail_places(self):
        """What this person works for, read once in a transaction.

        Every query of somebody who is bound asks for it. Whoever changes it works for all stores, and a session
        that opens or closes meanwhile is at an own till; so nobody misses what happens within the transaction.
        """
        self.ensure_one()
        known = self.env.cr.cache.setdefault("retail_places", {})
        if self.id not in known:
            places = self.env["retail.warehouse.places"]._all()
            self.env.cr.execute(PLACES.format(places=places), {"user": self.id})
            known[self.id] = Places(*self.env.cr.fetchone())
        return known[self.id]

    @api.model_create_multi
    def create(self, vals_list):
        with duties_kept_apart(self.env), roles_changed(self.env):
            return super().create(vals_list)

    def write(self, vals):
        with roles_changed(self.env) if "role_line_ids" in vals else nullcontext():
            if not any(name.startswith(GIVES_GROUPS) for name in vals):
                return super().write(vals)
            with duties_kept_apart(self.env):
                self._retail_touch()
                return super().write(vals)

    def set_groups_from_roles(self, force=False):
        # Runs after every write; few of them change a group.
        with duties_kept_apart(self.env):
            return super().set_groups_from_roles(force=force)

    def _retail_touch(self):
        """Of two who give one person a duty each at once, the second fails, and is tried again."""
        if self:
            self.flush()
            self.env.cr.execute("UPDATE res_users SET write_date = write_date WHERE id IN %s", (tuple(self.ids),))
