"""Evidence of the long suites: what ran, at which commit, on what machine, and how it ended."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.outcome import Outcome

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "evidence"
DIRTY = "-dirty"


def commit() -> str:
    """The commit that is tested; marked when anything but the evidence itself differs from it."""
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!docs/evidence")
    return f"{head}{DIRTY}" if changed else head


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()


def machine() -> dict[str, object]:
    """Size of the machine, without any name or address."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memoryGiB": round(pages / 2**30), "kernel": platform.release()}


@dataclass(frozen=True)
class Evidence:
    """The kept reports, one for each file of tests."""

    folder: Path = FOLDER
    commit: Callable[[], str] = commit

    def is_proven(self, file: str) -> bool:
        """Whether everything in this file has passed at this commit, so that an interrupted run can be resumed.

        Where something was left out, it runs again: what was missing then may be there now.
        """
        at, record = self.commit(), self._record(file)
        if at.endswith(DIRTY) or not record.exists():
            return False
        content = json.loads(record.read_text())
        whole = content["failed"] == 0 and content["skipped"] == 0 and content["passed"] > 0
        return bool(content["commit"] == at and whole)

    def keep(self, file: str, at: str, report: Path, outcome: Outcome) -> None:
        """Keep the JUnit report and the facts about its run; `at` is the commit when it began."""
        self.folder.mkdir(parents=True, exist_ok=True)
        record = self._record(file)
        if report.exists():
            shutil.copyfile(report, record.with_suffix(".xml"))
        # Hours pass meanwhile: whoever edits the code then has evidence of neither the old nor the new.
        tested = at if self.commit() == at or at.endswith(DIRTY) else f"{at}{DIRTY}"
        content = {
            "file": file,
            "commit": tested,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "passed": outcome.passed,
            "failed": outcome.failed,
            "skipped": outcome.skipped,
            "reasons": dict(sorted(outcome.skips.items())),
        }
        record.write_text(json.dumps(content, indent=1) + "\n")

    def _record(self, file: str) -> Path:
        return self.folder / f"{name_of(file)}.json"


def name_of(file: str) -> str:
    """A file of tests as the name of its report, such as `unit-services-test_interruption`."""
    return file.removeprefix("tests/").removesuffix(".py").replace("/", "-")
