"""`make bench`: measures, then writes docs/benchmarks.json and docs/benchmarks.md.

Everything it makes in the cluster is named bench-… and removed at the end, also after a failure.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from tests.bench import provision_create, provision_memory, provision_operator
from tests.bench.baseline_session import NOTES as BASELINE
from tests.bench.baseline_session import BaselineSession
from tests.bench.cluster import REPOSITORY, NoClusterError, find
from tests.bench.report import Row, load, merged, save
from tests.bench.session import Session, Wish

PROVISION = {one.NAME: one.NOTE for one in (provision_create, provision_memory, provision_operator)}
BENCHMARKS = {**PROVISION, **BASELINE}
DOCS = REPOSITORY / "docs"


def main() -> int:
    arguments = _arguments()
    wanted = set(arguments.only or BENCHMARKS)
    wish = Wish(wanted & PROVISION.keys(), arguments.tenants, arguments.window)
    keep = _print if arguments.dry else _keep
    # Ending it must clean up as an error does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    try:
        if wish.benchmarks:
            Session(find([arguments.cluster]), wish, keep).run()
        if wanted & BASELINE.keys():
            BaselineSession(wanted & BASELINE.keys(), keep).run()
    except NoClusterError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"took {(time.monotonic() - began) / 60:.1f} minutes")
    return 0


def _keep(name: str, rows: Sequence[Row]) -> None:
    _print(name, rows)
    save(merged(load(DOCS / "benchmarks.json"), rows, [name]), DOCS, BENCHMARKS)


def _print(name: str, rows: Sequence[Row]) -> None:
    for row in rows:
        verdict = {None: "", True: "met", False: "NOT MET"}[row.met]
        ratio = f"{row.ratio_to_peer:.2f} × the peer" if row.ratio_to_peer else ""  # noqa: RUF001 as in the goals
        print(f"{row.name:36} {row.ours:9.3f} {row.unit:16} {ratio:16} {row.goal or ''} {verdict}".rstrip())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=sorted(BENCHMARKS), help="may be repeated")
    parser.add_argument("--tenants", type=int, default=10, help="how many are created one after another")
    parser.add_argument(
        "--window", type=float, default=provision_operator.WINDOW, help="seconds of an idle window"
    )
    parser.add_argument("--cluster", default="demo", help="the local cluster to measure on")
    parser.add_argument("--dry", action="store_true", help="print the numbers and write no file")
    chosen = parser.parse_args()
    if chosen.tenants < 2:
        parser.error("--tenants: at least 2")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
