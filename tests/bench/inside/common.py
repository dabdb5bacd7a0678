"""What the scripts inside the Odoo image share. Standard library and psycopg2 only."""

import json
import os
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

import psycopg2
from psycopg2 import sql

# Of everything that is made in the database server; the peer's cache adds a digest and a date.
PREFIX = "bench"
LAUNCHER = "/opt/shopfleet/bin/odoo-tenant"
PAGE = "http://127.0.0.1:8069/web/login"
# Seconds between two tries of the page, and until a start counts as failed.
LOOK = 0.05
PATIENCE = 600
# Kubernetes keeps this much of what a container said at its end.
MESSAGE_BYTES = 4000


def main(work):
    """Run `work` with the specification, and hand its result, or why there is none, to the pod's status."""
    begun = time.time()
    try:
        result, status = {"begun": begun, **work(json.loads(os.environ["BENCH_SPEC"]))}, 0
    except Exception as error:  # noqa: BLE001 - whatever happened, the pod's reader gets a sentence
        traceback.print_exc()
        result, status = {"error": f"{type(error).__name__}: {error}"[:MESSAGE_BYTES]}, 1
    Path("/dev/termination-log").write_text(json.dumps(result))
    sys.exit(status)


def admin(database="postgres"):
    """A session of the server's superuser, each statement its own transaction."""
    tenant = os.environ["PGSERVICEFILE"]
    os.environ["PGSERVICEFILE"] = os.environ["BENCH_ADMIN_SERVICE"]
    try:
        connection = psycopg2.connect("service=tenant", dbname=database)
    finally:
        os.environ["PGSERVICEFILE"] = tenant
    connection.autocommit = True
    return connection


def execute(connection, statement, *names, **values):
    """`names` fill {} as identifiers, `values` %(name)s."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)), values or None)


def timed(work):
    """Seconds that `work` took."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def odoo(*arguments):
    """One command of Odoo, run to its end."""
    subprocess.run([LAUNCHER, *arguments], check=True)


def boot(language):
    """Seconds from the start of Odoo's web processes to their first 200; they are ended afterwards."""
    begun = time.monotonic()
    process = subprocess.Popen([LAUNCHER, "web"])
    try:
        while not _answers(language):
            if process.poll() is not None:
                raise RuntimeError(f"Odoo ended with {process.returncode} instead of serving")
            if time.monotonic() - begun > PATIENCE:
                raise RuntimeError(f"no page within {PATIENCE} s")
            time.sleep(LOOK)
        return time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()


def _answers(language):
    # Without a language the website sends a first visitor to another address.
    request = urllib.request.Request(PAGE, headers={"Accept-Language": language.replace("_", "-")})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 our own address
            return response.status == 200
    except OSError:
        return False
