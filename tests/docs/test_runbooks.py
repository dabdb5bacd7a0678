"""Every runbook has the same sections, is in the index, and its Python can be compiled."""

import importlib
import importlib.util
import re
import textwrap
from pathlib import Path

import pytest
import yaml

from provisioning.platform.settings import InstallSettings
from tests.docs.documents import ROOT, links

RUNBOOKS = ROOT / "runbooks"
PAGES = sorted((RUNBOOKS / "procedures").glob("*.md"))
SECTIONS = ["When", "Before you begin", "Steps", "How to check", "When it goes wrong"]
HERE_DOCUMENT = re.compile(r"python3 - .*<<'EOF'\n(?P<body>.*?)^ *EOF$", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    return page.stem


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_it_has_the_sections_in_their_order(page: Path) -> None:
    assert re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_it_is_in_the_index(page: Path) -> None:
    assert f"procedures/{page.name}" in {target.partition("#")[0] for target in links(RUNBOOKS / "README.md")}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_its_file_is_named_by_verb_and_noun(page: Path) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", page.stem)


def programs() -> list[str]:
    return [textwrap.dedent(each["body"]) for page in PAGES for each in HERE_DOCUMENT.finditer(page.read_text())]


@pytest.mark.parametrize("program", programs())
def test_its_programs_compile_and_import_what_exists(program: str) -> None:
    compile(program, "runbook", "exec")
    for module, names in re.findall(r"^from (\S+) import (.+)$", program, re.MULTILINE):
        for each in names.split(", "):
            assert exists(module, each), f"{module} has no {each}"


def exists(module: str, name: str) -> bool:
    """Whether `from MODULE import NAME` works: an attribute, or a module below."""
    found = importlib.import_module(module)
    below = hasattr(found, "__path__") and importlib.util.find_spec(f"{module}.{name}") is not None
    return hasattr(found, name) or below


def test_there_are_programs_to_check() -> None:
    assert programs()


def test_the_settings_that_are_shown_are_accepted() -> None:
    page = (RUNBOOKS / "procedures" / "install-platform.md").read_text()
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```$", page, re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        InstallSettings.model_validate(yaml.safe_load(textwrap.dedent(block)))
