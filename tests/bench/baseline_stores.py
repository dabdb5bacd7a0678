"""`baseline.stores`: a chain's stores, set up inside a shop by the program that `shopfleet tenant create` runs."""

from __future__ import annotations

from tests.bench.report import Benchmarks, Row
from tests.support.odoo_tenant import OdooTenant
from tests.support.stores_run import NORTHLIGHT, apply, told

NAME = "baseline.stores"
NOTE = (
    "The 25 stores, warehouse and web shop of examples/northlight.yaml, with tills, routes, people and policies,"
    " from the start of the program to its end, in the shop of the other rows; and the same again, which finds"
    " nothing to do. A new tenant serves before that, so this is what `shopfleet tenant create` takes longer for"
    " them."
)
# Seconds.
GOAL = 60.0


def measure(shop: OdooTenant) -> tuple[float, float]:
    """Seconds of the first time and of the second. Raises RuntimeError when Odoo does not take it."""
    ended = [apply(shop, told(NORTHLIGHT)) for _ in range(2)]
    for each in ended:
        if each.status != 0:
            raise RuntimeError(str(each.said))
    first, again = ended
    return first.seconds, again.seconds


def rows(benchmarks: Benchmarks, measured: tuple[float, float]) -> list[Row]:
    first, again = measured
    return [
        benchmarks.row(NAME, "s", first, goal=f"at most {GOAL:.0f} s", met=first <= GOAL),
        benchmarks.row(f"{NAME} again", "s", again),
    ]
