"""In place from the version before, on a node of its own, while two shops sell.

What runs stays on its release; a new tenant has the new baseline.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from provisioning.local.cluster import LocalCluster
from tests.e2e.cashier import Cashier
from tests.e2e.conftest import Fleet, Shop
from tests.e2e.conftest import shop as found_shop
from tests.support import assortment
from tests.support.odoo import Gateway, OdooError
from tests.support.version_before import VersionBefore, version_before

# A cold image of the version before, and four golden templates.
pytestmark = [pytest.mark.deep, pytest.mark.timeout(5400)]

NAME = "upgrade"
RETAILERS = ("northlight", "atelier-rua")
CREATE_TIMEOUT_SECONDS = 1800
UP_TIMEOUT_SECONDS = 2400


@dataclass
class Upgraded:
    fleet: Fleet
    cashiers: list[Cashier]
    sold_before: list[int]
    releases: dict[str, str]


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    folder = tmp_path_factory.mktemp("before")
    before = version_before(folder)
    environment = {"SHOPFLEET_STATE": str(tmp_path_factory.mktemp("state"))}
    cluster = LocalCluster(NAME, {**os.environ, **environment})
    old = VersionBefore(before.name, before.checkout, {**before.environment, **environment})
    cashiers: list[Cashier] = []
    try:
        must(old.shopfleet("local", "up", "--cluster", NAME, timeout=UP_TIMEOUT_SECONDS))
        fleet = its_fleet(cluster)
        cashiers += [cashier(made(old, fleet, name)) for name in RETAILERS]
        releases = {name: fleet.tenant(name)["spec"]["release"] for name in RETAILERS}
        sold_before = [len(each.sold) for each in cashiers]
        # With the same cache, as on a machine that is upgraded: programs elsewhere make the node another one.
        must(
            subprocess.run(
                [sys.executable, "-m", "controller.cli", "local", "up", "--cluster", NAME],
                env=dict(old.environment), capture_output=True, text=True,
                timeout=UP_TIMEOUT_SECONDS, check=False,
            )
        )  # fmt: skip
        yield Upgraded(fleet, cashiers, sold_before, releases)
    finally:
        for each in cashiers:
            each.end()
        cluster.wipe(keep_images=False)


def must(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, f"{done.args}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def its_fleet(cluster: LocalCluster) -> Fleet:
    gateway = Gateway(cluster.spec.node_address, 443, cluster.paths.root / "ca.crt")
    return Fleet(cluster.kubeconfig, gateway, connect(cluster.kubeconfig, effects=Unfenced()))


def made(old: VersionBefore, fleet: Fleet, name: str) -> Shop:
    """A tenant that the version before created from its own example."""
    example = f"examples/{name}.yaml"
    words = ["--kubeconfig", str(fleet.kubeconfig), "--output", "json", "tenant", "create", "-f", example]
    answer = json.loads(must(old.shopfleet(*words, timeout=CREATE_TIMEOUT_SECONDS)))
    return found_shop(fleet, name, answer["password"])


def cashier(shop: Shop) -> Cashier:
    """In the version before, what is sold needed nobody's approval."""
    odoo = shop.session()
    values = {"name": "Lamp", "list_price": 20.0, "type": "consu", "taxes_id": [(5, 0, 0)]}
    return Cashier(shop, odoo, odoo.call("product.product", "create", {**values, "available_in_pos": True}))


def test_two_shops_sell_on_while_the_platform_is_upgraded(upgraded: Upgraded) -> None:
    for each, before in zip(upgraded.cashiers, upgraded.sold_before, strict=True):
        sold = len(each.sold)
        assert sold > before, f"{each.shop.name} sold nothing during the upgrade"
        assert each.failed == [], f"{each.shop.name}: {len(each.failed)} of {sold} sales failed"


def test_what_runs_stays_on_its_release(upgraded: Upgraded) -> None:
    for name, release in upgraded.releases.items():
        tenant = upgraded.fleet.tenant(name)
        assert tenant["spec"]["release"] == release
        assert tenant["status"]["phase"] == "Ready"
        shown = upgraded.fleet.json("tenant", "show", name)
        assert "this tenant keeps its own" in shown["newerRelease"]
        # What only the new release has is refused with a reason.
        added = upgraded.fleet.run("tenant", "add-bundle", name, "wholesale", "--yes", check=False)
        assert "this release has no bundles" in added.stderr
        imported = upgraded.fleet.run("tenant", "import", name, "examples/northlight-data", check=False)
        assert "which has no imports" in imported.stderr
        assert upgraded.fleet.tenant(name)["metadata"]["generation"] == tenant["metadata"]["generation"]


def test_every_sale_is_recorded_once_and_the_tills_close(upgraded: Upgraded) -> None:
    for seller in upgraded.cashiers:
        seller.end()
        seller.send_again()
        assert seller.failed == []
        assert len(set(seller.sold)) == len(seller.sold)
        states = seller.shop.session().call("pos.order", "read", seller.sold, ["state"])
        assert {each["state"] for each in states} == {"paid"}
        seller.till.close()
        assert seller.till.state == "closed"


def test_the_new_version_changes_a_tenant_of_the_old_one(upgraded: Upgraded) -> None:
    fleet = upgraded.fleet
    fleet.run("tenant", "suspend", "atelier-rua", "--reason", "upgrade test", "--yes", timeout=600)
    fleet.run("tenant", "resume", "atelier-rua", "--yes", timeout=600)
    assert fleet.tenant("atelier-rua")["status"]["phase"] == "Ready"


def test_a_new_tenant_has_the_new_baseline(upgraded: Upgraded) -> None:
    fleet = upgraded.fleet
    words = ["--hostname", "fresh.shops.localhost", "--plan", "small", "--country", "FR", "--currency", "EUR"]
    words += ["--language", "fr_FR", "--language", "en_US"]
    answer = fleet.json("tenant", "create", "fresh", *words, timeout=CREATE_TIMEOUT_SECONDS)
    fresh = found_shop(fleet, "fresh", answer["password"])
    assert fleet.tenant("fresh")["spec"]["release"] not in upgraded.releases.values()
    odoo = fresh.session()
    lamp = assortment.draft(odoo, "Lamp", 20.0)
    customer = odoo.call("res.partner", "create", {"name": "Anouk"})
    line = {"product_id": lamp, "product_uom_qty": 1}
    order = odoo.call("sale.order", "create", {"partner_id": customer, "order_line": [(0, 0, line)]})
    with pytest.raises(OdooError, match="not approved"):
        odoo.call("sale.order", "action_confirm", [order])


def test_an_old_tenant_can_still_be_created_with_the_old_release(upgraded: Upgraded, tmp_path: Path) -> None:
    """So that a clone or a restore of what runs is possible after the upgrade."""
    fleet = upgraded.fleet
    fleet.run("tenant", "clone", "northlight", "northlight-copy", "--yes", timeout=CREATE_TIMEOUT_SECONDS)
    assert fleet.tenant("northlight-copy")["spec"]["release"] == upgraded.releases["northlight"]
