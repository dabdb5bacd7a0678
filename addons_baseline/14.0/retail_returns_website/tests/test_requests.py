import re

from odoo.addons.retail_returns.tests.common import ShopMixin
from odoo.exceptions import UserError
from odoo.tests import HttpCase, SavepointCase, new_test_user, tagged
from odoo.tools import mute_logger

LOGIN = "mia-of-a-test"
# Seconds; the first page compiles its assets.
PATIENCE = 120
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class _Portal(ShopMixin):
    @classmethod
    def set_up_portal(cls):
        cls.set_up_shop()
        groups = {"groups": "base.group_portal", "password": LOGIN}
        cls.mia = new_test_user(cls.env, LOGIN, partner_id=cls.customer.id, **groups)
        cls.move = cls.delivery.move_lines

    def requests(self):
        return self.env["retail.return"].search([("asked_online", "=", True), ("sale_id", "=", self.order.id)])

    def ask(self, quantity=2, reason=None, note="", move=None):
        order = self.order.with_user(self.mia).sudo()
        return order._ask_for_return({(move or self.move).id: (quantity, (reason or self.reason).id)}, note)


@tagged("post_install", "-at_install")
class TestRequests(_Portal, SavepointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_portal()

    def refused(self, said, **asked):
        with self.assertRaisesRegex(UserError, said), self.cr.savepoint():
            self.ask(**asked)

    def test_it_is_a_draft_that_staff_submits(self):
        document = self.ask(note="Too long")
        self.assertEqual((document.state, document.approval_state, document.channel), ("draft", "draft", "web"))
        self.assertEqual((document.partner_id, document.picking_id), (self.customer, self.delivery))
        self.assertEqual((document.line_ids.quantity, document.line_ids.note), (2, "Too long"))
        self.assertEqual(document.message_ids[0].author_id, self.customer)
        document.with_user(self.seller).action_approval_submit()
        self.assertEqual(document.state, "authorized")
        self.assertEqual(document.approval_request_ids.requester_id, self.seller)

    def test_no_more_than_is_left(self):
        self.refused("at most 5", quantity=6)
        self.ask(3)
        self.refused("at most 2", quantity=3)
        other = self.make(1)
        other.action_approval_submit()
        self.refused("at most 1", quantity=2)
        self.ask(1)
        self.refused("cannot be returned any more", quantity=1)

    def test_what_was_answered_does_not_hold_the_goods_twice(self):
        document = self.ask(3)
        document.with_user(self.seller).action_approval_submit()
        self.approve(document)
        self.assertEqual(self.order._left_to_return(), {self.move: 2})

    def test_quantities_that_are_none(self):
        for quantity in (-1, float("nan"), float("inf")):
            self.refused("at most 5", quantity=quantity)
        self.refused("Enter how many", quantity=0)

    def test_a_reason_that_is_offered(self):
        self.reason.offered = False
        self.refused("Choose why")
        self.refused("Choose why", reason=self.env["retail.return.reason"].browse(999999999))
        defect = self.env.ref("retail_returns.reason_defect")
        self.refused("Tell us below", reason=defect)
        self.assertTrue(self.ask(reason=defect, note="The zip"))

    def test_goods_of_another_order(self):
        _order, delivery = self.deliver(self.coat, 1)
        self.refused("cannot be returned any more", move=delivery.move_lines)

    def test_not_too_many_that_wait(self):
        self.policy.open_online = 2
        first = self.ask(1)
        self.ask(1)
        self.refused("have not answered all of your requests", quantity=1)
        first.with_user(self.seller).action_approval_submit()
        self.assertTrue(self.ask(1))

    def test_nobody_claims_that_a_customer_asked(self):
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.make().asked_online = True

    def test_what_the_customer_is_told(self):
        document = self.ask()
        told = [document._told_to_customer()]
        document.with_user(self.seller).action_approval_submit()
        told.append(document._told_to_customer())
        self.receive(document)
        told.append(document._told_to_customer())
        document.with_user(self.inspector).line_ids.condition = "sellable"
        document.with_user(self.inspector).action_inspected()
        told.append(document._told_to_customer())
        self.credit_note(80, return_id=document.id).action_post()
        told.append(document._told_to_customer())
        for sentence, expected in zip(told, ("We have", document.name, "have arrived", "accepted", "is refunded")):
            self.assertIn(expected, sentence)


@tagged("post_install", "-at_install")
class TestPage(_Portal, HttpCase):
    def setUp(self):
        super().setUp()
        # The shop is made on the class, which here has no environment of its own.
        type(self).env = self.env
        self.addCleanup(delattr, type(self), "env")
        self.set_up_portal()
        self.address = f"/my/orders/{self.order.id}"
        self.authenticate(LOGIN, LOGIN)

    def send(self, address=None, token=None, **fields):
        address = address or f"{self.address}/return"
        if token is None:
            token = TOKEN.search(self.url_open(address, timeout=PATIENCE).text).group(1)
        quantity, reason = f"quantity_{self.move.id}", f"reason_{self.move.id}"
        fields = {quantity: "2", reason: str(self.reason.id), "note": "Too long", **fields}
        return self.url_open(address, data={"csrf_token": token, **fields}, timeout=PATIENCE)

    def test_a_customer_asks_and_sees_it(self):
        self.assertIn("Return something", self.url_open(self.address, timeout=PATIENCE).text)
        page = self.send()
        self.assertTrue(page.url.split("#")[0].endswith(self.address))
        document = self.requests()
        self.assertEqual((document.line_ids.quantity, document.create_uid), (2, self.mia))
        self.assertIn(document.name, page.text)
        self.assertIn("We have your request", page.text)

    def test_too_many(self):
        page = self.send(**{f"quantity_{self.move.id}": "6"})
        self.assertIn("at most 5", page.text)
        self.assertIn("Too long", page.text, "what was entered stays")
        page = self.send(**{f"quantity_{self.move.id}": "many"})
        self.assertIn("Enter a number", page.text)
        self.assertFalse(self.requests())

    @mute_logger("odoo.http", "odoo.addons.http_routing.models.ir_http")
    def test_without_the_token_of_the_form(self):
        self.assertEqual(self.send(token="forged").status_code, 400)
        self.assertFalse(self.requests())

    def test_another_customers_order(self):
        token = TOKEN.search(self.url_open(f"{self.address}/return", timeout=PATIENCE).text).group(1)
        stranger = self.env["res.partner"].create({"name": "Otto"})
        self.order.partner_id = stranger
        self.order.message_unsubscribe(self.customer.ids)
        self.refused_to(token)
        self.order.message_subscribe(self.customer.ids)
        self.refused_to(token)
        self.assertNotIn(
            "Return something",
            self.url_open(self.address, timeout=PATIENCE).text,
            "who follows it sees the order alone",
        )

    def refused_to(self, token):
        address = f"{self.address}/return"
        for page in (self.url_open(address, timeout=PATIENCE), self.send(token=token)):
            self.assertTrue(page.url.endswith(("/my", "/my/home")), page.url)
        self.assertFalse(self.env["retail.return"].search([("asked_online", "=", True)]))

    def test_without_logging_in(self):
        self.authenticate(None, None)
        order = self.order
        page = self.url_open(
            f"{self.address}/return?access_token={order._portal_ensure_token()}", timeout=PATIENCE
        )
        self.assertIn("/web/login", page.url)
        shared = self.url_open(f"{self.address}?access_token={order._portal_ensure_token()}", timeout=PATIENCE)
        self.assertNotIn("Return something", shared.text)
