"""Which modules a tenant's bundles give it, and which templates tenants share."""

import yaml

from provisioning import defaults
from provisioning.release import ECOMMERCE, STORE_NETWORK, ReleaseSpec, release_digest, template_digest
from tests.support import samples
from tests.support.odoo_process import ROOT

BASELINE = defaults.release(yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text()), samples.IMAGE).spec
# Release 0.1.0, as it is in clusters that were installed then.
BEFORE = frozenset((
    "crm", "contacts", "sale_management", "sale_stock", "sale_crm", "sale_margin", "coupon", "sale_coupon",
    "purchase", "purchase_stock", "purchase_requisition", "stock", "stock_account", "stock_landed_costs",
    "stock_picking_batch", "barcodes", "delivery", "account", "account_lock", "account_debit_note",
    "website", "website_sale", "website_sale_stock", "website_sale_coupon", "payment_transfer",
    "point_of_sale", "pos_sale", "pos_discount", "pos_hr", "project", "hr", "hr_attendance", "hr_holidays",
    "maintenance", "base_automation", "board",
))  # fmt: skip


def old() -> ReleaseSpec:
    return samples.release(modules=sorted(BEFORE), bundles={}, defaultBundles=[]).spec


def test_who_names_no_bundles_has_what_all_had_before_and_the_governed_floor() -> None:
    found = set(BASELINE.modules_with(None))
    assert found >= BEFORE
    assert {name for name in found - BEFORE if not name.startswith("retail_")} == {"hr_shift"}


def test_a_release_without_bundles_is_the_same_as_it_was() -> None:
    assert old().modules_with(None) == old().modules
    assert template_digest(old(), None) == release_digest(old())


def test_without_ecommerce_there_is_no_website() -> None:
    assert not [name for name in BASELINE.modules_with(()) if name.startswith("website")]
    assert not [name for name in BASELINE.modules_with((STORE_NETWORK,)) if name.startswith("website")]
    assert "website_sale" in BASELINE.modules_with((ECOMMERCE,))


def test_tenants_with_the_same_modules_share_a_template() -> None:
    both = template_digest(BASELINE, (STORE_NETWORK, ECOMMERCE))
    assert both == template_digest(BASELINE, (ECOMMERCE, STORE_NETWORK))
    assert template_digest(BASELINE, None) == template_digest(BASELINE, BASELINE.default_bundles)
    assert len({both, template_digest(BASELINE, None), template_digest(BASELINE, ())}) == 3


def test_another_bundle_makes_another_release_and_spares_the_templates_of_those_without_it() -> None:
    more = BASELINE.model_copy(update={"bundles": {**BASELINE.bundles, "rental": ("project",)}})
    assert release_digest(more) != release_digest(BASELINE)
    assert template_digest(more, None) == template_digest(BASELINE, None)


def test_a_module_of_two_bundles_is_there_once() -> None:
    twice = samples.release(bundles={"a": ["crm", "sale"], "b": ["crm"]}, defaultBundles=[]).spec
    assert twice.modules_with(("b", "a")) == ("account", "point_of_sale", "sale", "crm")


def test_no_module_of_all_tenants_is_in_a_bundle_too() -> None:
    assert not {name for names in BASELINE.bundles.values() for name in names} & set(BASELINE.modules)
    assert set(BASELINE.default_bundles) <= BASELINE.bundles.keys()
