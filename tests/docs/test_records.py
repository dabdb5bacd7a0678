"""The index of decisions is complete; changelog and versions.yaml agree with each other and with the history."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.docs.documents import ROOT, links

DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
HEADINGS = dict(
    re.findall(r"^## \[(?P<version>[^\]]+)\] - (?P<date>.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
)
COMMITS: dict[str, str | None] = yaml.safe_load((ROOT / "docs" / "versions.yaml").read_text())["versions"]


def test_every_decision_is_in_the_index_in_its_order() -> None:
    listed = [target for target in links(ROOT / "docs" / "adr" / "README.md") if target[0].isdigit()]
    assert listed == [decision.name for decision in DECISIONS]


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(decision.name[:4]) for decision in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_its_number_and_status(decision: Path) -> None:
    text = decision.read_text()
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert re.search(r"^\**Status\**: (proposed|accepted|overtaken)", text, re.MULTILINE)


def test_changelog_and_versions_name_the_same_versions() -> None:
    assert list(HEADINGS) == list(COMMITS)


@pytest.mark.parametrize("version", HEADINGS)
def test_a_dated_version_names_its_commit_and_no_other_does(version: str) -> None:
    commit, date = COMMITS[version], HEADINGS[version]
    if date == "unreleased":
        assert commit is None, f"{version} is not finished, so it has no commit yet"
        return
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", date)
    assert re.fullmatch(r"[0-9a-f]{40}", commit or ""), f"docs/versions.yaml names no commit for {version}"


def test_the_commit_of_every_version_is_in_the_history() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    for commit in filter(None, COMMITS.values()):
        words = ["git", "-C", str(ROOT), "cat-file", "-e", f"{commit}^{{commit}}"]
        assert subprocess.run(words, check=False).returncode == 0, f"{commit} is not a commit of this history"
