"""Evidence counts only when everything ran and passed at this very commit."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.evidence import Evidence, name_of
from tests.outcome import Outcome

FILE = "tests/unit/services/test_interruption.py"


def evidence(folder: Path, commit: str = "abc") -> Evidence:
    return Evidence(folder, lambda: commit)


def kept(folder: Path, outcome: Outcome, at: str = "abc", then: str = "abc") -> Path:
    report = folder / "report.xml"
    report.write_text("<testsuites/>")
    evidence(folder, then).keep(FILE, at, report, outcome)
    return folder / f"{name_of(FILE)}.json"


def test_what_passed_as_a_whole_is_proven_at_that_commit_alone(tmp_path: Path) -> None:
    kept(tmp_path, Outcome(passed=3))
    assert evidence(tmp_path).is_proven(FILE)
    assert not evidence(tmp_path).is_proven("tests/unit/services/test_any_story.py")
    assert not evidence(tmp_path, "def").is_proven(FILE)
    assert not evidence(tmp_path, "abc-dirty").is_proven(FILE)


@pytest.mark.parametrize(
    "outcome",
    [Outcome(), Outcome(passed=3, failures=["x"]), Outcome(passed=1, skips=Counter({"no etcd": 100}))],
)
def test_what_failed_or_was_left_out_proves_nothing(tmp_path: Path, outcome: Outcome) -> None:
    kept(tmp_path, outcome)
    assert not evidence(tmp_path).is_proven(FILE)


def test_the_record_says_what_was_left_out_and_why(tmp_path: Path) -> None:
    content = json.loads(kept(tmp_path, Outcome(passed=1, skips=Counter({"no etcd": 2}))).read_text())
    assert (content["file"], content["skipped"], content["reasons"]) == (FILE, 2, {"no etcd": 2})
    assert (tmp_path / "unit-services-test_interruption.xml").exists()


def test_code_that_changed_meanwhile_is_not_what_was_tested(tmp_path: Path) -> None:
    content = json.loads(kept(tmp_path, Outcome(passed=1), then="def").read_text())
    assert content["commit"] == "abc-dirty"
    assert not evidence(tmp_path).is_proven(FILE)
