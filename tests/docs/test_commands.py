"""Every command in the documents exists, with the arguments and options it is shown with."""

import importlib.util
import re
from pathlib import Path

import pytest

from tests.docs.documents import ROOT, Command, commands, modules
from tests.support.typed_command import complaint

MAKEFILE = (ROOT / "Makefile").read_text()
OUR_PACKAGES = ("controller", "provisioning", "release", "monitoring", "tests")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
VARIABLES = set(re.findall(r"^(?:export )?([A-Z_]+) *[:?]?=", MAKEFILE, re.MULTILINE))


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
