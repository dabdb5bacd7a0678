"""The golden template that a cluster of this machine kept, so that tests build one only when there is none.

It is named by what it was made of (release with image and modules, variant), so a stale one is never found.
"""

import os
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from controller.jobs.database import restorable
from provisioning.defaults import release
from provisioning.local.images import ImageIndex
from provisioning.local.paths import CachePaths
from provisioning.names import TemplateNames
from provisioning.release import Variant, template_digest
from tests.support.servers.postgres import BINARIES, PostgresServer


def kept_dump(baseline: Mapping[str, Any], variant: Variant, bundles: Collection[str]) -> Path | None:
    """The dump of this variant and bundles; None when no cluster made it with today's image and modules."""
    cache = CachePaths.from_environment(os.environ)
    image = ImageIndex.read(cache.image_index).ref("odoo-14.0")
    names = TemplateNames(template_digest(release(baseline, image).spec, bundles), variant.digest)
    dump = cache.root / names.dump_key()
    return dump if dump.exists() else None


def restore(server: PostgresServer, dump: Path, database: str, password: str) -> None:
    """Into an empty database, as the role of its name, as the platform's own Job does."""
    listed = _run(["--list", str(dump)], {}).splitlines()
    contents = server.folder / f"{database}.contents"
    contents.write_text("\n".join(restorable(listed)) + "\n")
    where = f"host=localhost port={server.port} user={database} dbname={database} sslmode=require"
    _run(
        ["--exit-on-error", "--no-owner", "--no-acl", "--jobs=2", f"--use-list={contents}",
         f"--dbname={where}", str(dump)],
        {"PGPASSWORD": password},
    )  # fmt: skip


def _run(arguments: list[str], environment: Mapping[str, str]) -> str:
    command = [str(BINARIES[0] / "pg_restore"), *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env={**os.environ, **environment}, timeout=900
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
