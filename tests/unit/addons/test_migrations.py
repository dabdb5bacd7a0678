"""A live shop gets a new version of an addon with what its own data needs."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.support.addon_ground import ADDONS
from tests.support.addon_migrations import complaints, versions_at, versions_in
from tests.support.odoo_process import ROOT

BEFORE = {"retail_lamp": "14.0.1.0.0"}
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A folder addons/ with one addon of this version, and these files in it."""

    def made(version: str, **files: str) -> Path:
        addon = tmp_path / "addons/retail_lamp"
        for name, text in {"__manifest__.py": f'{{"version": "{version}"}}', **files}.items():
            path = addon / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return addon.parent

    return made


def test_our_addons_bring_what_shops_of_the_last_version_need() -> None:
    versions = yaml.safe_load((ROOT / "docs/versions.yaml").read_text())["versions"]
    name, commit = next((name, commit) for name, commit in versions.items() if commit)
    known = ["git", "-C", str(ROOT), "cat-file", "-e", commit]
    if subprocess.run(known, check=False, stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip(f"left out: this clone does not have the commit of {name}; fetch the whole history")
    before = versions_at(ROOT, commit, str(ADDONS.relative_to(ROOT)))
    assert before, f"{name} had addons"
    excused = yaml.safe_load((ROOT / "release/addons/14.0.migrations.yaml").read_text())["none_needed"]
    assert complaints(ADDONS, before, excused) == []


def test_the_addons_of_a_folder_are_found_with_their_versions(make: Make) -> None:
    assert versions_in(make("14.0.1.2.0")) == {"retail_lamp": "14.0.1.2.0"}


def test_those_of_a_commit_are_read_from_the_history(make: Make, tmp_path: Path) -> None:
    make("14.0.1.2.0", **{"tests/__manifest__.py": '{"version": "14.0.9.0.0"}'})
    author = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    make("14.0.1.3.0")
    assert versions_at(tmp_path, "HEAD", "addons") == {"retail_lamp": "14.0.1.2.0"}


def test_the_same_version_and_a_new_addon_need_nothing(make: Make) -> None:
    assert complaints(make("14.0.1.0.0"), BEFORE, {}) == []
    assert complaints(make("14.0.2.0.0"), {"retail_shade": "14.0.1.0.0"}, {}) == []


def test_a_raised_version_needs_a_migration(make: Make) -> None:
    [said] = complaints(make("14.0.1.1.0"), BEFORE, {})
    assert "no migrations/14.0.1.1.0" in said
    # Odoo runs nothing of another name, or of another version.
    [said] = complaints(make("14.0.1.1.0", **{"migrations/14.0.1.1.0/README.md": ""}), BEFORE, {})
    assert "no migrations/14.0.1.1.0" in said
    [said] = complaints(make("14.0.1.1.0", **{"migrations/14.0.1.0.9/post-lamp.py": ""}), BEFORE, {})
    assert "no migrations/14.0.1.1.0" in said


def test_a_migration_needs_a_test_that_names_its_version(make: Make) -> None:
    script = {"migrations/14.0.1.1.0/post-lamp.py": ""}
    [said] = complaints(make("14.0.1.1.0", **script, **{"tests/test_lamp.py": "LAMP = 1"}), BEFORE, {})
    assert "no test names 14.0.1.1.0" in said
    tested = {"tests/test_migration.py": 'VERSION = "14.0.1.1.0"'}
    assert complaints(make("14.0.1.1.0", **script, **tested), BEFORE, {}) == []


def test_none_is_needed_only_for_a_reason_and_this_version(make: Make) -> None:
    folder = make("14.0.1.1.0")
    assert complaints(folder, BEFORE, {"retail_lamp": {"14.0.1.1.0": "only texts"}}) == []
    [said] = complaints(folder, BEFORE, {"retail_lamp": {"14.0.1.1.0": " "}})
    assert "say why" in said
    stale = complaints(folder, BEFORE, {"retail_lamp": {"14.0.1.0.5": "only texts"}})
    assert len(stale) == 2 and "take the line out" in stale[1]
    [said] = complaints(folder, {}, {"retail_shade": {"14.0.1.0.0": "only texts"}})
    assert "no such addon" in said


def test_a_migration_is_not_also_excused(make: Make) -> None:
    folder = make("14.0.1.1.0", **{"migrations/14.0.1.1.0/pre-lamp.py": ""})
    [said] = complaints(folder, BEFORE, {"retail_lamp": {"14.0.1.1.0": "only texts"}})
    assert "says that none is needed" in said


def test_a_version_is_never_lowered(make: Make) -> None:
    [said] = complaints(make("14.0.1.9.0"), {"retail_lamp": "14.0.1.10.0"}, {})
    assert "older than 14.0.1.10.0" in said
