"""A shop that trades gets wholesale: it sells meanwhile, and takes orders by size and colour afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning.meta import API_VERSION
from tests.e2e.cashier import Cashier
from tests.e2e.conftest import (
    CREATE_TIMEOUT_SECONDS,
    NAMESPACE,
    Fleet,
    Shop,
    exists,
    is_ready,
    same_template,
    shop,
)
from tests.e2e.test_changes import eventually
from tests.support import assortment
from tests.support.odoo import OdooSession

NAME = "grossist"
SIZES, COLOURS = ("S", "M"), ("Black", "Sand")
ORDERED = {("S", "Black"): 10, ("M", "Sand"): 4}


@pytest.fixture(scope="module")
def grossist(fleet: Fleet, northlight: Shop) -> Iterator[Shop]:
    if exists(fleet, NAME):
        fleet.run("tenant", "delete", NAME, "--confirm", NAME, "--purge", timeout=CREATE_TIMEOUT_SECONDS)
    words = ("--plan", "small", *same_template(northlight))
    made = fleet.json("tenant", "create", NAME, *words, timeout=CREATE_TIMEOUT_SECONDS)
    yield shop(fleet, NAME, made["password"])
    fleet.run("tenant", "delete", NAME, "--confirm", NAME, "--purge", "--force", "end of the test", timeout=600)


@pytest.fixture(scope="module")
def added(fleet: Fleet, grossist: Shop) -> Cashier:
    """A cashier who sold while the bundle came, and has stopped."""
    odoo = grossist.session()
    lights = odoo.call("pos.category", "create", {"name": "Lights"})
    lamp = assortment.draft(odoo, "Lamp", 20.0, available_in_pos=True, pos_categ_id=lights)
    assortment.approve(odoo, grossist.approver(), lamp)
    cashier = Cashier(grossist, odoo, lamp)
    try:
        refused = fleet.run("tenant", "add-bundle", NAME, "wholesale", "--yes", check=False, timeout=300)
        assert "till is open" in refused.stderr
        before = len(cashier.sold)
        # The newest first: a cluster may be kept from an earlier run.
        listed = fleet.json("procedure", "list", "--tenant", NAME)
        failed = next(each for each in listed if each["kind"] == "AddBundles")
        fleet.run("procedure", "retry", failed["name"], "--force", "the test sells on", timeout=900)
        assert len(cashier.sold) > before, "nothing was sold meanwhile"
    finally:
        cashier.end()
    return cashier


def test_tills_go_on_and_what_failed_is_sent_again(added: Cashier) -> None:
    """A till keeps what was refused, and sends it again; in the end everything is there once."""
    eventually(added.send_again, 300, "what was kept goes through")
    states = added.shop.session().call("pos.order", "read", added.sold, ["state"])
    assert {each["state"] for each in states} == {"paid"}
    assert len(states) == len(set(added.sold))


def test_the_tenant_says_what_it_has(fleet: Fleet, added: Cashier) -> None:
    eventually(lambda: is_ready(fleet, NAME), 180, "it is ready")
    tenant = fleet.tenant(NAME)
    assert "wholesale" in tenant["spec"]["bundles"]
    assert set(tenant["status"]["applied"]["bundles"]) == set(tenant["spec"]["bundles"])
    assert added.shop.session().call("sale.order", "fields_get", ["grid"])


def test_a_retailer_orders_by_size_and_colour(added: Cashier) -> None:
    """In the session of before: nobody was logged out, and every worker knows the new module."""
    odoo = added.odoo
    template = coat(odoo, added.shop)
    grid = matrix_of(odoo, template)
    changes = [{"ptav_ids": ids, "qty": qty} for cell, ids in grid.items() if (qty := ORDERED.get(cell))]
    lines = lines_of(odoo, template, changes)
    customer = odoo.call("res.partner", "create", {"name": "Boutique Lima", "is_company": True})
    order = odoo.call("sale.order", "create", {"partner_id": customer, "order_line": lines})
    odoo.call("sale.order", "action_confirm", [order])
    [found] = odoo.call("sale.order", "read", [order], ["state", "order_line"])
    assert found["state"] == "sale"
    quantities = odoo.call("sale.order.line", "read", found["order_line"], ["product_uom_qty"])
    assert sorted(each["product_uom_qty"] for each in quantities) == sorted(ORDERED.values())


def test_no_bundle_is_taken_out_again(fleet: Fleet, added: Cashier) -> None:
    where = Ref(API_VERSION, "Tenant", added.shop.name, NAMESPACE)
    with pytest.raises(ShopfleetError, match="bundles can only be added"):
        fleet.kube.patch(where, {"spec": {"bundles": []}})


def coat(odoo: OdooSession, shop: Shop) -> int:
    """A product (product.template) in two sizes and two colours, which may be sold."""
    attributes = []
    for name, values in (("Size", SIZES), ("Colour", COLOURS)):
        attribute = odoo.call("product.attribute", "create", {"name": name, "create_variant": "always"})
        made = odoo.call(
            "product.attribute.value", "create", [{"name": value, "attribute_id": attribute} for value in values]
        )
        attributes.append((0, 0, {"attribute_id": attribute, "value_ids": [(6, 0, made)]}))
    first = assortment.draft(odoo, "Coat", 80.0)
    [found] = odoo.call("product.product", "read", [first], ["product_tmpl_id"])
    template: int = found["product_tmpl_id"][0]
    odoo.call(
        "product.template", "write", [template], {"attribute_line_ids": attributes, "product_add_mode": "matrix"}
    )
    variants = odoo.call("product.product", "search", [("product_tmpl_id", "=", template)])
    for variant in variants:
        odoo.call("product.product", "write", [variant], {"barcode": assortment.new_barcode()})
    assortment.approve(odoo, shop.approver(), variants[0])
    return template


def matrix_of(odoo: OdooSession, template: int) -> dict[tuple[str, str], list[int]]:
    """What a person's page shows for this product: ids of the values by size and colour."""
    answer = changed(odoo, "grid_product_tmpl_id", {"grid_product_tmpl_id": template})
    matrix = json.loads(answer["grid"])
    sizes = [cell["name"] for cell in matrix["header"][1:]]
    return {
        (size, row[0]["name"]): cell["ptav_ids"]
        for row in matrix["matrix"]
        for size, cell in zip(sizes, row[1:], strict=True)
    }


def lines_of(
    odoo: OdooSession, template: int, changes: list[dict[str, Any]]
) -> list[tuple[int, int, dict[str, Any]]]:
    """The lines that the page has after its matrix was filled in."""
    grid = json.dumps({"product_template_id": template, "changes": changes})
    answer = changed(odoo, "grid", {"grid_product_tmpl_id": template, "grid": grid, "grid_update": True})
    # Between them stand commands of other lengths, such as one that empties the list.
    made = [command[2] for command in answer["order_line"] if command[0] == 0]
    return [
        (0, 0, {"product_id": each["product_id"][0], "product_uom_qty": each["product_uom_qty"]}) for each in made
    ]


def changed(odoo: OdooSession, field: str, values: dict[str, Any]) -> dict[str, Any]:
    """What Odoo makes of an order's page when this field of it has changed."""
    line = {f"order_line.{name}": "" for name in ("product_id", "product_uom_qty", "name", "price_unit")}
    watched = {"grid": "1", "grid_update": "", "grid_product_tmpl_id": "1", "order_line": "", **line}
    answer: dict[str, Any] = odoo.call("sale.order", "onchange", [], {"order_line": [], **values}, field, watched)
    return dict(answer["value"])
