"""`baseline.till` and `baseline.cart`: what a sale takes in a large shop with our addons, and in one without them.

Both shops are copies of one generated database, and are asked in turns, so that what else the machine does meets
both.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.bench.measure import percentile
from tests.bench.report import Benchmarks, Row
from tests.support.odoo_tenant import LOGIN, PASSWORD, OdooTenant
from tests.support.till_order import TillSession

TILL = "baseline.till"
CART = "baseline.cart"
NOTE = {
    TILL: "One sale of five lines sent by a till, and answered, in a shop with 10,000 products, 25 stores and"
    " 200,000 stock moves; the peer is the same shop without our addons.",
    CART: "A new visitor looks at a product, puts it into the cart and looks at the cart; the same two shops.",
}
LINES = 5
# The first ones warm up workers, and are not counted. A sale takes a sixth of a cart's time, and differs by less.
WARM, BLOCK = 10, 10
BLOCKS = {"sell": 60, "shop": 12}
# May be slower than the same shop without addons by a tenth.
LIMIT = 1.10
PEER = "the same shop without our addons"


@dataclass
class Client:
    """One shop, a till in it and its visitors; seconds of each thing it did."""

    tenant: OdooTenant
    till: list[float] = field(default_factory=list)
    cart: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._facts = json.loads((self.tenant.folder / "trade.json").read_text())
        self._numbers = itertools.count(1)
        self._cashier = self._browser()
        login = {"db": self.tenant.database, "login": LOGIN, "password": PASSWORD}
        self._rpc(self._cashier, "/web/session/authenticate", login)

    def _browser(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.tenant.ports['http']}", timeout=60)

    def _rpc(self, browser: httpx.Client, path: str, params: dict[str, Any]) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(self._numbers)}
        answer = browser.post(path, json=body).raise_for_status().json()
        if "error" in answer:
            raise RuntimeError(answer["error"]["data"]["message"])
        return answer["result"]

    def sell(self) -> None:
        order = self._order(next(self._numbers))
        params = {"model": "pos.order", "method": "create_from_ui", "args": [[order]], "kwargs": {}}
        began = time.monotonic()
        made = self._rpc(self._cashier, "/web/dataset/call_kw/pos.order/create_from_ui", params)
        self.till.append(time.monotonic() - began)
        if len(made) != 1:
            raise RuntimeError(f"the sale was not recorded: {made}")

    def shop(self) -> None:
        number = next(self._numbers) % len(self._facts["products"])
        with self._browser() as visitor:
            began = time.monotonic()
            visitor.get(self._facts["pages"][number], follow_redirects=True).raise_for_status()
            params = {"product_id": self._facts["products"][number], "add_qty": 1}
            added = self._rpc(visitor, "/shop/cart/update_json", params)
            visitor.get("/shop/cart", follow_redirects=True).raise_for_status()
            self.cart.append(time.monotonic() - began)
        if added.get("quantity") != 1:
            raise RuntimeError(f"nothing got into the cart: {added}")

    def _order(self, number: int) -> dict[str, Any]:
        """As the page of a till sends it."""
        facts = self._facts
        products = [facts["products"][(number + place) % len(facts["products"])] for place in range(LINES)]
        here = TillSession(facts["session"], facts["user"], facts["pricelist"], facts["card"])
        return here.order(number, products, 20.0)


def measure(with_addons: Client, without: Client) -> None:
    """In turns, a block of one shop and then a block of the other."""
    for action in (Client.sell, Client.shop):
        for client in (with_addons, without):
            _repeat(action, client, WARM)
            client.till.clear() if action is Client.sell else client.cart.clear()
        for _ in range(BLOCKS[action.__name__]):
            for client in (with_addons, without):
                _repeat(action, client, BLOCK)


def _repeat(action: Callable[[Client], None], client: Client, times: int) -> None:
    for _ in range(times):
        action(client)


def rows(benchmarks: Benchmarks, name: str, with_addons: Client, without: Client) -> list[Row]:
    """Half of the sales are faster than p50; p95 says what a busy moment is like, and has no goal."""
    ours, theirs = (client.till if name == TILL else client.cart for client in (with_addons, without))
    half, other = percentile(ours, 0.5), percentile(theirs, 0.5)
    slow, others = percentile(ours, 0.95), percentile(theirs, 0.95)
    goal = f"at most {LIMIT:.2f} × the peer"  # noqa: RUF001 as in the other goals
    return [
        benchmarks.row(f"{name} p50", "s", half, peer=(PEER, other), goal=goal, met=half <= LIMIT * other),
        benchmarks.row(f"{name} p95", "s", slow, peer=(PEER, others)),
    ]
