"""The database that addons are tested on: the baseline's modules of others, and none of our own addons.

Built once on a machine and kept in the cache as a dump, named by what it was made of. Our own addons are not in
it, so changing them does not build it anew; they are installed on a copy, as on a shop that had none of them.
"""

import ast
import fcntl
import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from provisioning import defaults
from provisioning.local.images.catalog import read_recipe
from provisioning.local.images.fingerprint import Sources, file_digest, layer_keys
from provisioning.local.paths import CachePaths
from provisioning.release import Variant
from tests.support.kept_template import restore
from tests.support.odoo_process import ROOT
from tests.support.servers.postgres import PostgresServer

ADDONS = ROOT / "addons_baseline/14.0"
IMAGE = ROOT / "release/images/odoo-14.0"
# English first, so that tests read messages as they are written.
VARIANT = Variant(country="FR", languages=("en_US", "fr_FR"), currency="EUR")
DUMP_TIMEOUT = 600
# Loaded before Odoo's command line and never installed: it has no models, no data and says nothing to shop staff;
# tests/odoo/test_runtime.py tests it.
NEVER_INSTALLED = frozenset({"platform_runtime"})
# What the addons have in common.
SHARED = "retail_base"
# The subject of what arrives by itself where several subjects meet: one shop that has them all.
TIES = "ties"


def addons() -> tuple[str, ...]:
    """Names of our own addons."""
    return tuple(sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py")))


def subject(addon: str) -> str:
    """The addon that this one is about: itself, or what it extends; what all share makes no subject.

    Glue between several subjects is tested together, on a shop that has all of them, as tenants do.
    """
    manifest = ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text())
    extended = {subject(name) for name in manifest["depends"] if name in addons() and name != SHARED}
    if len(extended) > 1:
        return TIES if manifest.get("auto_install") else addon
    return extended.pop() if extended else addon


def ground_modules() -> list[str]:
    """What a tenant has that names no bundles, without our own: a shop with tills and a web shop."""
    baseline = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())
    release = defaults.release(baseline, "image:none").spec
    return [name for name in release.modules_with(None) if name not in addons()]


def lay(server: PostgresServer, database: str, password: str, build: Callable[[], None]) -> None:
    """Fill this empty database: from the kept dump, or by `build` and then keep it."""
    kept = _kept()
    with _one_at_a_time(kept):
        if kept.exists():
            restore(server, kept, database, password)
            return
        build()
        partial = kept.with_suffix(".partial")
        # As the superuser on the server's socket: nothing here is about rights.
        subprocess.run(
            [str(server.binaries / "pg_dump"), "--format=custom", "--compress=1", "--no-owner",
             f"--host={server.folder}", f"--port={server.port}", "--username=postgres",
             f"--file={partial}", database],
            check=True, timeout=DUMP_TIMEOUT,
        )  # fmt: skip
        partial.rename(kept)
        _forget_all_but(kept)


def _kept() -> Path:
    cache = CachePaths.from_environment(os.environ)
    # The last layer is our own code.
    layers = layer_keys(read_recipe(IMAGE / "recipe.toml"), Sources(ROOT, cache.binaries))[:-1]
    builder = [file_digest(path) for path in sorted(IMAGE.glob("lib/template/*.py"))]
    facts = json.dumps([layers, builder, ground_modules(), VARIANT.digest])
    return cache.root / "addon-grounds" / f"{hashlib.sha256(facts.encode()).hexdigest()[:16]}.dump"


@contextmanager
def _one_at_a_time(kept: Path) -> Iterator[None]:
    """Whoever comes second waits, and finds the ground laid."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _forget_all_but(kept: Path) -> None:
    """Keep the last four: branches with other module lists are worked on side by side."""
    dumps = sorted(kept.parent.glob("*.dump"), key=lambda path: path.stat().st_mtime)
    for old in dumps[:-4]:
        old.unlink()
