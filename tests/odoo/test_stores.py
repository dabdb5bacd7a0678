"""apply-stores on a real Odoo: the example's whole chain, once and again, and what is refused."""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from provisioning.network import NETWORK_QUERY, description, digest
from provisioning.tenant import TenantSpec
from tests.support.odoo_process import ROOT, UID
from tests.support.odoo_tenant import OdooTenant

# Seconds; the first run on a machine also lays the ground.
pytestmark = pytest.mark.timeout(1800)

NORTHLIGHT = TenantSpec.model_validate(yaml.safe_load((ROOT / "examples/northlight.yaml").read_text())["spec"])
INSTALL_TIMEOUT = 900
# 25 stores in less than 60 s on an idle machine, Odoo's start included; others may be at work on it.
APPLY_TIMEOUT = 600


@dataclass(frozen=True)
class Ended:
    status: int
    said: Mapping[str, Any]
    seconds: float


def apply(shop: OdooTenant, content: object) -> Ended:
    """Run the program with this as its file."""
    file = shop.folder / "network.json"
    file.write_text(json.dumps(content))
    os.chown(file, UID, UID)
    log = shop.folder / "stores.log"
    log.unlink(missing_ok=True)
    begun = time.monotonic()
    process = shop.run_program(["/opt/shopfleet/bin/apply-stores"], "stores", STORES_FILE="/tenant/network.json")
    status = process.wait(APPLY_TIMEOUT)
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    assert lines, log.read_text()[-3000:]
    return Ended(status, json.loads(lines[-1]), time.monotonic() - begun)


def told(spec: TenantSpec) -> dict[str, Any]:
    return {"digest": digest(spec), "network": description(spec)}


def rows(shop: OdooTenant, query: str) -> Sequence[tuple[Any, ...]]:
    with shop.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def shop(new_ground: Callable[[str], OdooTenant]) -> OdooTenant:
    made = new_ground("storesnet0")
    process = made.run("--init=retail_store_network", "--stop-after-init", "--workers=0")
    assert process.wait(INSTALL_TIMEOUT) == 0, process.log.read_text()[-3000:]
    return made


@pytest.fixture(scope="module")
def first(shop: OdooTenant) -> Ended:
    return apply(shop, told(NORTHLIGHT))


def test_a_whole_chain_is_set_up(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0, first.said
    # With the one that every new Odoo has.
    assert rows(shop, "SELECT count(*) FROM stock_warehouse WHERE active") == [(27,)]
    wanted = sum(store.tills or 0 for store in NORTHLIGHT.stores)
    assert rows(shop, "SELECT count(*) FROM pos_config WHERE active AND retail_number > 0") == [(wanted,)]
    assert (first.said["made"]["stock.warehouse"], first.said["made"]["pos.config"]) == (26, wanted)
    supplied = (
        "SELECT count(*) FROM stock_location_route r JOIN stock_warehouse w ON w.id = r.supplier_wh_id"
        " WHERE w.code = 'DC' AND r.active"
    )
    assert rows(shop, supplied) == [(25,)]
    print(f"a chain of 25 stores: {first.seconds:.1f} s")


def test_which_network_it_is_stands_in_the_database(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    assert rows(shop, NETWORK_QUERY) == [(digest(NORTHLIGHT),)]


def test_a_second_time_changes_nothing(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    again = apply(shop, told(NORTHLIGHT))
    assert (again.status, again.said["made"], again.said["changed"]) == (0, {}, 0)


def test_one_store_that_odoo_does_not_take_is_named_and_nothing_is_done(shop: OdooTenant, first: Ended) -> None:
    assert first.status == 0
    lyon = {"code": "LYO3", "name": "Lyon Confluence", "suppliedBy": "DC"}
    new = {"code": "XX", "name": "Elsewhere", "address": {"country": "XX"}}
    network = {**description(NORTHLIGHT), "stores": [*description(NORTHLIGHT)["stores"], lyon, new]}
    refused = apply(shop, {"digest": "another", "network": network})
    assert refused.status == 4
    assert "Store XX: there is no country XX." in refused.said["error"]
    assert rows(shop, "SELECT count(*) FROM stock_warehouse WHERE code = 'LYO3'") == [(0,)]
    assert rows(shop, NETWORK_QUERY) == [(digest(NORTHLIGHT),)]


def test_a_file_that_says_nothing_is_refused_before_odoo_starts(shop: OdooTenant) -> None:
    refused = apply(shop, {"stores": []})
    assert refused.status == 2
    assert "STORES_FILE must name a JSON file" in refused.said["error"]
