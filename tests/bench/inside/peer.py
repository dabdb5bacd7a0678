"""click-odoo-initdb with a warm cache, then Odoo started by hand."""

import os
import subprocess
import sys
import zipfile

import common

PACKAGES = "/tmp/peer"  # noqa: S108 a volume of the pod's own


def peer(spec):
    with zipfile.ZipFile(spec["packages"]) as archive:
        archive.extractall(PACKAGES)
    # Odoo's configuration names this database; the cache is filled through another one.
    database, first = spec["database"], spec["database"] + "_first"
    fill = common.timed(lambda: _initdb(first, spec["modules"]))
    copy = common.timed(lambda: _initdb(database, spec["modules"]))
    return {"fill": fill, "copy": copy, "boot": common.boot(spec["languages"][0])}


def _initdb(database, modules):
    words = ["-c", os.environ["ODOO_RC"], "-n", database, "-m", ",".join(modules), "--no-demo"]
    command = [sys.executable, "-m", "click_odoo_contrib.initdb", *words, "--cache-prefix", common.PREFIX]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": PACKAGES, "USER": "odoo"})


common.main(peer)
