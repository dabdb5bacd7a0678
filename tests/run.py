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
from dataclasses import dataclass
from pathlib import Path

from provisioning.local.cluster import LocalCluster
from provisioning.local.errors import LocalError
from provisioning.local.findings import Level
from provisioning.local.paths import CachePaths
from provisioning.local.progress import Progress
from tests.course import Course, Options, StepError
from tests.evidence import Evidence
from tests.outcome import COMPLETE

REPOSITORY = Path(__file__).resolve().parents[1]
CLUSTER = "test"


@dataclass(frozen=True)
class ThisMachine:
    """Implements tests.course.Machine."""

    cluster: LocalCluster

    def why_no_node(self) -> str | None:
        problems = [each for each in self.cluster.check_containers() if each.level is Level.FAILED]
        return f"{problems[0].message} {problems[0].hint}".strip() if problems else None

    def prepare_servers(self) -> None:
        try:
            with Progress() as progress:
                self.cluster.prepare_servers(progress)
        except (LocalError, OSError) as error:
            raise StepError(str(error)) from error

    def prepare_node(self) -> None:
        _shopfleet("local", "prepare", "--cluster", CLUSTER)

    def start_cluster(self) -> Mapping[str, str]:
        _shopfleet("local", "clean", "--cluster", CLUSTER, "--keep-images", "--yes")
        _shopfleet("local", "up", "--cluster", CLUSTER)
        facts = json.loads(_shopfleet("--output", "json", "local", "status", "--cluster", CLUSTER, capture=True))
        return {
            "SHOPFLEET_E2E_KUBECONFIG": facts["kubeconfig"],
            "SHOPFLEET_E2E_GATEWAY": facts["nodeAddress"],
            "SHOPFLEET_E2E_CA": facts["caFile"],
        }

    def stop_cluster(self) -> None:
        _shopfleet("local", "down", "--cluster", CLUSTER)

    def pytest(self, words: Sequence[str], environment: Mapping[str, str] | None) -> int:
        inside = [] if environment is None else ["nsenter", f"--net=/run/netns/shopfleet-{CLUSTER}"]
        command = [*inside, sys.executable, "-m", "pytest", "-q", *words]
        everything = {**os.environ, **(environment or {})}
        return subprocess.run(command, cwd=REPOSITORY, env=everything, check=False).returncode

    def files(self, words: Sequence[str]) -> Sequence[str]:
        command = [sys.executable, "-m", "pytest", "-q", "--collect-only", *words]
        done = subprocess.run(command, cwd=REPOSITORY, check=False, text=True, stdout=subprocess.PIPE)
        if done.returncode not in COMPLETE:
            # A file that cannot be read names no tests, and would be left out without a word.
            raise StepError(f"pytest ended with exit code {done.returncode}:\n{done.stdout[-2000:]}")
        return sorted({line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line})

    def say(self, text: str) -> None:
        print(f"── {text}", flush=True)


def main() -> int:
    options = _options()
    folder = Path(os.environ.get("SHOPFLEET_TEST_REPORTS", REPOSITORY / ".cache" / "tests"))
    folder.mkdir(parents=True, exist_ok=True)
    # One run a machine, whatever checkout it is of: they would take each other's cluster down.
    cache = CachePaths.from_environment(os.environ)
    cache.root.mkdir(parents=True, exist_ok=True)
    course = Course(ThisMachine(LocalCluster(CLUSTER)), folder, options, Evidence())
    with (cache.root / "test-run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another test run is at work on this machine; wait for it, or end it.", file=sys.stderr)
            return 2
        return _run(course)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--deep", action="store_true", help="the long suites, with their evidence kept")
    parser.add_argument("--keep", action="store_true", help="leave the test cluster running")
    parser.add_argument("--no-node", action="store_true", help="only what needs no containers")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest")
    given = parser.parse_args()
    return Options(given.deep, given.keep, given.no_node, tuple(given.pytest))


def _run(course: Course) -> int:
    started = time.monotonic()
    try:
        course.run()
    except KeyboardInterrupt:
        course.outcome.failures.append("the run was stopped before its end; what had not begun did not run")
    for line in course.outcome.lines(time.monotonic() - started):
        print(line)
    return course.outcome.exit_code


def _shopfleet(*words: str, capture: bool = False) -> str:
    """Raises StepError; what the command says goes to the terminal as it comes."""
    command = [sys.executable, "-m", "controller.cli", *words]
    done = subprocess.run(
        command, cwd=REPOSITORY, check=False, text=True, stdout=subprocess.PIPE if capture else None
    )
    if done.returncode != 0:
        asked = " ".join(words)
        raise StepError(f"`shopfleet {asked}` ended with exit code {done.returncode}; its own words stand above")
    return done.stdout or ""


if __name__ == "__main__":
    sys.exit(main())
