"""`make test`: everything from nothing, by itself, beside a running demo; says at the end what was left out.

The tests that need a node run inside the test cluster's network namespace, where its services and its gateway
are reachable and nothing else is. Where containers cannot run, the rest still runs, and the last lines say so.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from provisioning.local.paths import CachePaths
from tests import evidence

REPOSITORY = Path(__file__).resolve().parents[1]
CLUSTER = "test"
WITHOUT_NODE = ("tests/unit", "tests/docs", "tests/contract", "tests/integration", "tests/odoo")
# They start and end nodes of their own, so they run on the machine itself, beside the cluster under test.
NODES = ("tests/e2e/test_local_node.py", "tests/e2e/test_existing_cluster.py")
WITH_NODE = ("tests/e2e", *(f"--ignore={path}" for path in NODES))


@dataclass
class Totals:
    """Counted from pytest's own reports."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, report: Path) -> None:
        """Count what a run of pytest left; a report that is missing is a failure, for it means a crash."""
        if not report.exists():
            self.failed += 1
            self.reasons.append(f"{report.stem} left no report")
            return
        for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 our own file
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            elif skipped is not None:
                self.skipped += 1
                self.reasons.append(f"{case.get('classname')}.{case.get('name')}: {skipped.get('message')}")
            else:
                self.passed += 1

    def merge(self, other: Totals) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.reasons += other.reasons


@dataclass(frozen=True)
class Suites:
    """Runs pytest on parts of the tests; what passed of the long ones at this commit is not repeated."""

    folder: Path
    totals: Totals
    deep: bool
    extra: tuple[str, ...]

    def is_proven(self, name: str) -> bool:
        proven = self.deep and evidence.is_proven(name, evidence.commit())
        if proven:
            _say(f"{name}: passed at this commit before; its evidence is in {evidence.FOLDER}")
        return proven

    def run(
        self,
        name: str,
        paths: Sequence[str],
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Failures are counted from the report, not from the exit code, which is also non-zero without tests."""
        if self.is_proven(name):
            return
        report = self.folder / f"{name}.xml"
        report.unlink(missing_ok=True)
        marks = "deep" if self.deep else "not deep"
        command = [*prefix, sys.executable, "-m", "pytest", "-q", *paths, "-m", marks, f"--junitxml={report}"]
        _say(f"{name}: {' '.join(paths)} ({marks})")
        subprocess.run(
            [*command, *self.extra], cwd=REPOSITORY, env={**os.environ, **(environment or {})}, check=False
        )
        counted = Totals()
        counted.add(report)
        self.totals.merge(counted)
        if self.deep:
            at = evidence.commit()
            evidence.keep(name, at, report, passed=counted.passed, failed=counted.failed, skipped=counted.skipped)


def main() -> int:
    arguments = _arguments()
    folder = Path(os.environ.get("SHOPFLEET_TEST_REPORTS", REPOSITORY / ".cache" / "tests"))
    folder.mkdir(parents=True, exist_ok=True)
    # One run a machine, whatever checkout it is of: they would take each other's cluster down.
    cache = CachePaths.from_environment(os.environ).root
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "test-run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another test run is at work on this machine; wait for it, or end it.", file=sys.stderr)
            return 2
        return _run(arguments, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--deep", action="store_true", help="the long suites, with their evidence kept")
    parser.add_argument("--keep", action="store_true", help="leave the test cluster running")
    parser.add_argument("--no-node", action="store_true", help="only what needs no containers")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest")
    return parser.parse_args()


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    started = time.monotonic()
    totals, left_out = Totals(), []
    why_not = "asked for by --no-node" if arguments.no_node else _why_no_node()
    if why_not is None:
        _say("preparing programs and images (cached; the first time takes up to 30 minutes)")
        _shopfleet("local", "prepare", "--cluster", CLUSTER)
    suites = Suites(folder, totals, arguments.deep, tuple(arguments.pytest))
    suites.run("without-node", WITHOUT_NODE)
    if why_not is None:
        suites.run("nodes", NODES)
        if not suites.is_proven("with-node"):
            _with_node(arguments, suites)
    else:
        left_out.append(f"end-to-end tests on a node: {why_not}")
    _summary(totals, left_out, time.monotonic() - started)
    return 1 if totals.failed else 0


def _why_no_node() -> str | None:
    """Why containers cannot run here, None when they can."""
    if os.geteuid() != 0:
        return "containers need root here"
    if not Path("/sys/fs/cgroup").is_dir():
        return "there are no cgroups"
    return None


def _with_node(arguments: argparse.Namespace, suites: Suites) -> None:
    _say("starting a fresh test cluster beside whatever else runs")
    _shopfleet("local", "clean", "--cluster", CLUSTER, "--keep-images", "--yes")
    try:
        _shopfleet("local", "up", "--cluster", CLUSTER)
        facts = json.loads(_shopfleet("--output", "json", "local", "status", "--cluster", CLUSTER, capture=True))
        environment = {
            "SHOPFLEET_E2E_KUBECONFIG": facts["kubeconfig"],
            "SHOPFLEET_E2E_GATEWAY": facts["nodeAddress"],
            "SHOPFLEET_E2E_CA": facts["caFile"],
        }
        inside = ["nsenter", f"--net=/run/netns/shopfleet-{CLUSTER}"]
        suites.run("with-node", WITH_NODE, inside, environment)
    finally:
        if not arguments.keep:
            _shopfleet("local", "down", "--cluster", CLUSTER)


def _shopfleet(*words: str, capture: bool = False) -> str:
    command = [sys.executable, "-m", "controller.cli", *words]
    done = subprocess.run(
        command, cwd=REPOSITORY, check=True, text=True, stdout=subprocess.PIPE if capture else None
    )
    return done.stdout or ""


def _say(text: str) -> None:
    print(f"── {text}", flush=True)


def _summary(totals: Totals, left_out: list[str], seconds: float) -> None:
    for reason in totals.reasons:
        print(f"skipped: {reason}")
    for what in left_out:
        print(f"LEFT OUT, not passed: {what}")
    print(f"took {seconds / 60:.1f} minutes")
    print(f"{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped")


if __name__ == "__main__":
    sys.exit(main())
