from odoo.addons.retail_base.guard import passing
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.api import call_kw
from odoo.tests import tagged

from .common import StoreMixin

NOT_OUTSIDE = {
    "pos": "a till sends orders; what they move goes to a customer",
    "website": "a visitor has no rights on stock",
    "mail_gateway": "the model has no alias, so a mail makes none of them",
}
NOT_ARCHIVED = "it cannot be archived"


def shelf_quant(case):
    quants = case.env["stock.quant"]
    return quants.search([("product_id", "=", case.lamp.id), ("location_id", "=", case.shelf.id)])


def in_inventory_mode(case, record):
    quants = record.with_user(case.manager)
    context = {"context": {"inventory_mode": True}}
    call_kw(quants.browse(), "write", [quants.ids, {"inventory_quantity": 999.0}], context)


def update_quantity(case, record):
    values = {"product_id": case.lamp.id, "product_tmpl_id": case.lamp.product_tmpl_id.id, "new_quantity": 999.0}
    case.env["stock.change.product.qty"].with_user(case.manager).create(values).change_product_qty()


def counted_and_approved(case, record):
    count = case.count({case.lamp: 999})
    count.action_validate()
    case.approve(count)


def submitted_and_approved(case, record):
    record.with_user(case.manager).action_validate()
    case.approve(record)
    if record.state == "draft":
        record.with_user(case.manager).action_validate()


def scrap(case):
    return case.env["stock.scrap"].create(scrap_values(case))


def scrap_values(case):
    return {
        "product_id": case.lamp.id,
        "product_uom_id": case.lamp.uom_id.id,
        "location_id": case.shelf.id,
        "scrap_qty": 1.0,
        "reason_id": case.env.ref("retail_stock_control.reason_damaged").id,
    }


@tagged("post_install", "-at_install")
class TestGuards(StoreMixin, GuardTable):
    """Limits of zero: whatever comes about without approval is a leak."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_store()
        cls.limit.max_value = 0

    guards = (
        Guard(
            name="posted_count",
            model="stock.inventory",
            values={"state": "done"},
            record=lambda case: case.count({case.product("Bowl", 5.0): 3}, user=case.manager),
            create=lambda case: {"name": "Around it"},
            user=lambda case: case.manager,
            proper=submitted_and_approved,
            buttons=("action_validate", "action_check", "post_inventory", "action_approval_submit"),
            ways={**NOT_OUTSIDE, "archived": NOT_ARCHIVED},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="approved_count",
            model="stock.inventory",
            values={"approval_state": "approved"},
            record=lambda case: case.count({case.product("Bowl", 5.0): 3}, user=case.manager),
            create=lambda case: {"name": "Around it"},
            user=lambda case: case.manager,
            proper=submitted_and_approved,
            buttons=("action_validate", "action_approval_submit", "action_approval_withdraw"),
            ways={**NOT_OUTSIDE, "archived": NOT_ARCHIVED},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="quantity_on_hand",
            model="stock.quant",
            values={"quantity": 999.0},
            record=shelf_quant,
            create=lambda case: {"product_id": case.lamp.id, "location_id": case.warehouse.view_location_id.id},
            user=lambda case: case.manager,
            proper=counted_and_approved,
            ways={
                **NOT_OUTSIDE,
                "archived": NOT_ARCHIVED,
                "button": update_quantity,
                "context_key": in_inventory_mode,
            },
            # Core gives nobody the right to write quantities; the guard is where they come about.
            off=None,
        ),
        Guard(
            name="scrapped",
            model="stock.scrap",
            values={"state": "done"},
            record=scrap,
            create=scrap_values,
            user=lambda case: case.manager,
            proper=submitted_and_approved,
            buttons=("action_validate", "do_scrap", "action_approval_submit"),
            ways={**NOT_OUTSIDE, "archived": NOT_ARCHIVED},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="line_of_what_was_submitted",
            model="stock.inventory.line",
            values={"product_qty": 77.0},
            record=lambda case: case.submitted_line(),
            create=lambda case: case.line_values(),
            user=lambda case: case.manager,
            proper=lambda case, record: (
                record.inventory_id.with_user(case.manager).action_approval_withdraw(),
                record.write({"product_qty": 77.0}),
            ),
            buttons=("action_refresh_quantity", "action_reset_product_qty"),
            ways={**NOT_OUTSIDE, "archived": NOT_ARCHIVED},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="place_that_holds_stock",
            model="stock.location",
            values={"usage": "inventory"},
            record=lambda case: case.filled_place(),
            user=lambda case: case.manager,
            proper=lambda case, record: (
                case.env["stock.quant"]._update_available_quantity(case.lamp, record, -1.0),
                record.write({"usage": "inventory"}),
            ),
            ways={**NOT_OUTSIDE, "button": "places have no buttons", "create": "a new place is empty"},
            refused_anyway={
                "other_company": "the record rules of companies close it",
                "archived": "core archives no place that holds stock",
            },
        ),
        Guard(
            name="difference_changed_afterwards",
            model="stock.move.line",
            values={"qty_done": 77.0},
            record=lambda case: case.posted_difference(),
            create=lambda case: case.difference_values(),
            user=lambda case: case.manager,
            # There is none: another difference is another count. This shows that the cells would see one.
            proper=lambda case, record: passing(record).write({"qty_done": 77.0}),
            ways={**NOT_OUTSIDE, "archived": NOT_ARCHIVED, "button": "lines have no buttons"},
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
    )

    def setUp(self):
        super().setUp()
        # What a new line is added to is made while the guards hold.
        self.bowl = self.product("Bowl", 5.0)
        self.known_line, self.known_difference = self.submitted_line(), self.posted_difference()

    def submitted_line(self):
        count = self.count({self.product("Bowl", 5.0): 3}, user=self.manager)
        count.with_user(self.manager).action_validate()
        self.assertEqual(count.approval_state, "pending")
        return count.line_ids

    def line_values(self):
        """Of a line more in a count that was submitted."""
        count, bowl = self.known_line.inventory_id, self.bowl
        values = {"product_id": bowl.id, "product_uom_id": bowl.uom_id.id}
        return {**values, "inventory_id": count.id, "location_id": self.shelf.id}

    def filled_place(self):
        place = self.env["stock.location"].create({"name": "Corner", "location_id": self.shelf.id})
        self.env["stock.quant"]._update_available_quantity(self.lamp, place, 1.0)
        return place

    def posted_difference(self):
        count = self.count({self.product("Bowl", 5.0): 3})
        count.action_validate()
        self.approve(count)
        return count.move_ids.move_line_ids

    def difference_values(self):
        """Of a line more in a difference that was posted."""
        line = self.known_difference
        names = ("move_id", "product_id", "product_uom_id", "location_id", "location_dest_id", "company_id")
        return {name: line[name].id for name in names}
