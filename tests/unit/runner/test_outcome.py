"""The last lines of a test run: nothing that did not run is called passed."""

from collections import Counter
from pathlib import Path

from tests.outcome import Outcome, read

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="good"/>
<testcase classname="tests.a" name="bad"><failure message="no"/></testcase>
<testcase classname="tests.a" name="broken"><error message="no"/></testcase>
<testcase classname="tests.b" name="one"><skipped message="left out: there is no etcd"/></testcase>
<testcase classname="tests.b" name="two"><skipped message="left out: there is no etcd"/></testcase>
</testsuite></testsuites>"""


def write(folder: Path, text: str) -> Path:
    report = folder / "suite.xml"
    report.write_text(text)
    return report


def test_each_test_is_counted_as_what_it_was(tmp_path: Path) -> None:
    found = read(write(tmp_path, REPORT), 1)
    assert (found.passed, found.failed, found.skipped) == (1, 2, 2)
    assert found.failures == ["tests.a.bad", "tests.a.broken"]
    assert found.skips == Counter({"there is no etcd": 2})
    assert found.exit_code == 1


def test_a_missing_or_torn_report_is_a_failure(tmp_path: Path) -> None:
    assert read(tmp_path / "suite.xml", 1).failures == ["suite left no report that can be read"]
    assert read(write(tmp_path, "<testsuites><test"), 1).failed == 1


def test_a_pytest_that_broke_off_fails_whatever_its_report_says(tmp_path: Path) -> None:
    found = read(write(tmp_path, "<testsuites/>"), -9)
    assert found.failures == ["suite: pytest ended with exit code -9 before its end"]


def test_a_suite_in_which_nothing_was_chosen_is_no_failure(tmp_path: Path) -> None:
    assert read(write(tmp_path, "<testsuites/>"), 5) == Outcome()


def test_the_last_lines_name_failures_and_what_was_left_out() -> None:
    ended = Outcome(
        passed=7,
        failures=["without-node left no report that can be read"],
        skips=Counter({"no etcd": 3, "no postgres": 1}),
        left_out=["end-to-end tests on a node: there are no cgroups"],
    )
    assert ended.lines(90) == [
        "FAILED: without-node left no report that can be read",
        "LEFT OUT, not passed: 3 tests: no etcd",
        "LEFT OUT, not passed: 1 test: no postgres",
        "LEFT OUT, not passed: end-to-end tests on a node: there are no cgroups",
        "took 1.5 minutes",
        "7 passed, 1 failed, 4 skipped",
    ]


def test_what_is_left_out_alone_is_no_failure() -> None:
    assert Outcome(passed=1, left_out=["x"]).exit_code == 0
