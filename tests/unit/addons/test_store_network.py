"""The network that the addon is tested with is the one of the example."""

import json

import yaml

from tests.support.addon_ground import ADDONS
from tests.support.odoo_process import ROOT

NETWORK = ADDONS / "retail_store_network/tests/northlight.json"


def test_northlight_is_the_same_retailer_in_the_addon_and_on_the_platform() -> None:
    tenant = yaml.safe_load((ROOT / "examples/northlight.yaml").read_text())["spec"]
    network = json.loads(NETWORK.read_text())
    same = ("code", "name", "openingHours")
    assert [{key: store[key] for key in same} for store in network["stores"]] == tenant["stores"]
    assert network["timeZone"] == tenant["timeZone"]
