"""How a test run ended, counted from pytest's own reports. What did not run is never called passed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

# Exit codes of pytest that mean its report is the whole truth: passed, failed, and nothing to run.
COMPLETE = (0, 1, 5)


@dataclass
class Outcome:
    """What passed, what failed, and what was left out and why."""

    passed: int = 0
    failures: list[str] = field(default_factory=list)
    skips: Counter[str] = field(default_factory=Counter)
    """Number of tests by the reason why they were skipped."""
    left_out: list[str] = field(default_factory=list)
    """Parts of the run that did not even begin, each with its reason."""

    @property
    def failed(self) -> int:
        return len(self.failures)

    @property
    def skipped(self) -> int:
        return sum(self.skips.values())

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0

    def merge(self, other: Outcome) -> None:
        self.passed += other.passed
        self.failures += other.failures
        self.skips += other.skips
        self.left_out += other.left_out

    def lines(self, seconds: float) -> list[str]:
        """The last lines of a run, the numbers at the very end."""
        reasons = sorted(self.skips.items(), key=lambda each: (-each[1], each[0]))
        skips = [f"{count} test{'s' if count > 1 else ''}: {reason}" for reason, count in reasons]
        return [
            *(f"FAILED: {what}" for what in self.failures),
            *(f"LEFT OUT, not passed: {what}" for what in [*skips, *self.left_out]),
            f"took {seconds / 60:.1f} minutes",
            f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped",
        ]


def read(report: Path, exit_code: int) -> Outcome:
    """Count what one run of pytest left. A missing or torn report is a failure, for it means a crash."""
    found = Outcome()
    if exit_code not in COMPLETE:
        found.failures.append(f"{report.stem}: pytest ended with exit code {exit_code} before its end")
    try:
        cases = ElementTree.parse(report).getroot().iter("testcase")  # noqa: S314 our own file
    except (FileNotFoundError, ElementTree.ParseError):
        found.failures.append(f"{report.stem} left no report that can be read")
        return found
    for case in cases:
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            found.failures.append(f"{case.get('classname')}.{case.get('name')}")
        elif skipped is not None:
            found.skips[(skipped.get("message") or "no reason given").removeprefix("left out: ")] += 1
        else:
            found.passed += 1
    return found
