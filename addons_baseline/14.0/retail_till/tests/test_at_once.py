from concurrent.futures import ThreadPoolExecutor

import requests
from odoo.addons.retail_base.tests.at_once import PATIENCE, AtOnceCase
from odoo.addons.retail_base.tests.tills import till_order
from odoo.service.model import execute_kw
from odoo.tests import new_test_user, tagged
from odoo.tests.common import HOST
from odoo.tools import config

from .common import CASHIER, make_till, open_session


@tagged("post_install", "-at_install")
class TestAtOnce(AtOnceCase):
    def setUp(self):
        super().setUp()
        with self.environment() as env:
            till = make_till(env, "Two at once")
            session = open_session(till)
            values = {"name": "Lamp", "type": "service", "list_price": 20.0, "taxes_id": [(5, 0, 0)]}
            product = env["product.product"].create(values)
            user = new_test_user(env, "at once", groups=CASHIER, password="at once")
            self.order = till_order(session, product)
            self.session, self.user = session.id, user.id
            made = (session, till, till.payment_method_ids, product, user)
            self.made = [(record._name, record.id) for record in made]

    def remove(self):
        with self.environment() as env:
            # Odoo deletes no order that is paid, and in France none at all.
            env.cr.execute("DELETE FROM pos_payment WHERE session_id = %s", (self.session,))
            env.cr.execute("DELETE FROM pos_order WHERE session_id = %s", (self.session,))

    def recorded(self):
        with self.environment() as env:
            return env["pos.order"].search([("session_id", "=", self.session)]).ids

    def send(self, answers):
        execute = (self.registry.db_name, self.user, "pos.order", "create_from_ui", [[self.order]])
        answers.extend(execute_kw(*execute))

    def test_the_second_waits_for_the_first_and_gets_its_id(self):
        answers = []
        with self.environment() as env:
            [first] = env["pos.order"].create_from_ui([self.order])
            env["base"].flush()
            second = self.waiting(self.send, answers)
        second.join(PATIENCE)
        self.assertEqual(answers, [first])
        self.assertEqual(self.recorded(), [first["id"]])

    def test_the_second_records_it_when_the_first_fails(self):
        answers = []
        with self.environment() as env:
            env["pos.order"].create_from_ui([self.order])
            env["base"].flush()
            second = self.waiting(self.send, answers)
            env.cr.rollback()
        second.join(PATIENCE)
        self.assertEqual(self.recorded(), [row["id"] for row in answers])
        self.assertEqual(len(answers), 1)

    def test_two_requests_of_the_page_at_once(self):
        base = f"http://{HOST}:{config['http_port']}"
        params = {"model": "pos.order", "method": "create_from_ui", "args": [[self.order]], "kwargs": {}}

        def send(session):
            return session.post(f"{base}/web/dataset/call_kw", json={"params": params}, timeout=PATIENCE).json()

        login = {"db": self.registry.db_name, "login": "at once", "password": "at once"}
        with ThreadPoolExecutor() as pool, requests.Session() as one, requests.Session() as two:
            for session in (one, two):
                session.post(f"{base}/web/session/authenticate", json={"params": login}, timeout=PATIENCE)
            answers = list(pool.map(send, (one, two)))
        [recorded] = self.recorded()
        self.assertEqual([[row["id"] for row in answer["result"]] for answer in answers], [[recorded]] * 2)
