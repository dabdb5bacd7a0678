"""What every addon of ours brings with it, whatever it does."""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from provisioning.series import series_of
from release.addons.tree import read_addon
from release.neutralise.packs import harmless
from tests.support.addon_ground import ADDONS, NEVER_INSTALLED, addons
from tests.support.addon_texts import complaints

V14 = series_of("14.0")
PACKS = ADDONS.parents[1] / "release/neutralise/packs/14.0"
SECTIONS = ("What it does", "How it is set up")

each_addon = pytest.mark.parametrize("addon", [ADDONS / name for name in addons()], ids=lambda path: path.name)
each_installed = pytest.mark.parametrize(
    "addon", [ADDONS / name for name in addons() if name not in NEVER_INSTALLED], ids=lambda path: path.name
)


def manifest(addon: Path) -> Mapping[str, Any]:
    found: dict[str, Any] = ast.literal_eval((addon / "__manifest__.py").read_text())
    return found


@each_installed
def test_its_readme_says_what_it_does_and_how_it_is_set_up(addon: Path) -> None:
    """In Odoo's list of apps it is the description, which is reStructuredText."""
    text = (addon / "README.rst").read_text()
    missing = [section for section in SECTIONS if f"\n{section}\n{'=' * len(section)}\n" not in text]
    assert not missing


@each_installed
def test_it_loads_who_may_do_what(addon: Path) -> None:
    """Odoo itself complains of a model without rights, and test_addons.py of that."""
    loaded = [file for file in manifest(addon).get("data", []) if file.startswith("security/")]
    assert loaded
    assert [file for file in loaded if not (addon / file).exists()] == []


@each_installed
def test_it_has_demonstration_data(addon: Path) -> None:
    files = manifest(addon).get("demo", [])
    assert files
    assert [file for file in files if not (addon / file).exists()] == []


@each_installed
def test_every_text_is_translated(addon: Path) -> None:
    assert complaints(addon) == []


@each_installed
def test_its_tests_are_loaded_and_run_after_all_is_installed(addon: Path) -> None:
    loaded = (addon / "tests/__init__.py").read_text()
    tests = list((addon / "tests").glob("test_*.py"))
    assert tests
    for path in tests:
        assert f"import {path.stem}\n" in loaded, f"{path.name} is not imported, so nobody runs it"
        # Guards rest while modules are loaded.
        assert '@tagged("post_install", "-at_install"' in path.read_text(), path.name


@each_addon
def test_a_clone_knows_what_it_does_outside(addon: Path) -> None:
    """Its data/neutralize.sql is the pack that a clone is neutralised by; who speaks to nobody is listed."""
    own = addon / "data/neutralize.sql"
    pack = PACKS / f"{addon.name}.sql"
    if addon.name in harmless(V14):
        assert not own.exists()
        assert addon.name in NEVER_INSTALLED or not read_addon(addon).outside
    else:
        assert pack.is_symlink(), f"link {pack.name} among the packs to the addon's data/neutralize.sql"
        assert pack.resolve() == own
