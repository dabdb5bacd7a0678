"""build-template outside any cluster: fills an empty database with modules, as a golden template is made."""

import json
import subprocess

from tests.support.odoo_tenant import OdooTenant

# Seconds; 80 on an idle machine with two cores.
BUILD_TIMEOUT = 3000


def run_build(build: OdooTenant, spec: dict[str, object]) -> list[dict[str, object]]:
    """Run build-template to its end; its progress lines."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",  # noqa: S108 inside the image
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ODOO_RC": "/tenant/odoo.conf",
        "PGSERVICEFILE": "/tenant/pg_service.conf",
        "PGSERVICE": "tenant",
        "TEMPLATE_SPEC": json.dumps(spec),
    }
    with (build.folder / "build.log").open("wb") as log:
        done = subprocess.run(
            build.root.command(["/opt/shopfleet/bin/build-template"], environment),
            stdout=subprocess.PIPE,
            stderr=log,
            timeout=BUILD_TIMEOUT,
            check=False,
        )
    lines: list[dict[str, object]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, (build.folder / "build.log").read_text()[-3000:]
    assert (done.returncode == 0) == (lines[-1]["event"] == "built"), lines[-1]
    lines[-1]["exit"] = done.returncode
    return lines
