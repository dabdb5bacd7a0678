"""No two of our addons give a model methods of one name, unless one of them means to extend the other's."""

import ast

from tests.support.addon_guards import ModelClass
from tests.support.addon_methods import SameName, ours, same_names


def made(
    addon: str, model: str, code: str, inherits: tuple[str, ...] = (), *, abstract: bool = False
) -> ModelClass:
    methods = tuple(each for each in ast.parse(code).body if isinstance(each, ast.FunctionDef))
    return ModelClass(addon, model, abstract, inherits, methods)


PLAIN = "def _bound(self):\n    return 1"
GOING_ON = "def _bound(self):\n    return super()._bound()"


def test_no_addon_takes_anothers_method_away() -> None:
    assert sorted(ours()) == []


def test_two_that_do_not_know_each_other_are_found() -> None:
    known = [made("retail_sop", "sale.order", PLAIN), made("retail_kpi", "sale.order", GOING_ON)]
    assert same_names(known) == {SameName("sale.order", "_bound", "retail_kpi", "retail_sop")}


def test_what_a_mixin_brings_counts_for_the_models_that_are_built_on_it() -> None:
    known = [
        made("retail_sop", "retail.mixin", PLAIN, abstract=True),
        made("retail_sop", "sale.order", "", ("sale.order", "retail.mixin")),
        made("retail_kpi", "sale.order", PLAIN),
    ]
    assert same_names(known) == {SameName("sale.order", "_bound", "retail_kpi", "retail_sop")}


def test_who_goes_on_or_builds_on_the_other_is_let_be() -> None:
    assert not same_names([made(name, "sale.order", GOING_ON) for name in ("retail_sop", "retail_kpi")])
    assert not same_names([made(name, "sale.order", PLAIN) for name in ("retail_till", "retail_till_network")])
