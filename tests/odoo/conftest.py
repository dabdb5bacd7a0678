"""Odoo 14.0 of the image, on a real PostgreSQL with the platform's access rules."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from provisioning import defaults
from provisioning.release import Variant
from tests.odoo.test_addons import Run, chosen
from tests.support import addon_ground
from tests.support.kept_template import kept_dump, restore
from tests.support.odoo_process import ROOT, OdooProcess, OdooRoot
from tests.support.odoo_rootfs import rootfs
from tests.support.odoo_tenant import OdooTenant, make_its_own, new_ports
from tests.support.servers.postgres import PostgresServer
from tests.support.template_build import run_build

TEMPLATE = "tplo_tests"
GROUND = "tplo_ground"
INSIDE = Path(__file__).parent / "inside"
# Seconds.
STEP_TIMEOUT = 900
CHAIN_PASSWORD = "scenario password"
BASELINE = yaml.safe_load((ROOT / "release/baselines/14.0.yaml").read_text())
BUNDLES = ("ecommerce", "storeNetwork")
MODULES = defaults.release(BASELINE, "image:none").spec.modules_with(BUNDLES)
# Northlight's, as the bundles are, so that a machine on which a cluster ran has kept it.
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
    kept = kept_dump(BASELINE, VARIANT, BUNDLES)
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
        root = OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory))
        return copy_of(postgres_server, root, TEMPLATE, identifier, "Atelier Rua")

    return make


def copy_of(server: PostgresServer, root: OdooRoot, original: str, identifier: str, company: str) -> OdooTenant:
    """A tenant whose database is a copy of this one, as the platform makes it."""
    adapter = PostgresAdapter(server.target(), Unfenced())
    database = f"t_{identifier}"
    adapter.ensure_role(database, "pw")
    adapter.create_database(database, original)
    adapter.give_database(database, database, original)
    tenant = OdooTenant(server, root, database, "pw", new_ports())
    tenant.write_configuration()
    with tenant.connect() as connection:
        make_its_own(connection, company)
    return tenant


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
    postgres_server: PostgresServer, odoo_rootfs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], OdooTenant]:
    """Makes a shop with the baseline's modules of others, on which addons of ours are installed."""
    lay_ground(postgres_server, OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory)))

    def make(identifier: str) -> OdooTenant:
        root = OdooRoot(odoo_rootfs, shared_folder(tmp_path_factory))
        return copy_of(postgres_server, root, GROUND, identifier, "Northlight")

    return make


def lay_ground(server: PostgresServer, root: OdooRoot) -> None:
    """Such a shop on this server, to be copied: that takes a fraction of the time."""
    adapter = PostgresAdapter(server.target(), Unfenced())
    adapter.ensure_role(GROUND, "pw")
    adapter.create_database(GROUND)
    adapter.admit(GROUND, GROUND)
    shop = OdooTenant(server, root, GROUND, "pw", new_ports())
    shop.write_configuration()

    def build() -> None:
        variant = addon_ground.VARIANT
        spec = {"country": variant.country, "languages": variant.languages}
        lines = run_build(shop, {**spec, "modules": addon_ground.ground_modules()})
        assert lines[-1]["event"] == "built", lines[-1]

    addon_ground.lay(server, GROUND, "pw", build)
    adapter.end_sessions(GROUND)


@pytest.fixture(scope="session")
def together(new_ground: Callable[[str], OdooTenant], pytestconfig: pytest.Config) -> Run:
    """One shop with all our addons (or those of --addon), for all who need one; it traded before it had them."""
    shop = new_ground("together")
    live_shop(shop, "trade")
    return Run(shop, chosen(pytestconfig))


@pytest.fixture(scope="session")
def chain(together: Run) -> dict[str, Any]:
    """The shop `together` with a small chain in it, people and goods: what inside/scenario_shop.py says of it."""
    assert together.status == 0, "the addons could not be installed together: see test_live_shop.py"
    found: dict[str, Any] = run_inside(together.ground, "scenario_shop.py", PASSWORD=CHAIN_PASSWORD)
    return found


def run_inside(shop: OdooTenant, script: str, *, timeout: float = STEP_TIMEOUT, **environment: str) -> Any:
    """Run a script of the folder inside in Odoo's shell; what it has found."""
    for path in INSIDE.glob("*.py"):
        shutil.copy(path, shop.folder)
    shell = ["sh", "-c", f"exec /opt/shopfleet/bin/odoo-tenant shell --no-http < /tenant/{script}"]
    found = shop.folder / "found.json"
    found.unlink(missing_ok=True)
    process = shop.run_program(shell, script.removesuffix(".py"), **environment)
    assert process.wait(timeout) == 0 and found.exists(), process.log.read_text()[-3000:]
    return json.loads(found.read_text())


def live_shop(shop: OdooTenant, step: str) -> Any:
    """Run a function of inside/live_shop.py; what it found."""
    return run_inside(shop, "live_shop.py", STEP=step)


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that Odoo's user can reach."""
    folder = factory.mktemp("tenant")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    return folder
