"""A provisioned tenant can trade: log in, sell, invoice, open a till; and nothing else answers."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Fleet, Shop
from tests.e2e.test_changes import eventually
from tests.support import assortment
from tests.support.odoo import OdooError, OdooSession, Till


@pytest.mark.parametrize("shop", ["northlight", "atelier_rua"])
def test_an_order_of_an_approved_product_becomes_a_posted_invoice(
    shop: str, request: pytest.FixtureRequest
) -> None:
    retailer: Shop = request.getfixturevalue(shop)
    odoo = retailer.session()
    partner = odoo.call("res.partner", "create", {"name": "A customer"})
    product = assortment.draft(odoo, "A shirt", 50.0)
    order = odoo.call(
        "sale.order",
        "create",
        {"partner_id": partner, "order_line": [(0, 0, {"product_id": product, "product_uom_qty": 2})]},
    )
    with pytest.raises(OdooError, match="not approved"):
        odoo.call("sale.order", "action_confirm", [order])
    assortment.approve(odoo, retailer.approver(), product)
    odoo.call("sale.order", "action_confirm", [order])
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    wizard = odoo.call(
        "sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context
    )
    line = odoo.call("sale.order.line", "search", [("order_id", "=", order)])
    odoo.call("sale.order.line", "write", line, {"qty_delivered": 2})
    odoo.call("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
    (invoice,) = odoo.call("sale.order", "read", [order], ["invoice_ids"])[0]["invoice_ids"]
    odoo.call("account.move", "action_post", [invoice])
    state = odoo.call("account.move", "read", [invoice], ["state", "amount_untaxed", "name"])[0]
    assert (state["state"], state["amount_untaxed"]) == ("posted", 100.0)


def test_a_till_can_be_opened_and_closed(northlight: Shop) -> None:
    till = Till(northlight.session())
    assert till.is_open, till.state
    till.close()
    assert till.state == "closed"


def test_the_country_and_language_are_the_tenants_own(northlight: Shop, atelier_rua: Shop) -> None:
    for shop in (northlight, atelier_rua):
        spec = shop.fleet.tenant(shop.name)["spec"]
        odoo = shop.session()
        company = odoo.call("res.company", "read", [1], ["country_id", "chart_template_id"])[0]
        code = odoo.call("res.country", "read", [company["country_id"][0]], ["code"])[0]["code"]
        assert code == spec["country"]
        assert company["chart_template_id"], "no chart of accounts is loaded"
        languages = {code for code, _ in odoo.call("res.lang", "get_installed")}
        assert set(spec["languages"]) <= languages


def test_every_tenant_has_its_own_identity(northlight: Shop, atelier_rua: Shop) -> None:
    identities = set()
    for shop in (northlight, atelier_rua):
        keys = ["database.uuid", "database.secret"]
        found = shop.session().call("ir.config_parameter", "search_read", [("key", "in", keys)], ["value"])
        assert len(found) == 2
        identities |= {record["value"] for record in found}
    assert len(identities) == 4


def test_a_neighbours_password_is_refused(northlight: Shop, atelier_rua: Shop) -> None:
    stranger = OdooSession(atelier_rua.hostname, northlight.fleet.gateway)
    with pytest.raises(OdooError):
        stranger.login(atelier_rua.database, "admin", northlight.password)


def test_the_database_manager_is_closed(northlight: Shop) -> None:
    guest = OdooSession(northlight.hostname, northlight.fleet.gateway)
    for path in ("/web/database/manager", "/web/database/selector", "/web/database/list"):
        assert guest.get(path).status_code == 404, path


def test_a_name_that_is_no_shops_leads_nowhere(northlight: Shop) -> None:
    guest = OdooSession("no-such-shop.shops.localhost", northlight.fleet.gateway)
    assert guest.get("/web/login").status_code == 404


def test_plain_http_only_leads_to_https(northlight: Shop) -> None:
    gateway = northlight.fleet.gateway
    answer = httpx.get(f"http://{gateway.address}/shop?x=1", headers={"Host": northlight.hostname}, timeout=30)
    assert answer.status_code == 301
    assert answer.headers["location"].startswith(f"https://{northlight.hostname}")
    assert answer.headers["location"].endswith("/shop?x=1")


def test_the_host_header_cannot_be_forged(northlight: Shop) -> None:
    guest = OdooSession(northlight.hostname, northlight.fleet.gateway)
    answer = guest.get("/web", headers={"X-Forwarded-Host": "evil.example.com"})
    assert answer.status_code in (302, 303)
    assert answer.headers["location"].startswith(f"https://{northlight.hostname}/web/login")


def test_kubectl_get_tenants_shows_what_people_ask_for(fleet: Fleet, northlight: Shop) -> None:
    def status() -> dict[str, Any]:
        found: dict[str, Any] = fleet.tenant("northlight")["status"]
        return found

    # A pod of a busy machine may not be ready for a moment.
    eventually(lambda: status()["phase"] == "Ready", 180, "the tenant is ready")
    eventually(
        lambda: status()["ready"] == "{0}/{0}".format(status()["desiredReplicas"]), 180, "all pods are counted"
    )
    assert status()["url"] == f"https://{northlight.hostname}"
    assert datetime.fromisoformat(status()["provisionedAt"]) < datetime.now(UTC)
