"""Modules of a database against those of its release: missing, half changed, not of the release."""

import pytest

from controller.core.modules import LISTED, Module, differences, read

RELEASE = ("sale", "stock", "account")


def bridge(name: str, *triggers: str) -> Module:
    return Module(name, automatic=True, needs=frozenset(triggers), triggers=frozenset(triggers))


INSTALLED = (
    Module("base"),
    Module("sale", needs=frozenset({"account", "sales_team"})),
    Module("sales_team"),
    Module("stock"),
    Module("account"),
    bridge("web", "base"),
    bridge("sale_stock", "sale", "stock"),
    bridge("sale_stock_more", "sale_stock"),
    Module("l10n_fr", needs=frozenset({"base_vat"})),
    Module("base_vat"),
    bridge("l10n_fr_fec", "l10n_fr"),
)


def test_what_follows_from_the_release_is_no_difference() -> None:
    assert list(differences(RELEASE, INSTALLED)) == []


def test_a_missing_module_is_told() -> None:
    found = [each for each in INSTALLED if each.name != "stock"]
    assert next(differences(RELEASE, found)) == "not installed: stock"


def test_a_module_under_way_is_half_changed_and_not_missing() -> None:
    found = [each for each in INSTALLED if each.name != "account"] + [Module("account", "to upgrade")]
    assert list(differences(RELEASE, found)) == ["half changed: account (to upgrade)"]


def test_a_module_that_somebody_added_is_told_with_what_it_brought() -> None:
    found = [*INSTALLED, Module("mrp", needs=frozenset({"product"})), Module("product"), bridge("sale_mrp", "mrp")]
    assert list(differences(RELEASE, found)) == ["not of the release: mrp, product, sale_mrp"]


def test_an_empty_database_lacks_everything() -> None:
    assert list(differences(RELEASE, [])) == ["not installed: account, sale, stock"]


def test_long_lists_are_cut() -> None:
    found = [*INSTALLED, *(Module(f"extra_{n}") for n in range(LISTED + 3))]
    (said,) = differences(RELEASE, found)
    assert said.count(",") == LISTED - 1
    assert said.endswith(" and 3 more")


@pytest.mark.parametrize("name", ["x; DROP", "a\nb", "", "é", "x" * 101])
def test_what_stands_in_a_tenants_table_is_not_repeated_unless_it_is_a_name(name: str) -> None:
    row = {"name": name, "state": name, "auto_install": False, "needs": [], "triggers": []}
    (found,) = read([row])
    assert found.name == "(a name that no module has)"
    assert ";" not in found.state
    assert "\n" not in found.state


def test_states_keep_their_spaces() -> None:
    row = {"name": "sale", "state": "to upgrade", "auto_install": True, "needs": ["a"], "triggers": ["a"]}
    assert read([row]) == [Module("sale", "to upgrade", True, frozenset({"a"}), frozenset({"a"}))]
