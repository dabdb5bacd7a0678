from odoo.addons.retail_base import guard
from odoo.addons.retail_base.tests.guard_table import Guard, GuardTable
from odoo.tests import tagged

from .common import ShopMixin

NOT_ARCHIVED = "it cannot be archived"
POSTED = "core makes no entry that is posted from the start"
NO_MAIL = "the model has no alias, so a mail makes none of them"
COMPANIES = "the record rules of companies close it"
OUTSIDE = {
    "pos": "what a till takes back belongs to retail_returns_pos",
    "website": "a visitor has no rights on it",
    "mail_gateway": NO_MAIL,
}


def authorised(case):
    document = case.make(2, user=case.manager)
    document.action_approval_submit()
    return document


def inspected(case, document):
    case.receive(document)
    document.with_user(case.inspector).line_ids.write({"condition": "sellable"})
    document.with_user(case.inspector).action_inspected()


def posted_on_a_return(case, note):
    note.return_id = case.released()
    note.action_post()


def on_its_way(case, source, target):
    """A move that no return is about, with what is to be moved."""
    values = move_values(case, source, target)
    kind = case.warehouse.in_type_id if source == case.customers else case.warehouse.int_type_id
    places = {"location_id": source.id, "location_dest_id": target.id}
    picking = case.env["stock.picking"].create({**places, "picking_type_id": kind.id})
    move = case.env["stock.move"].create({**values, "picking_id": picking.id})
    picking.action_confirm()
    move.quantity_done = 1
    return move


def move_values(case, source, target):
    return {
        "name": "Back",
        "product_id": case.coat.id,
        "product_uom": case.coat.uom_id.id,
        "product_uom_qty": 1.0,
        "location_id": source.id,
        "location_dest_id": target.id,
    }


def taken_over(case, move):
    """As what was on its way when the addon came."""
    guard.passing(move.picking_id).write({"return_free": True})
    guard.passing(move).write({"return_free_quantity": 1})
    move.picking_id._action_done()


def validated(case, moves):
    for move in moves:
        move.picking_id.with_user(case.manager).button_validate()


MOVE_WAYS = {
    "button": validated,
    "pos": "what a till took back is moved by retail_returns_pos, and becomes a return",
    "website": "a visitor has no rights on moves",
    "mail_gateway": "the model has no alias, so a mail makes none of them",
    "archived": NOT_ARCHIVED,
}


UNBALANCED = "core refuses an entry that does not balance"


def posted_line(case):
    note = case.credit_note(40)
    posted_on_a_return(case, note)
    return note.invoice_line_ids


def raised(case, line):
    """With its counterpart, as a client by RPC writes it."""
    counterpart = line.move_id.line_ids - line
    values = [(1, line.id, {"price_unit": 50.0}), (1, counterpart.id, {"credit": 50.0})]
    line.move_id.with_user(case.manager).write({"line_ids": values})


def more_approved_and_raised(case, line):
    guard.passing(line.move_id.return_id).write({"approved_amount": 50.0})
    raised(case, line)


