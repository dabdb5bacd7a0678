"""Methods that two of our addons give one model under the same name without knowing of each other.

Odoo puts all classes of a model into one: of two methods with a name the last one loaded counts, and the other
addon then calls what it never meant. An addon that depends on the other one overrides on purpose.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from tests.support.addon_ground import ADDONS, addons
from tests.support.addon_guards import ModelClass, model_classes


@dataclass(frozen=True, order=True)
class SameName:
    model: str
    method: str
    one: str
    other: str


def same_names(classes: Iterable[ModelClass]) -> set[SameName]:
    """Pairs of addons of which at least one does not go on to what was there before it."""
    known = list(classes)
    abstract = defaultdict(list)
    for each in known:
        if each.abstract:
            abstract[each.model].append(each)
    methods = defaultdict(list)
    for each in known:
        if not each.abstract:
            for part in _parts(each, abstract):
                for method in part.methods:
                    methods[each.model, method.name].append((part.addon, _goes_on(method)))
    return {
        SameName(model, name, *sorted((one, other)))
        for (model, name), found in methods.items()
        for (one, goes_on), (other, also) in combinations(found, 2)
        if not (goes_on and also) and not _know_each_other(one, other)
    }


def _parts(model: ModelClass, abstract: dict[str, list[ModelClass]]) -> set[ModelClass]:
    """A class and what our mixins bring to its model."""
    found, new = {model}, {model}
    while new := {part for each in new for name in each.inherits for part in abstract.get(name, ())} - found:
        found |= new
    return found


def _goes_on(method: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
        for node in ast.walk(method)
    )


def _know_each_other(one: str, other: str) -> bool:
    return one == other or one in _needs(other) or other in _needs(one)


@cache
def _needs(addon: str) -> frozenset[str]:
    """Our addons that this one builds on, through others as well."""
    if addon not in addons():
        return frozenset()
    manifest = ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text())
    direct = {name for name in manifest["depends"] if name in addons()}
    return frozenset(direct.union(*(_needs(name) for name in direct)))


def ours() -> set[SameName]:
    """Of the addons that there are."""
    return same_names(model_classes())
