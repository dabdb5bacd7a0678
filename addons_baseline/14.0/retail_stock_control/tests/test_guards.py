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
    )
