"""Speaks to one tenant's Odoo the way a browser does: HTTPS through the gateway, a cookie, JSON-RPC."""

from __future__ import annotations

import itertools
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.till_order import TillSession

_ids = itertools.count(1)

ADMINISTRATOR = 2
"""Odoo's id of the user admin; 1 is the system itself."""


@dataclass(frozen=True)
class Gateway:
    """Where the gateway answers from here, and the authority that signed its certificate."""

    address: str
    port: int
    ca_file: Path


class OdooError(Exception):
    """Odoo's own error, with its message."""


class OdooSession:
    """One browser session with one tenant."""

    def __init__(self, hostname: str, gateway: Gateway, timeout: float = 60.0) -> None:
        self.hostname = hostname
        context = ssl.create_default_context(cafile=str(gateway.ca_file))
        # The name is not in any DNS here: connect to the gateway's address, but ask for the tenant's name.
        self.http = httpx.Client(
            base_url=f"https://{gateway.address}:{gateway.port}",
            headers={"Host": hostname},
            verify=context,
            timeout=timeout,
            transport=httpx.HTTPTransport(verify=context, retries=0),
        )

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self.http.request(
            method, path, extensions={"sni_hostname": self.hostname}, follow_redirects=False, **arguments
        )

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def rpc(self, path: str, **params: Any) -> Any:
        """One JSON-RPC call. Raises OdooError with the server's message."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": next(_ids)}
        response = self.request("POST", path, json=body)
        response.raise_for_status()
        answer = response.json()
        if "error" in answer:
            data = answer["error"].get("data", {})
            raise OdooError(data.get("message") or answer["error"]["message"])
        return answer.get("result")

    def login(self, database: str, login: str, password: str) -> dict[str, Any]:
        """Log in; the cookie stays in this session. Raises OdooError when refused."""
        result: dict[str, Any] = self.rpc("/web/session/authenticate", db=database, login=login, password=password)
        if not result.get("uid"):
            raise OdooError("login refused")
        return result

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """What a method answers. In English, whatever the person's language is, because tests read messages."""
        kwargs["context"] = {"lang": "en_US", **kwargs.get("context", {})}
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(args), kwargs=kwargs
        )


class Till:
    """The first point of sale of a tenant, opened by its administrator."""

    def __init__(self, odoo: OdooSession) -> None:
        found = odoo.call("pos.config", "search", [], limit=1)
        assert found, "the tenant has no point of sale"
        self._odoo = odoo
        self._numbers = itertools.count(1)
        self._id = odoo.call("pos.session", "create", {"user_id": ADMINISTRATOR, "config_id": found[0]})
        # What a till's page loads when it is opened.
        [session] = odoo.call("pos.session", "read", [self._id], ["payment_method_ids"])
        [till] = odoo.call("pos.config", "read", [found[0]], ["pricelist_id"])
        self._payment_method, self._pricelist = session["payment_method_ids"][0], till["pricelist_id"][0]

    def sell(self, product: int, price: float) -> int:
        """Ring up one piece without taxes. Returns the order's id."""
        return self.send(self.ring_up(product, price))

    def ring_up(self, product: int, price: float) -> dict[str, Any]:
        """One piece without taxes, as the page of a till keeps it until it was sent."""
        here = TillSession(self._id, ADMINISTRATOR, self._pricelist, self._payment_method)
        return here.order(next(self._numbers), [product], price)

    def send(self, order: dict[str, Any]) -> int:
        """What was rung up; sent again, it is the same order. Returns its id."""
        [made] = self._odoo.call("pos.order", "create_from_ui", [order])
        number: int = made["id"]
        return number

    @property
    def state(self) -> str:
        state: str = self._odoo.call("pos.session", "read", [self._id], ["state"])[0]["state"]
        return state

    @property
    def is_open(self) -> bool:
        return self.state in ("opened", "opening_control")

    def close(self) -> None:
        """For good: one that counts its cash stays in `closing_control` until somebody validates that."""
        self._odoo.call("pos.session", "action_pos_session_closing_control", [self._id])
        if self.state == "closing_control":
            self._odoo.call("pos.session", "action_pos_session_validate", [self._id])
