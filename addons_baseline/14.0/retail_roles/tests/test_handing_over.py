"""Every way to hand a document of one's own store to another one.

What is made there is the record rules' matter: tests/odoo/test_record_rules.py.
"""

from unittest.mock import patch

from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import new_test_user, tagged

from .common import StoresCase

AS_ADMINISTRATOR = "whoever may write code works for all stores; the superuser is no store's person"
WAYS = {
    "create": "what is made in another store is the record rules' matter",
    "button": "no button hands a document to another store",
    "server_action": AS_ADMINISTRATOR,
    "cron": AS_ADMINISTRATOR,
    "pos": "a till sends orders of its own session",
    "website": "visitors have no access to it",
    "mail_gateway": "no alias makes or changes it",
    "archived": "what is archived stays with its store",
}


def handed_over(model, values, record, refused_anyway=()):
    """A row: `values` names the field and what of Tours it would be set to."""
    name, place = values
    return Guard(
        name=f"{model.replace('.', '_')}_handed_over",
        model=model,
        values=lambda case: {name: place(case).id},
        record=record,
        user=lambda case: case.manager,
        proper=lambda case, each: each.sudo().write({name: place(case).id}),
        ways=WAYS,
        refused_anyway={"other_company": "the record rules of companies close it", **dict(refused_anyway)},
        off=lambda case: patch.object(type(case.env[model]), "_retail_store_fields", lambda _records: frozenset()),
    )


NO_IMPORT = {"import": "the import takes no other one for what is there"}


def shelf(case):
    return case.tours.lot_stock_id


@tagged("post_install", "-at_install")
class TestHandingOver(StoresCase, GuardTable):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own_till, cls.their_till = (
            cls.env["pos.config"].create({"name": f"Till {store.name}", "picking_type_id": store.pos_type_id.id})
            for store in (cls.blois, cls.tours)
        )
        cls.their_session = cls.env["pos.session"].create(
            {"user_id": cls.neighbour.id, "config_id": cls.their_till.id}
        )

    guards = (
        handed_over("stock.move", ("location_id", shelf), lambda case: case.own_transfer().move_lines),
        handed_over("stock.move.line", ("location_id", shelf), lambda case: case.own_move_line()),
        handed_over("stock.scrap", ("location_id", shelf), lambda case: case.own_scrap()),
        handed_over(
            "pos.config",
            ("picking_type_id", lambda case: case.tours.pos_type_id),
            lambda case: case.own_till.copy({"name": "Another"}),
        ),
        handed_over(
            "pos.order",
            ("session_id", lambda case: case.their_session),
            lambda case: case.own_order(),
            refused_anyway=NO_IMPORT,
        ),
    )

    def own_transfer(self):
        here = self.blois.lot_stock_id
        return self.transfer(self.blois.int_type_id, here, here)

    def own_move_line(self):
        here = self.blois.lot_stock_id
        values = {"product_id": self.lamp.id, "product_uom_id": self.lamp.uom_id.id}
        places = {"location_id": here.id, "location_dest_id": here.id}
        return self.env["stock.move.line"].create({**values, **places, "picking_id": self.own_transfer().id})

    def own_scrap(self):
        values = {"product_id": self.lamp.id, "product_uom_id": self.lamp.uom_id.id}
        return self.env["stock.scrap"].create({**values, "location_id": self.blois.lot_stock_id.id})

    def own_session(self):
        """Of the manager, who has one open at a time."""
        cashier = new_test_user(self.env, f"cashier-{self.env['res.users'].search_count([])}")
        till = self.own_till.copy({"name": "Another"})
        return self.env["pos.session"].create({"user_id": cashier.id, "config_id": till.id})

    def own_order(self):
        amounts = dict.fromkeys(("amount_tax", "amount_total", "amount_paid", "amount_return"), 0.0)
        return self.env["pos.order"].create({"session_id": self.own_session().id, **amounts})
