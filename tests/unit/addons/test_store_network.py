"""The network that the addon is tested with is the one of the example."""

import json

import yaml

from provisioning.network import description
from provisioning.tenant import TenantSpec
from tests.support.addon_ground import ADDONS
from tests.support.odoo_process import ROOT

NETWORK = ADDONS / "retail_store_network/tests/northlight.json"


def test_northlight_is_the_same_retailer_in_the_addon_and_on_the_platform() -> None:
    example = yaml.safe_load((ROOT / "examples/northlight.yaml").read_text())["spec"]
    network = json.loads(NETWORK.read_text())
    told = description(TenantSpec.model_validate(example))
    for name, key in (("stores", "code"), ("regions", "name")):
        wanted = sorted(network[name], key=lambda each: str(each[key]))
        assert told[name] == [{k: v for k, v in each.items() if (k, v) != ("kind", "store")} for each in wanted]
    # Without policies: the addon is tested without those whose they are, and tests/odoo/test_stores.py with them.
    assert (told["timeZone"], told.get("whoDecides")) == (network["timeZone"], network.get("whoDecides"))
