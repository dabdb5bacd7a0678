"""`python -m release.addons lock [--upgrade] | audit`: the lock of third-party addons, written and judged."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from provisioning.local.errors import LocalError
from provisioning.local.images.staging import install_locked
from provisioning.local.paths import CachePaths
from provisioning.series import series_of
from release.addons.audit import audit
from release.addons.lock import write_lock
from release.addons.tree import ManifestError, read_addon, read_tree
from release.addons.wanted import REPOSITORY, Wanted, wanted
from release.neutralise.packs import harmless, odoos_own, packs

SERIES = "14.0"


def main() -> int:
    options = _options()
    asked = wanted(SERIES)
    uv = CachePaths.from_environment(os.environ).boot / "bin" / "uv"
    try:
        if options.command == "lock":
            write_lock(asked, uv, upgrade=options.upgrade)
        problems = judge(asked, uv)
    except (LocalError, ManifestError) as error:
        print(error, file=sys.stderr)
        return 1
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def judge(asked: Wanted, uv: Path) -> list[str]:
    """Install the lock aside, which checks every hash, and audit what came."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        install_locked(uv, asked.lock, target, asked.python)
        return audit_tree(asked, target)


def audit_tree(asked: Wanted, target: Path) -> list[str]:
    """Audit an installed folder together with our own addons. Raises ManifestError."""
    series = series_of(asked.series)
    manifests = sorted((REPOSITORY / "addons_baseline" / asked.series).glob("*/__manifest__.py"))
    theirs, ours = read_tree(target, asked), [read_addon(path.parent) for path in manifests]
    # Packs are for all kinds of modules; a wheel of Odoo's own name would still be found in the list.
    core = odoos_own(series) | packs(series).keys() - {addon.name for addon in (*theirs, *ours)}
    return audit(asked, theirs, ours, core, packs(series).keys() | harmless(series))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m release.addons", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    locking = commands.add_parser("lock", help="write the lock, then audit it")
    locking.add_argument("--upgrade", action="store_true", help="take newer versions of what is locked")
    commands.add_parser("audit", help="say what is wrong with the lock; silent when nothing is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
