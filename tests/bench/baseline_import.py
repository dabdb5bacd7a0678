"""`baseline.import`: a retailer's products by `shopfleet tenant import`, and by Odoo's own import."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from controller.core.importing import State
from tests.bench.report import Benchmarks, Row
from tests.support.import_run import Importing
from tests.support.import_samples import large_shop
from tests.support.odoo_tenant import OdooTenant

NAME = "baseline.import"
NOTE = (
    "10,000 products with prices, costs, barcodes and a vendor, into a shop that has 10,000 others: each is"
    " checked against the standards, and on sale once the import is approved; the time of whoever approves is left"
    " out. The peer is Odoo's own `load()` of the same products in the same shop without our addons, which checks"
    " nothing. CPU is that of Odoo and of its database."
)
PRODUCTS = 10_000
# Seconds.
GOAL = 600.0
PEER = "Odoo's load(), without our addons"
LOADER = Path(__file__).parent / "inside/load.py"


@dataclass(frozen=True)
class Measured:
    """Seconds."""

    check: float
    apply: float
    cpu: float
    peer: float


def measure(shop: OdooTenant, without: OdooTenant, inside: Callable[[OdooTenant, str], None]) -> Measured:
    """`inside` runs a script of a shop's folder in its shell. Raises RuntimeError when the import ends badly."""
    files = large_shop(PRODUCTS, "D")
    importing = Importing(shop)
    importing.step("prepare")
    used, begun = importing.cpu_seconds(), time.monotonic()
    _, end = importing.run(files)
    checked = time.monotonic()
    importing.approve("boss")
    approved = time.monotonic()
    _, end = importing.run(files)
    ended = time.monotonic()
    if end.state is not State.DONE or end.failed:
        raise RuntimeError(f"the import ended {end.state} with {end.failed} refused lines: {end.summary}")
    cpu = importing.cpu_seconds() - used
    return Measured(checked - begun, ended - approved, cpu, _peer(without, files, inside))


def _peer(shop: OdooTenant, files: dict[str, bytes], inside: Callable[[OdooTenant, str], None]) -> float:
    """What `load()` itself takes: the process around it is there already, when people use it."""
    for name, content in files.items():
        (shop.folder / name).write_bytes(content)
    shutil.copy(LOADER, shop.folder)
    inside(shop, LOADER.name)
    found: dict[str, float] = json.loads((shop.folder / "load.json").read_text())
    return found["seconds"]


def rows(benchmarks: Benchmarks, measured: Measured) -> list[Row]:
    whole = measured.check + measured.apply
    goal = f"at most {GOAL:.0f} s"
    return [
        benchmarks.row(NAME, "s", whole, peer=(PEER, measured.peer), goal=goal, met=whole <= GOAL),
        benchmarks.row(f"{NAME} check", "s", measured.check),
        benchmarks.row(f"{NAME} apply", "s", measured.apply),
        benchmarks.row(f"{NAME} cpu", "s", measured.cpu),
    ]
