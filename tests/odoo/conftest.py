"""Odoo 14.0 of the image, on a real PostgreSQL with the platform's access rules."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from provisioning.release import Variant
from tests.odoo.test_addons import Run, chosen
from tests.support import addon_ground
from tests.support.kept_template import kept_dump, restore
from tests.support.odoo_process import ROOT, OdooProcess, OdooRoot
from tests.support.odoo_rootfs import rootfs
from tests.support.odoo_tenant import OdooTenant, make_its_own, new_ports
from tests.support.servers.postgres import PostgresServer

TEMPLATE = "tplo_tests"
# Seconds; 80 on an idle machine with two cores.
BUILD_TIMEOUT = 850
BASELINE = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())
MODULES = BASELINE["modules"]
# Northlight's, so that a machine on which a cluster ran has kept it.
VARIANT = Variant(country="FR", languages=("fr_FR", "en_US"), currency="EUR")


@pytest.fixture(scope="session")
def odoo_rootfs() -> Path:
    return rootfs()


@pytest.fixture(scope="session")
def adapter(postgres_server: PostgresServer) -> PostgresAdapter:
    return PostgresAdapter(postgres_server.target(), Unfenced())


@pytest.fixture(scope="session")
def template(
    postgres_server: PostgresServer,
    adapter: PostgresAdapter,
    odoo_rootfs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[dict[str, object]]:
    """A template of the whole baseline; the builder's progress lines, none when a kept one was restored."""
    adapter.ensure_role(TEMPLATE, "pw")
    adapter.create_database(TEMPLATE)
    adapter.admit(TEMPLATE, TEMPLATE)
    kept = kept_dump(BASELINE, VARIANT)
    if kept is not None:
        restore(postgres_server, kept, TEMPLATE, "pw")
        return []
    build = OdooTenant(
        postgres_server, OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory)), TEMPLATE, "pw", new_ports()
    )
    build.write_configuration()
    lines = run_build(build, {"country": VARIANT.country, "languages": VARIANT.languages, "modules": MODULES})
    assert lines[-1]["event"] == "built", lines[-1]
    adapter.end_sessions(TEMPLATE)
    return lines


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
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, (build.folder / "build.log").read_text()[-3000:]
    assert (done.returncode == 0) == (lines[-1]["event"] == "built"), lines[-1]
    lines[-1]["exit"] = done.returncode
    return lines


@pytest.fixture(scope="session")
def new_tenant(
    postgres_server: PostgresServer,
    adapter: PostgresAdapter,
    template: list[dict[str, object]],
    odoo_rootfs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], OdooTenant]:
    """Makes a tenant from the template, personalised and configured, with nothing running."""
    del template  # It is there, and that is all.

    def make(identifier: str) -> OdooTenant:
        database = f"t_{identifier}"
        adapter.ensure_role(database, "pw")
        adapter.create_database(database, TEMPLATE)
        adapter.give_database(database, database, TEMPLATE)
        tenant = OdooTenant(
            postgres_server, OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory)), database, "pw", new_ports()
        )
        tenant.write_configuration()
        with tenant.connect() as connection:
            make_its_own(connection, "Atelier Rua")
        return tenant

    return make


@pytest.fixture(scope="session")
def rua(new_tenant: Callable[[str], OdooTenant]) -> OdooTenant:
    return new_tenant("rua0000000")


@pytest.fixture
def run(rua: OdooTenant) -> Iterator[Callable[..., OdooProcess]]:
    """Starts roles of one tenant and ends them with the test."""
    started: list[OdooProcess] = []

    def start(*argv: str, **environment: str) -> OdooProcess:
        process = rua.run(*argv, **environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()


@pytest.fixture(scope="session")
def new_ground(
    postgres_server: PostgresServer,
    adapter: PostgresAdapter,
    odoo_rootfs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str], OdooTenant]:
    """Makes a shop with the baseline's modules of others, on which addons of ours are installed."""

    def make(identifier: str) -> OdooTenant:
        database = f"t_{identifier}"
        adapter.ensure_role(database, "pw")
        adapter.create_database(database)
        adapter.admit(database, database)
        folder = shared_folder(tmp_path_factory)
        shop = OdooTenant(postgres_server, OdooRoot(odoo_rootfs, folder), database, "pw", new_ports())
        shop.write_configuration()

        def build() -> None:
            variant = addon_ground.VARIANT
            spec = {"country": variant.country, "languages": variant.languages}
            lines = run_build(shop, {**spec, "modules": addon_ground.ground_modules()})
            assert lines[-1]["event"] == "built", lines[-1]

        addon_ground.lay(postgres_server, database, "pw", build)
        with shop.connect() as connection:
            make_its_own(connection, "Northlight")
        return shop

    return make


@pytest.fixture(scope="session")
def together(new_ground: Callable[[str], OdooTenant], pytestconfig: pytest.Config) -> Run:
    """One shop with all our addons (or those of --addon), for all who need one."""
    return Run(new_ground("together"), chosen(pytestconfig))


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that Odoo's user can reach."""
    folder = factory.mktemp("tenant")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    return folder
