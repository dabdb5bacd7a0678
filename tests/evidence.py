"""Evidence of the long suites: what ran, at which commit, on what machine, and how it ended."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "evidence"


def commit() -> str:
    """The commit that is tested; marked when anything but the evidence itself differs from it."""
    head = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!docs/evidence")
    return f"{head}-dirty" if changed else head


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()


def machine() -> dict[str, object]:
    """Size of the machine, without any name or address."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cores": os.cpu_count(), "memoryGiB": round(pages / 2**30), "kernel": platform.release()}


def is_proven(suite: str, at: str) -> bool:
    """Whether this suite has passed at this commit already, so that an interrupted run can be resumed."""
    record = FOLDER / f"{suite}.json"
    if at.endswith("-dirty") or not record.exists():
        return False
    content = json.loads(record.read_text())
    return bool(content["commit"] == at and content["failed"] == 0 and content["passed"] > 0)


def keep(suite: str, at: str, report: Path, *, passed: int, failed: int, skipped: int) -> None:
    """Keep the suite's JUnit report and the facts about its run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if report.exists():
        shutil.copyfile(report, FOLDER / f"{suite}.xml")
    content = {
        "suite": suite,
        "commit": at,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
    }
    (FOLDER / f"{suite}.json").write_text(json.dumps(content, indent=1) + "\n")
