"""What we take for a country's own currency is one that this Odoo knows."""

from pathlib import Path
from xml.etree import ElementTree

import yaml

from provisioning.currencies import own_currency
from tests.support.odoo_process import ROOT

CURRENCIES = "usr/lib/python3/dist-packages/odoo/addons/base/data/res_currency_data.xml"
COUNTRIES = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())["countries"]

# Younger than this series: whoever opens a shop there names another currency, as create-tenant.md says.
UNKNOWN = {"VE": "VES"}


def test_the_currency_of_every_country_of_the_baseline_is_known(odoo_rootfs: Path) -> None:
    # Odoo's own file, out of an image that we have built.
    records = ElementTree.parse(odoo_rootfs / CURRENCIES).iter("record")  # noqa: S314
    names = {field.text for record in records for field in record.iter("field") if field.get("name") == "name"}
    assert len(names) > 100
    wanted = {country: own_currency(country) for country in COUNTRIES}
    assert {country: code for country, code in wanted.items() if code not in names} == UNKNOWN
