"""docs/import.md and the example name just the columns that the addon knows."""

import csv
import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from controller.core.importing import FILES
from tests.support.addon_ground import ADDONS
from tests.support.odoo_process import ROOT

EXAMPLE = ROOT / "examples/northlight-data"


def _columns(addon: str) -> Any:
    """The addon's module, which needs no Odoo."""
    path: Path = ADDONS / addon / "columns.py"
    spec = importlib.util.spec_from_file_location(f"{addon}_columns", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


KIND = _columns("retail_import").KIND
# What glue adds to a file, by the file's name.
OF_CHANNELS = {
    "products": [
        column for addon in ("retail_import_pos", "retail_import_website") for column in _columns(addon).PRODUCTS
    ]
}


def _known(name: str) -> list[tuple[str, bool]]:
    """Columns of a shop that has everything, and whether a file must have them."""
    own = [(column.name, column.needed) for column in KIND[name].columns]
    return own + [(column, False) for column, _form in OF_CHANNELS.get(name, ())]


def test_the_platform_sends_the_files_that_the_addon_knows() -> None:
    assert tuple(KIND) == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_table_of_a_file_has_its_columns(name: str) -> None:
    text = (ROOT / "docs/import.md").read_text()
    section = text.partition(f"### {name}.csv\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| (\*\*)?([a-z0-9_]+)(?:\*\*)? \|", section, re.MULTILINE)
    said = [(column, bool(bold)) for bold, column in rows]
    assert said == _known(name)


@pytest.mark.parametrize("name", FILES)
def test_the_example_has_every_file_with_known_columns(name: str) -> None:
    with (EXAMPLE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, delimiter=";")
        rows = list(reader)
    assert rows
    known = {column for column, _needed in _known(name)}
    needed = {column for column, needed in _known(name) if needed}
    assert needed <= set(reader.fieldnames or ()) <= known
    assert all(row[column] for row in rows for column in needed)