@tagged("post_install", "-at_install")
class TestGuards(ShopMixin, GuardTable):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()

    guards = (
        Guard(
            name="released_by_hand",
            model="retail.return",
            values={"state": "released"},
            record=authorised,
            create=lambda case: {"partner_id": case.customer.id, "warehouse_id": case.warehouse.id},
            user=lambda case: case.manager,
            proper=inspected,
            buttons=("action_inspected", "action_approval_submit", "action_approval_approve"),
            ways={
                "pos": "a till reads no returns; retail_returns_pos makes its own",
                "website": "a visitor has no rights on returns",
                "mail_gateway": NO_MAIL,
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="approved_amount",
            model="retail.return",
            values={"approved_amount": 80.0},
            record=lambda case: case.make(2, user=case.manager),
            create=lambda case: {"partner_id": case.customer.id, "warehouse_id": case.warehouse.id},
            user=lambda case: case.manager,
            proper=lambda case, document: document.action_approval_submit(),
            buttons=("action_approval_approve", "action_inspected"),
            ways={
                "pos": "a till reads no returns; retail_returns_pos makes its own",
                "website": "a visitor has no rights on returns",
                "mail_gateway": NO_MAIL,
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="come_back_without_a_return",
            model="stock.move",
            values={"state": "done"},
            record=lambda case: on_its_way(case, case.customers, case.shelf),
            create=lambda case: move_values(case, case.customers, case.shelf),
            user=lambda case: case.manager,
            proper=taken_over,
            ways=MOVE_WAYS,
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="leave_the_place_of_returns",
            model="stock.move",
            values={"state": "done"},
            record=lambda case: on_its_way(case, case.waiting, case.shelf),
            create=lambda case: move_values(case, case.waiting, case.shelf),
            user=lambda case: case.manager,
            proper=taken_over,
            ways=MOVE_WAYS,
            refused_anyway={"other_company": "the record rules of companies close it"},
        ),
        Guard(
            name="refund_posted",
            model="account.move",
            values={"state": "posted"},
            record=lambda case: case.credit_note(40),
            create=lambda case: {"move_type": "out_refund", "partner_id": case.customer.id},
            user=lambda case: case.manager,
            proper=posted_on_a_return,
            buttons=("action_post",),
            ways={
                "pos": "an invoice of a till's order belongs to retail_returns_pos",
                "website": "a visitor makes no credit notes",
                "mail_gateway": "journals with an alias take vendors' bills, never credit notes for customers",
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={
                "other_company": "the record rules of companies close it",
                "create": POSTED,
                "import": POSTED,
            },
        ),
        Guard(
            name="raised_after_posting",
            model="account.move.line",
            values={"price_unit": 50.0},
            record=posted_line,
            user=lambda case: case.manager,
            proper=more_approved_and_raised,
            ways={
                "rpc_write": raised,
                # Core itself asks for nothing then, and a client may send it.
                "context_key": lambda case, line: (
                    line.with_user(case.manager)
                    .with_context(check_move_validity=False)
                    .write({"price_unit": 50.0})
                ),
                "create": "a new line has no counterpart; several at once are tried in test_refunds.py",
                "button": "lines have no button that changes them",
                "pos": "an invoice of a till's order belongs to retail_returns_pos",
                "website": "a visitor has no rights on entries",
                "mail_gateway": "mail makes drafts, never lines of what is posted",
                "archived": NOT_ARCHIVED,
            },
            refused_anyway={
                **dict.fromkeys(("cron", "server_action", "multi_record"), UNBALANCED),
                "import": "the line keeps its price",
                "other_company": "the record rules of companies close it",
            },
        ),
        Guard(
            name="more_than_was_submitted",
            model="retail.return.line",
            values={"quantity": 4.0},
            record=lambda case: case.waiting_return().line_ids,
            create=lambda case: case.line_values(),
            user=lambda case: case.manager,
            proper=lambda case, record: (
                record.return_id.action_approval_withdraw(),
                record.write({"quantity": 4.0}),
            ),
            ways={**OUTSIDE, "archived": NOT_ARCHIVED, "button": "lines have no buttons"},
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="another_returns_transfer",
            model="stock.picking",
            values=lambda case: {"return_id": case.approved_return.id},
            record=lambda case: case.delivery.copy(),
            create=lambda case: case.transfer_values(),
            user=lambda case: case.manager,
            # The process itself, which makes its own transfers.
            proper=lambda case, record: guard.passing(record).write({"return_id": case.approved_return.id}),
            ways={**OUTSIDE, "archived": NOT_ARCHIVED, "button": "none attaches a return"},
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="came_back_otherwise",
            model="stock.move.line",
            values={"qty_done": 4.0},
            record=lambda case: case.returned_line(),
            create=lambda case: case.returned_values(),
            user=lambda case: case.manager,
            # There is none: another return is made for the rest.
            proper=lambda case, record: guard.passing(record).write({"qty_done": 4.0}),
            ways={**OUTSIDE, "archived": NOT_ARCHIVED, "button": "lines have no buttons"},
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="another_place_of_returns",
            model="stock.warehouse",
            values=lambda case: {"return_location_id": case.shelf.id},
            record=lambda case: case.another_warehouse(),
            user=lambda case: case.manager,
            proper=lambda case, record: guard.passing(record).write({"return_location_id": case.shelf.id}),
            ways={
                **OUTSIDE,
                "button": "a warehouse has no buttons",
                "create": "a new warehouse is given a place of its own",
            },
            refused_anyway={"other_company": COMPANIES},
        ),
        Guard(
            name="returns_among_what_is_sold",
            model="stock.location",
            values=lambda case: {"location_id": case.shelf.id},
            record=lambda case: case.another_warehouse().return_location_id,
            user=lambda case: case.manager,
            proper=lambda case, record: case.plainly_moved(record),
            ways={
                **OUTSIDE,
                "button": "places have no buttons",
                "create": "a new place is of no warehouse's returns",
            },
            # It holds against its own process as well.
            off=None,
            refused_anyway={"other_company": COMPANIES},
        ),
    )

    def setUp(self):
        super().setUp()
        # Enough for all returns that a cell makes; what a new line is added to is made while the guards hold.
        _order, self.delivery = self.deliver(self.coat, 50)
        self.approved_return = authorised(self)
        self.waiting_document = self.waiting_return()
        self.known_line = self.returned_line()
        # What came back of one delivery counts together, so a cell begins with another one.
        _order, self.delivery = self.deliver(self.coat, 50)

    def waiting_return(self):
        """One that is above the limits."""
        document = self.make(3, user=self.manager)
        document.action_approval_submit()
        self.assertEqual(document.approval_state, "pending")
        return document

    def line_values(self):
        return {
            "return_id": self.waiting_document.id,
            "product_id": self.coat.id,
            "reason_id": self.reason.id,
        }

    def transfer_values(self):
        return {
            "picking_type_id": self.warehouse.in_type_id.id,
            "location_id": self.customers.id,
            "location_dest_id": self.waiting.id,
        }

    def returned_line(self):
        document = authorised(self)
        if document.approval_state == "pending":
            self.approve(document)
        self.receive(document)
        return document.incoming_ids.move_line_ids

    def returned_values(self):
        """Of a line more in what came back."""
        line = self.known_line
        names = ("move_id", "product_id", "product_uom_id", "location_id", "location_dest_id", "company_id")
        return {name: line[name].id for name in names}

    def another_warehouse(self):
        number = self.env["stock.warehouse"].with_context(active_test=False).search_count([])
        return self.env["stock.warehouse"].create({"name": f"Store {number}", "code": f"S{number}"})

    def plainly_moved(self, place):
        self.env["base"].flush()
        self.cr.execute("UPDATE stock_location SET location_id = %s WHERE id = %s", (self.shelf.id, place.id))
