"""Every command in the documents exists, with the arguments and options it is shown with."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from controller.cli.app import app
from controller.cli.failures import hoist
from tests.docs.documents import ROOT, Command, commands, modules

MAKEFILE = (ROOT / "Makefile").read_text()
SHOPFLEET: Any = get_command(app)
OUR_PACKAGES = ("controller", "provisioning", "release", "monitoring", "tests")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"^(?:export )?([A-Z_]+) *[:?]?=", MAKEFILE, re.MULTILINE))


def complaint(words: tuple[str, ...], *, whole: bool) -> str | None:
    """What is wrong with `shopfleet WORDS`; None when it could be typed so."""
    node = SHOPFLEET
    rest = hoist(list(words))
    given, rest = split(node, rest)
    while hasattr(node, "commands"):
        if not rest:
            return "names no command" if whole and not given else None
        if rest[0] not in node.commands:
            return f"there is no command {rest[0]!r}"
        node = node.commands[rest[0]]
        options, rest = split(node, rest[1:])
        given |= options
        if hasattr(node, "commands"):
            continue
    known = {name for each in node.params for name in (*each.opts, *each.secondary_opts)}
    known |= {name for each in SHOPFLEET.params for name in each.opts} | {"--help", "-h"}
    if unknown := given - known:
        return f"there is no option {', '.join(sorted(unknown))}"
    arguments = [each for each in node.params if each.param_type_name == "argument"]
    if len(rest) > len(arguments):
        return f"takes {len(arguments)} arguments, not {len(rest)}"
    needed = sum(each.required for each in arguments)
    if whole and len(rest) < needed and not given & {"--help", "-h"}:
        return f"needs {needed} arguments"
    return None


def split(node: Any, words: list[str]) -> tuple[set[str], list[str]]:
    """Options in front of and between the words, and the words that are left; a group stops at its command."""
    takes_value = {
        name: not (each.is_flag or getattr(each, "count", False))
        for each in node.params
        if each.param_type_name == "option"
        for name in (*each.opts, *each.secondary_opts)
    }
    options, left = set(), []
    rest = iter(words)
    for word in rest:
        if word.startswith("-") and word != "-":
            name, equals, _ = word.partition("=")
            options.add(name)
            if takes_value.get(name) and not equals:
                next(rest, None)
        elif hasattr(node, "commands"):
            return options, [word, *rest]
        else:
            left.append(word)
    return options, left


@pytest.mark.parametrize("command", commands("shopfleet"), ids=str)
def test_shopfleet_understands_it(command: Command) -> None:
    found = complaint(command.words[1:], whole=command.whole)
    assert found is None, f"{command}: {found}"


@pytest.mark.parametrize("command", commands("make"), ids=str)
def test_make_has_the_target(command: Command) -> None:
    for word in command.words[1:]:
        variable, equals, _ = word.partition("=")
        assert word in TARGETS or (equals and variable in VARIABLES), str(command)


@pytest.mark.parametrize("command", modules(), ids=str)
def test_the_module_exists_and_knows_the_options(command: Command) -> None:
    name, *words = command.words
    if name == "controller.cli":
        assert complaint(tuple(words), whole=command.whole) is None, str(command)
        return
    spec = importlib.util.find_spec(name)
    assert spec is not None, str(command)
    if spec.submodule_search_locations:
        spec = importlib.util.find_spec(f"{name}.__main__")
        assert spec is not None, f"{command}: {name} cannot be run"
    source = Path(spec.origin or "").read_text()
    own = name.partition(".")[0] in OUR_PACKAGES
    for word in words:
        if own and word.startswith("--"):
            assert word.partition("=")[0] in source, f"{command}: {word}"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("tenant list -o json", None),
        ("--partner lumen tenant list", None),
        ("tenant lsit", "there is no command 'lsit'"),
        ("tenant show", "needs 1 arguments"),
        ("tenant show a b", "takes 1 arguments, not 2"),
        ("tenant suspend a --because b", "there is no option --because"),
        ("tenant create a --country FR --language fr_FR", None),
        ("local up --cluster test", None),
    ],
)
def test_the_check_itself(line: str, wrong: str | None) -> None:
    assert complaint(tuple(line.split()), whole=True) == wrong


def test_documents_show_commands_at_all() -> None:
    assert len(commands("shopfleet")) > 20
    assert commands("make")
    assert modules()
