"""Which guards our addons have, and which rows of the table of guards and ways, read from their code.

A guard is a class that takes part in create, write or in a method of core, and that can refuse there; also one
that names guarded fields, or builds on a mixin of ours that does such things.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.addon_ground import ADDONS, NEVER_INSTALLED, addons

CONSTRAINT = "constrains"
# How our functions are called that raise because somebody may not do something.
REFUSING = ("_require", "_refuse", "_check", "_keep", "_claim", "duties_kept_apart", "roles_changed")
CORE_REFUSALS = frozenset({"check_access_rule"})
GUARDED_FIELDS = "_guarded_fields"


@dataclass(frozen=True, order=True)
class Guard:
    addon: str
    model: str


@dataclass(frozen=True)
class ModelClass:
    """One class of an addon that defines or extends a model."""

    addon: str
    model: str
    abstract: bool
    inherits: tuple[str, ...]
    methods: tuple[ast.FunctionDef, ...]


@cache
def guards() -> set[Guard]:
    """All that the code has; those that mixins bring count for each model that is built on one."""
    classes = list(model_classes())
    raising = _raising()
    refusing = [each for each in classes if any(_is_guard(method, raising) for method in each.methods)]
    bring = {each.model for each in refusing if each.abstract}
    while more := {each.model for each in classes if each.abstract and bring & {*each.inherits}} - bring:
        bring |= more
    found = refusing + [each for each in classes if bring & {*each.inherits}]
    return {Guard(each.addon, each.model) for each in found if not each.abstract}


@cache
def rows() -> set[Guard]:
    """What has a row: the models named where each addon calls Guard(...), or a function that makes one."""
    trees = [(addon, ast.parse(path.read_text())) for addon in _own() for path in _tests(addon)]
    makers = {"Guard"} | {
        node.name
        for _addon, tree in trees
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and "Guard" in _called(node)
    }
    return {
        Guard(addon, text)
        for addon, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers
        for value in [*node.args, *(each.value for each in node.keywords if each.arg == "model")]
        for text in _strings(value)
    }


def _tests(addon: str) -> list[Path]:
    return sorted((ADDONS / addon / "tests").glob("*.py"))


def sealed() -> set[Guard]:
    """Those that nobody but their own process writes at all, without any field that others may."""
    return {Guard(each.addon, each.model) for each in model_classes() if "retail.sealed.mixin" in each.inherits}


def _own() -> list[str]:
    return [name for name in addons() if name not in NEVER_INSTALLED]


@cache
def _modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (addon, ast.parse(path.read_text()))
        for addon in _own()
        for folder in ("models", "wizards")
        for path in sorted((ADDONS / addon / folder).glob("*.py"))
    )


def model_classes() -> Iterator[ModelClass]:
    """Every class of our addons that defines or extends a model."""
    for addon, module in _modules():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and (found := _model_class(addon, node)):
                yield found


def _model_class(addon: str, node: ast.ClassDef) -> ModelClass | None:
    said = {
        target.id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    inherits = _strings(said.get("_inherit"))
    names = _strings(said.get("_name")) or inherits[:1]
    if not names:
        return None
    abstract = any(isinstance(base, ast.Attribute) and base.attr == "AbstractModel" for base in node.bases)
    methods = tuple(each for each in node.body if isinstance(each, ast.FunctionDef))
    return ModelClass(addon, names[0], abstract, inherits, methods)


def _strings(node: ast.expr | None) -> tuple[str, ...]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.List | ast.Tuple):
        return tuple(text for each in node.elts for text in _strings(each))
    return ()


def _raising() -> set[str]:
    """Names of our functions that raise, or call one that does. By name, whatever it is called on."""
    functions = [
        node
        for _addon, module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and node.name.startswith(REFUSING) and not _is_constraint(node)
    ]
    raising = {each.name for each in functions if _raises(each)} | CORE_REFUSALS
    while more := {each.name for each in functions if raising & _called(each)} - raising:
        raising |= more
    return raising


def _is_guard(method: ast.FunctionDef, raising: set[str]) -> bool:
    """Whether it takes part in another one's work and can refuse it, by itself or by what it calls."""
    if method.name == GUARDED_FIELDS:
        return True
    return (
        "super" in _called(method)
        and not _is_constraint(method)
        and bool(_raises(method) or raising & _called(method))
    )


@cache
def _raises(method: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Raise) for node in ast.walk(method))


@cache
def _called(method: ast.AST) -> set[str]:
    calls = [node.func for node in ast.walk(method) if isinstance(node, ast.Call)]
    return {
        func.attr if isinstance(func, ast.Attribute) else func.id
        for func in calls
        if isinstance(func, ast.Attribute | ast.Name)
    }


@cache
def _is_constraint(method: ast.FunctionDef) -> bool:
    """It validates what is entered, whoever enters it: a way around it is none of the table's."""
    return any(CONSTRAINT in ast.dump(decorator) for decorator in method.decorator_list)
