"""The network that the addon is tested with is the one of the example, and duties are those that addons have."""

import json
from xml.etree import ElementTree

import yaml

from provisioning.network import description
from provisioning.person import Duty, HeadOfficeRole, Role
from provisioning.tenant import TenantSpec
from tests.support.addon_ground import ADDONS, addons
from tests.support.odoo_process import ROOT

NETWORK = ADDONS / "retail_store_network/tests/northlight.json"


def test_northlight_is_the_same_retailer_in_the_addon_and_on_the_platform() -> None:
    example = yaml.safe_load((ROOT / "examples/northlight.yaml").read_text())["spec"]
    network = json.loads(NETWORK.read_text())
    told = description(TenantSpec.model_validate(example))
    for name, key in (("stores", "code"), ("regions", "name")):
        wanted = sorted(network[name], key=lambda each: str(each[key]))
        assert told[name] == [{k: v for k, v in each.items() if (k, v) != ("kind", "store")} for each in wanted]
    # Without policies and head office: the addon is tested without those whose they are, and with them by
    # tests/odoo/test_stores.py.
    assert (told["timeZone"], told.get("whoDecides")) == (network["timeZone"], network.get("whoDecides"))


def roles_of(*addons: str) -> set[str]:
    """Names of the roles that addons bring, without what their external ids begin with."""
    files = (file for addon in addons for file in (ADDONS / addon / "security").glob("*.xml"))
    records = (record for file in files for record in ElementTree.parse(file).iter("record"))  # noqa: S314 our own
    return {each.attrib["id"].removeprefix("role_") for each in records if each.get("model") == "res.users.role"}


def test_what_a_file_may_name_is_what_the_addons_have() -> None:
    roles, *others = sorted(addons(), key=lambda name: name != "retail_roles")
    assert roles == "retail_roles"
    assert {role.value for role in Role} == roles_of(roles)
    assert {duty.value for duty in Duty} == roles_of(*others)
    assert {role.value for role in HeadOfficeRole} < {role.value for role in Role}
