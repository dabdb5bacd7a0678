"""Those who use a shop while something happens to it: each with a session of their own, as a browser has."""

import itertools
import threading
import time
from typing import Any

import httpx

from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant
from tests.support.till_order import TillSession

_ids = itertools.count(1)
# Seconds. More than the platform lets anybody wait while a database is away.
PATIENCE = 120
# Seconds between two tries of a poller whose poll failed; Odoo's own client waits 10 to 30.
POLL_PAUSE = 0.5


class Person:
    """A browser at one of the shop's ports."""

    def __init__(self, shop: OdooTenant, port: str = "http") -> None:
        self.shop = shop
        address = f"http://127.0.0.1:{shop.ports[port]}"
        # The shop's own language, so that no page is redirected for it.
        self.browser = httpx.Client(base_url=address, headers={"Accept-Language": "en-US"}, timeout=PATIENCE)

    @property
    def session_id(self) -> str:
        return str(self.browser.cookies["session_id"])

    def post(self, path: str, **params: Any) -> httpx.Response:
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(_ids)}
        return self.browser.post(path, json=body)

    def rpc(self, path: str, **params: Any) -> Any:
        """The result; raises AssertionError with what came instead."""
        response = self.post(path, **params)
        assert response.status_code == 200, (response.status_code, response.text)
        answer = response.json()
        assert "error" not in answer, answer["error"]
        return answer.get("result")

    def calling(self, model: str, method: str, *args: Any) -> httpx.Response:
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.post(path, model=model, method=method, args=list(args), kwargs={})

    def call(self, model: str, method: str, *args: Any) -> Any:
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self.rpc(path, model=model, method=method, args=list(args), kwargs={})


class Clerk(Person):
    """Somebody of the back office."""

    def __init__(self, shop: OdooTenant) -> None:
        super().__init__(shop)
        self.rpc("/web/session/authenticate", db=shop.database, login=LOGIN, password=PASSWORD)

    def is_known(self) -> bool:
        """Whether the session is still this person's, and works."""
        return bool(self.call("res.users", "search_count", [["login", "=", LOGIN]]) == 1)

    def make_product(self, name: str) -> int:
        """One that may be sold everywhere; the number of its only variant."""
        values: dict[str, Any] = {"name": name, "type": "service", "list_price": 20.0, "taxes_id": [[5, 0, 0]]}
        values |= {"available_in_pos": True, "website_published": True}
        return int(self.call("product.product", "create", values))


class Visitor(Person):
    """Somebody in the web shop, without an account."""

    def put_into_cart(self, product: int) -> None:
        """Raises AssertionError unless it is in the cart."""
        page = self.browser.get("/shop/cart")
        token = page.text.partition('csrf_token: "')[2].partition('"')[0]
        form = {"product_id": product, "add_qty": 1, "csrf_token": token}
        answer = self.browser.post("/shop/cart/update", data=form)
        assert answer.status_code in (302, 303), (answer.status_code, answer.text[:500])

    def cart(self) -> httpx.Response:
        return self.browser.get("/shop/cart")


class Cashier(Clerk):
    """Somebody at a till with an open session, which keeps a sale until it is sent."""

    def __init__(self, shop: OdooTenant, product: int) -> None:
        super().__init__(shop)
        self._product = product
        values = {"name": "Card", "is_cash_count": False}
        self._card = self.call("pos.payment.method", "create", values)
        till: dict[str, Any] = {"name": "North", "payment_method_ids": [[6, 0, [self._card]]]}
        till_id = self.call("pos.config", "create", till)
        self._session = self.call("pos.session", "create", {"user_id": 2, "config_id": till_id})
        (self._pricelist,) = self.call("pos.config", "read", [till_id], ["pricelist_id"])[0]["pricelist_id"][:1]

    def sale(self) -> dict[str, Any]:
        """As the page of a till keeps it."""
        here = TillSession(self._session, 2, self._pricelist, self._card)
        return here.order(next(_ids), [self._product], 20.0)

    def send(self, sale: dict[str, Any]) -> int:
        """The number that the sale has on the server."""
        return int(self.call("pos.order", "create_from_ui", [sale])[0]["id"])

    def sending(self, sale: dict[str, Any]) -> httpx.Response:
        return self.calling("pos.order", "create_from_ui", [sale])

    def recorded(self, sale: dict[str, Any]) -> int:
        """How often this sale is on the server."""
        return int(self.call("pos.order", "search_count", [["pos_reference", "=", sale["data"]["name"]]]))


class Poller(Person):
    """Somebody who waits for messages, again and again, as every open page does."""

    def __init__(self, shop: OdooTenant, channel: str) -> None:
        super().__init__(shop, "push")
        # By message, the seconds that the poll lasted which brought it.
        self.heard: dict[str, float] = {}
        self._channel = channel
        self._last = 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> "Poller":
        # Has a session from here on.
        self.rpc("/longpolling/poll", channels=[self._channel], last=0, options={"peek": True})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self.browser.close()

    def _poll(self) -> None:
        while not self._ends.is_set():
            begun = time.monotonic()
            try:
                for note in self.rpc("/longpolling/poll", channels=[self._channel], last=self._last):
                    self.heard[note["message"]] = time.monotonic() - begun
                    self._last = max(self._last, note["id"])
            except (httpx.TransportError, AssertionError, RuntimeError):
                time.sleep(POLL_PAUSE)
