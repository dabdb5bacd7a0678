"""What a test run leaves out, and what it still runs, when a part of it cannot be had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.course import Course, Options, StepError
from tests.evidence import Evidence
from tests.outcome import Outcome

ENVIRONMENT = {"SHOPFLEET_E2E_KUBECONFIG": "/somewhere"}
PASSED = '<testsuites><testcase classname="c" name="n"/></testsuites>'


@dataclass
class FakeMachine:
    """Writes down what is done to it; each pytest passes one test."""

    no_node: str | None = None
    broken: str = ""
    deep_files: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)
    divided: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def why_no_node(self) -> str | None:
        return self.no_node

    def prepare_servers(self) -> None:
        self._do("prepare_servers")

    def prepare_node(self) -> None:
        self._do("prepare_node")

    def start_cluster(self) -> Mapping[str, str]:
        self._do("start_cluster")
        return ENVIRONMENT

    def stop_cluster(self) -> None:
        self._do("stop_cluster")

    def pytest(self, words: Sequence[str], environment: Mapping[str, str] | None) -> int:
        report = Path(words[-1].removeprefix("--junitxml="))
        report.write_text(PASSED)
        assert environment in (None, ENVIRONMENT)
        self.done.append(f"{report.stem}{' inside' if environment else ''}")
        if "-n" in words:
            self.divided.append(report.stem)
        return 0

    def files(self, words: Sequence[str]) -> Sequence[str]:
        if self.broken == "files":
            raise StepError("it broke")
        return [file for file in self.deep_files if any(file.startswith(word) for word in words)]

    def say(self, text: str) -> None:
        self.said.append(text)

    def _do(self, step: str) -> None:
        self.done.append(step)
        if step == self.broken:
            raise StepError("it broke")


def run(machine: FakeMachine, folder: Path, options: Options | None = None) -> Outcome:
    evidence = Evidence(folder / "evidence", lambda: "abc")
    course = Course(machine, folder, options or Options(), evidence)
    course.run()
    return course.outcome


def test_where_containers_run_everything_runs(tmp_path: Path) -> None:
    machine = FakeMachine()
    ended = run(machine, tmp_path)
    assert machine.done == [
        "prepare_node", "prepare_servers", "without-node", "nodes", "start_cluster", "with-node inside",
        "stop_cluster",
    ]  # fmt: skip
    assert (ended.passed, ended.failures, ended.left_out) == (3, [], [])


def test_only_what_shares_no_node_is_divided_among_processes(tmp_path: Path) -> None:
    """Files of which each keeps its evidence run one by one, for the long ones measure."""
    machine = FakeMachine()
    run(machine, tmp_path)
    assert machine.divided == ["without-node"]
    deep = FakeMachine(deep_files=("tests/odoo/test_a.py",))
    run(deep, tmp_path, Options(deep=True))
    assert deep.divided == []
    assert deep.done


def test_where_they_cannot_the_servers_are_prepared_and_the_rest_is_named(tmp_path: Path) -> None:
    machine = FakeMachine(no_node="A node needs root.")
    ended = run(machine, tmp_path)
    assert machine.done == ["prepare_servers", "without-node"]
    assert ended.left_out == ["end-to-end tests on a node: A node needs root."]
    assert ended.exit_code == 0


def test_no_node_is_what_was_asked_for(tmp_path: Path) -> None:
    ended = run(FakeMachine(), tmp_path, Options(no_node=True))
    assert ended.left_out == ["end-to-end tests on a node: asked for by --no-node"]


@pytest.mark.parametrize(
    ("broken", "ran", "said"),
    [
        ("prepare_node", ["without-node"], "preparing it failed"),
        ("start_cluster", ["without-node", "nodes"], "the test cluster did not come up"),
    ],
)
def test_a_node_that_cannot_be_had_fails_the_run_and_spares_the_rest(
    tmp_path: Path, broken: str, ran: list[str], said: str
) -> None:
    machine = FakeMachine(broken=broken)
    ended = run(machine, tmp_path)
    assert [each for each in machine.done if each in ("without-node", "nodes", "with-node inside")] == ran
    assert ended.left_out == [f"end-to-end tests on a node: {said}"]
    assert (ended.failed, ended.exit_code) == (1, 1)
    assert "it broke" in ended.failures[0]


def test_servers_that_cannot_be_had_fail_the_run_and_spare_the_rest(tmp_path: Path) -> None:
    ended = run(FakeMachine(no_node="no root", broken="prepare_servers"), tmp_path)
    assert ended.failures == ["preparing the servers of the tests: it broke"]
    assert ended.passed == 1


def test_a_cluster_that_did_not_come_up_is_taken_down(tmp_path: Path) -> None:
    machine = FakeMachine(broken="start_cluster")
    run(machine, tmp_path)
    assert machine.done[-1] == "stop_cluster"


def test_keep_leaves_the_cluster(tmp_path: Path) -> None:
    machine = FakeMachine()
    run(machine, tmp_path, Options(keep=True))
    assert "stop_cluster" not in machine.done


def test_long_suites_run_file_by_file_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    machine = FakeMachine(deep_files=("tests/unit/test_a.py", "tests/unit/test_b.py"))
    run(machine, tmp_path, Options(deep=True))
    assert machine.done[2:] == ["unit-test_a", "unit-test_b"]
    (tmp_path / "evidence" / "unit-test_b.json").unlink()
    again = FakeMachine(deep_files=machine.deep_files)
    run(again, tmp_path, Options(deep=True))
    assert again.done[2:] == ["unit-test_b"]
    assert any(said.startswith("tests/unit/test_a.py: passed at this commit before") for said in again.said)


def test_a_long_suite_on_the_cluster_starts_one_only_when_something_is_left(tmp_path: Path) -> None:
    machine = FakeMachine(deep_files=("tests/e2e/test_sessions.py",))
    run(machine, tmp_path, Options(deep=True))
    assert machine.done[2:] == ["start_cluster", "e2e-test_sessions inside", "stop_cluster"]
    again = FakeMachine(deep_files=machine.deep_files)
    run(again, tmp_path, Options(deep=True))
    assert again.done[2:] == []


def test_long_suites_that_cannot_be_found_fail_the_run(tmp_path: Path) -> None:
    ended = run(FakeMachine(broken="files"), tmp_path, Options(deep=True))
    assert ended.failures[0] == "looking for tests of without-node: it broke"


def test_a_choice_among_the_tests_proves_nothing(tmp_path: Path) -> None:
    machine = FakeMachine(deep_files=("tests/unit/test_a.py",))
    run(machine, tmp_path, Options(deep=True, pytest=("-k", "one")))
    assert not (tmp_path / "evidence").exists()
