"""The course of a test run: what runs after what, and what becomes of the rest when something on the way fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests import outcome
from tests.evidence import Evidence, name_of
from tests.outcome import Outcome

WITHOUT_NODE = ("tests/unit", "tests/docs", "tests/contract", "tests/integration", "tests/odoo")
# As many files at a time as there are processors: each process of them has servers of its own.
AT_ONCE = ("-n", "auto", "--dist", "loadfile")
# They start and end nodes of their own, so they run on the machine itself, beside the cluster under test.
NODES = tuple(f"tests/e2e/test_{name}.py" for name in ("local_node", "existing_cluster", "upgrade"))
WITH_NODE = ("tests/e2e", *(f"--ignore={path}" for path in NODES))


class StepError(Exception):
    """Something that tests need could not be had; one sentence says what."""


class Machine(Protocol):
    """What a run does to the machine. All but `say` raise StepError."""

    def why_no_node(self) -> str | None:
        """Why containers cannot run here, None when they can."""

    def prepare_servers(self) -> None:
        """The programs that run as ordinary processes."""

    def prepare_node(self) -> None: ...
    def start_cluster(self) -> Mapping[str, str]:
        """A fresh one; returns the environment by which tests find it."""

    def stop_cluster(self) -> None: ...
    def pytest(self, words: Sequence[str], environment: Mapping[str, str] | None) -> int:
        """Its exit code. With an environment it runs where that cluster's addresses are reachable."""

    def files(self, words: Sequence[str]) -> Sequence[str]:
        """Files in which pytest finds tests."""

    def say(self, text: str) -> None: ...


@dataclass(frozen=True)
class Options:
    deep: bool = False
    keep: bool = False
    no_node: bool = False
    pytest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """One run of pytest."""

    name: str
    words: tuple[str, ...]
    file: str | None = None
    """Set when its evidence is kept."""


@dataclass(frozen=True)
class Course:
    """One run, from preparing to the last suite. A failure on the way is counted, and the rest goes on without."""

    machine: Machine
    reports: Path
    options: Options
    evidence: Evidence
    outcome: Outcome = field(default_factory=Outcome)

    def run(self) -> None:
        """Nothing that tests need raises; how it ended is in `outcome`."""
        why_not = "asked for by --no-node" if self.options.no_node else self.machine.why_no_node()
        self.machine.say("preparing what is missing (cached; the first time takes up to 30 minutes)")
        if why_not is None and not self._managed("preparing a node", self.machine.prepare_node):
            why_not = "preparing it failed"
        self._managed("preparing the servers of the tests", self.machine.prepare_servers)
        self._suite("without-node", WITHOUT_NODE, AT_ONCE)
        if why_not is None:
            self._suite("nodes", NODES)
            why_not = self._on_the_cluster()
        if why_not is not None:
            self.outcome.left_out.append(f"end-to-end tests on a node: {why_not}")

    def _on_the_cluster(self) -> str | None:
        """Why its tests did not run, None when they did."""
        batches = self._batches("with-node", WITH_NODE)
        if not batches:
            return None
        self.machine.say("starting a fresh test cluster beside whatever else runs")
        environment: dict[str, str] = {}
        try:
            if not self._managed("the test cluster", lambda: environment.update(self.machine.start_cluster())):
                return "the test cluster did not come up"
            for batch in batches:
                self._pytest(batch, environment)
        finally:
            if not self.options.keep:
                self._managed("stopping the test cluster", self.machine.stop_cluster)
        return None

    def _managed(self, what: str, step: Callable[[], None]) -> bool:
        try:
            step()
        except StepError as error:
            self.outcome.failures.append(f"{what}: {error}")
            self.machine.say(f"{what} failed: {error}")
            return False
        return True

    def _suite(self, name: str, words: Sequence[str], at_once: Sequence[str] = ()) -> None:
        for batch in self._batches(name, words, at_once):
            self._pytest(batch, None)

    def _batches(self, name: str, words: Sequence[str], at_once: Sequence[str] = ()) -> list[Batch]:
        """A suite as a whole, or, where tests take hours, file by file without those that are proven.

        `at_once`: how a suite as a whole is divided among processes.
        """
        selected = (*words, "-m", "deep" if self.options.deep else "not deep", *self.options.pytest)
        # Whoever chooses among the tests of a file proves nothing about the file.
        if not self.options.deep or self.options.pytest:
            return [Batch(name, (*selected, *at_once))]
        found: list[str] = []
        self._managed(f"looking for tests of {name}", lambda: found.extend(self.machine.files(selected)))
        pending = []
        for file in found:
            if self.evidence.is_proven(file):
                self.machine.say(
                    f"{file}: passed at this commit before; its evidence is in {self.evidence.folder}"
                )
            else:
                pending.append(Batch(name_of(file), (file, *selected[len(words) :]), file))
        return pending

    def _pytest(self, batch: Batch, environment: Mapping[str, str] | None) -> None:
        """Failures are counted from the report, as the exit code does not tell how many there are."""
        report = self.reports / f"{batch.name}.xml"
        report.unlink(missing_ok=True)
        at = self.evidence.commit() if batch.file else ""
        self.machine.say(f"{batch.name}: {' '.join(batch.words)}")
        code = self.machine.pytest([*batch.words, f"--junitxml={report}"], environment)
        counted = outcome.read(report, code)
        self.outcome.merge(counted)
        if batch.file:
            self.evidence.keep(batch.file, at, report, counted)
