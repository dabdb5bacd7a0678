"""Dumps the tenant's database into the object store, and restores one from there."""

import os
import re

import structlog

from controller.core import limits
from controller.errors import RefusedError
from controller.jobs.place import GET_URL, PUT_URL, Place
from controller.jobs.programs import run, sql
from controller.jobs.result import Moved
from controller.jobs.transfer import download, upload

COMPRESSION = 3
"""gzip level: higher ones take several times the processor time for a few per cent of size."""

MARKER = "shopfleet_restore_unfinished"
"""A table that exists while a restore is under way: only what such a restore left may be thrown away."""

# Entries of a dump that only the owner of the extension, or nobody at all, could restore. Comments on
# extensions belong to the admin, who created them; the schema `public` is there already.
_NOT_OURS = re.compile(r"^\d+; \d+ \d+ (COMMENT - EXTENSION |SCHEMA - public |COMMENT - SCHEMA public )")

_RELATIONS = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN "
    "('r', 'p', 'v', 'm', 'S') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "
    "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
)

log = structlog.get_logger()


def dump(place: Place) -> Moved:
    """Dump, then upload. The file is written by pg_dump itself, so that it can seek back and note where each
    table begins; a parallel restore needs that."""
    url = place.url(PUT_URL)
    path = place.scratch / "database.dump"
    run(
        [
            "pg_dump", "--no-password", "--format=custom", f"--compress={COMPRESSION}",
            "--no-owner", "--no-privileges", f"--lock-wait-timeout={limits.DUMP_LOCK * 1000:.0f}",
            f"--dbname={place.database}", f"--file={path}",
        ],
        what=f"dump of {place.database}",
    )  # fmt: skip
    log.info("dumped", database=place.database, bytes=path.stat().st_size)
    return upload(path, url, ca_file=place.ca_file)


def restore(place: Place) -> Moved:
    """Download, verify, restore into the empty database.

    Raises RefusedError when the database holds anything that no earlier attempt of a restore left there.
    """
    url = place.url(GET_URL)
    path = place.scratch / "database.dump"
    moved = download(url, path, place.expected_sha256, ca_file=place.ca_file)
    log.info("downloaded", bytes=moved.bytes, sha256=moved.sha256)
    contents = run(["pg_restore", "--list", str(path)], what="reading the dump's contents")
    wanted = place.scratch / "contents"
    wanted.write_text("\n".join(restorable(contents.splitlines())) + "\n")
    _empty(place.database)
    run(
        [
            "pg_restore", "--no-password", "--exit-on-error", "--no-owner", "--no-acl",
            f"--jobs={workers(place.restore_jobs)}", f"--use-list={wanted}",
            f"--dbname={place.database}", str(path),
        ],
        what=f"restore of {place.database}",
    )  # fmt: skip
    # A restored table has no statistics, and the first page would be planned blindly.
    sql(place.database, "ANALYZE", what="gathering statistics")
    sql(place.database, f"DROP TABLE {MARKER}", what="ending the restore")
    log.info("restored", database=place.database)
    return moved


def restorable(contents: list[str]) -> list[str]:
    """The entries of a dump's table of contents that a tenant's own role can restore."""
    return [line for line in contents if not _NOT_OURS.match(line)]


def workers(wanted: int) -> int:
    """No more than processors, as each worker builds indexes all the time."""
    return max(1, min(wanted, len(os.sched_getaffinity(0))))


def _empty(database: str) -> None:
    """Make sure that the database is empty; what an interrupted restore left is removed first."""
    marked = sql(database, f"SELECT to_regclass('public.{MARKER}') IS NOT NULL", what="looking for leftovers")
    if marked == "t":
        log.warning("an unfinished restore is thrown away", database=database)
        again = f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE {MARKER} ()"
        sql(database, again, what="removing an unfinished restore")
        return
    count = int(sql(database, _RELATIONS, what="looking for content"))
    if count:
        raise RefusedError(f"database {database} is not empty: it has {count} relations; restore into a new one")
    sql(database, f"CREATE TABLE public.{MARKER} ()", what="beginning the restore")
