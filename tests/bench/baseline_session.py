"""The benchmarks of what runs inside Odoo: no cluster, but real PostgreSQL and Odoo's processes as in a pod.

A shop is generated without our addons; a copy of it gets them. Everything is gone at the end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from controller.adapters.effects import Unfenced
from controller.adapters.postgres import PostgresAdapter
from tests.bench import baseline_import, baseline_replenish, baseline_stores, baseline_trade, measure
from tests.bench.baseline_trade import Client
from tests.bench.report import Benchmarks, Row
from tests.support import addon_ground
from tests.support.odoo_process import ROOT, OdooRoot
from tests.support.odoo_rootfs import rootfs
from tests.support.odoo_tenant import OdooTenant, make_its_own, new_ports
from tests.support.servers.postgres import BINARIES, PostgresServer, serving
from tests.support.template_build import run_build

INSIDE = Path(__file__).parent / "inside"
GENERATOR = Path(__file__).parent / "baseline_shop.py"
NIGHT = ROOT / "tests/odoo/inside/replenish_night.py"
# Seconds: generating and installing take minutes, the first page of a fresh process half of one.
STEP_TIMEOUT = 1800
START_TIMEOUT = 180
PASSWORD = "pw"

NOTES = {
    **baseline_trade.NOTE,
    baseline_import.NAME: baseline_import.NOTE,
    baseline_replenish.NAME: baseline_replenish.NOTE,
    baseline_stores.NAME: baseline_stores.NOTE,
}


class BaselineSession:
    """`run` hands each benchmark's rows to `keep` as soon as they are complete."""

    def __init__(self, wanted: Collection[str], keep: Callable[[str, Sequence[Row]], None]) -> None:
        self._wanted = wanted
        self._keep = keep
        machine = f"{measure.machine()}, load {measure.load():.0f} before the run"
        self._benchmarks = Benchmarks(machine=machine, date=datetime.now(UTC).date().isoformat())

    def run(self) -> None:
        with ExitStack() as stack:
            server = stack.enter_context(serving(BINARIES[0], tls=True))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopfleet-bench-")))
            folder.chmod(0o755)
            shops = _Shops(server, folder)
            _say("generating a shop")
            without = shops.generated()
            _say("copying it, and installing our addons in the copy")
            with_addons = shops.with_addons(without)
            if {baseline_trade.TILL, baseline_trade.CART} & set(self._wanted):
                self._trade(with_addons, without)
            if baseline_import.NAME in self._wanted:
                _say("importing products")
                measured = baseline_import.measure(with_addons, without, _inside)
                self._keep(baseline_import.NAME, baseline_import.rows(self._benchmarks, measured))
            if baseline_replenish.NAME in self._wanted:
                _say("letting nights of reordering rules pass")
                shutil.copy(NIGHT, with_addons.folder)
                _inside(with_addons, NIGHT.name)
                rows = baseline_replenish.rows(self._benchmarks, with_addons.folder / "night.json")
                self._keep(baseline_replenish.NAME, rows)
            # Last: more stores make another shop of it.
            if baseline_stores.NAME in self._wanted:
                _say("setting up a chain's stores")
                measured_stores = baseline_stores.measure(with_addons)
                self._keep(baseline_stores.NAME, baseline_stores.rows(self._benchmarks, measured_stores))

    def _trade(self, with_addons: OdooTenant, without: OdooTenant) -> None:
        with _serving_web(with_addons), _serving_web(without):
            _say("selling in turns")
            clients = Client(with_addons), Client(without)
            baseline_trade.measure(*clients)
        for name in (baseline_trade.TILL, baseline_trade.CART):
            if name in self._wanted:
                self._keep(name, baseline_trade.rows(self._benchmarks, name, *clients))


class _Shops:
    """Databases on one server, each with a folder of its own."""

    def __init__(self, server: PostgresServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._root = rootfs()
        self._adapter = PostgresAdapter(server.target(), Unfenced())

    def generated(self) -> OdooTenant:
        shop = self._tenant("t_without")
        self._adapter.ensure_role(shop.database, PASSWORD)
        self._adapter.create_database(shop.database)
        self._adapter.admit(shop.database, shop.database)
        addon_ground.lay(self._server, shop.database, PASSWORD, lambda: _lay_ground(shop))
        with shop.connect() as connection:
            make_its_own(connection, "Bench")
        for script in (GENERATOR, INSIDE / "trade.py"):
            shutil.copy(script, shop.folder)
        _inside(shop, "trade.py")
        return shop

    def with_addons(self, without: OdooTenant) -> OdooTenant:
        shop = self._tenant("t_with")
        self._adapter.ensure_role(shop.database, PASSWORD)
        self._adapter.end_sessions(without.database)
        self._adapter.create_database(shop.database, without.database)
        self._adapter.give_database(shop.database, shop.database, without.database)
        # Ending its sessions shut it.
        self._adapter.admit(without.database, without.database)
        shutil.copy(without.folder / "trade.json", shop.folder)
        addons = ",".join(name for name in addon_ground.addons() if name not in addon_ground.NEVER_INSTALLED)
        process = shop.run(f"--init={addons}", "--stop-after-init", "--workers=0")
        if process.wait(STEP_TIMEOUT) != 0:
            raise RuntimeError(process.log.read_text()[-3000:])
        for script in (GENERATOR, INSIDE / "rules.py"):
            shutil.copy(script, shop.folder)
        _inside(shop, "rules.py")
        return shop

    def _tenant(self, database: str) -> OdooTenant:
        folder = self._folder / database
        folder.mkdir()
        folder.chmod(0o755)
        tenant = OdooTenant(self._server, OdooRoot(self._root, folder), database, PASSWORD, new_ports())
        tenant.write_configuration()
        return tenant


def _lay_ground(shop: OdooTenant) -> None:
    variant = addon_ground.VARIANT
    spec = {"country": variant.country, "languages": variant.languages}
    lines = run_build(shop, {**spec, "modules": addon_ground.ground_modules()})
    if lines[-1]["event"] != "built":
        raise RuntimeError(str(lines[-1]))


def _inside(shop: OdooTenant, script: str) -> None:
    """Run a script of the shop's folder in Odoo's shell; raises RuntimeError with its log's end."""
    shell = ["sh", "-c", f"exec /opt/shopfleet/bin/odoo-tenant shell < /tenant/{script}"]
    process = shop.run_program(shell, script)
    status = process.wait(STEP_TIMEOUT)
    if status != 0 or "Traceback" in process.log.read_text():
        raise RuntimeError(process.log.read_text()[-3000:])


@contextmanager
def _serving_web(shop: OdooTenant) -> Iterator[None]:
    process = shop.run("web")
    try:
        process.until("http", "/web/login", timeout=START_TIMEOUT)
        yield
    finally:
        process.kill()


def _say(text: str) -> None:
    print(f"── {datetime.now(UTC):%H:%M:%S} {text}; load {measure.load():.1f}", flush=True)
