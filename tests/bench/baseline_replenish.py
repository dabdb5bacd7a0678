"""`baseline.replenish`: the night in which all reordering rules of a chain are computed."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.report import Benchmarks, Row

NAME = "baseline.replenish"
NOTE = (
    "One night for 25 stores and a central warehouse with 10,000 products each, from 200,000 stock moves: the"
    " first, in which rules come about; one in which nearly all change; one in which nearly all changes are"
    " proposed to a buyer; and one without news. The goal is that of the slowest."
)
# Seconds.
GOAL = 300.0
NIGHTS = {
    "first_night": "first night",
    "all_change": "all change",
    "all_proposed": "all proposed",
    "quiet": "without news",
    "low_stock": "low stock found",
}


def rows(benchmarks: Benchmarks, facts: Path) -> list[Row]:
    """`facts`: what tests/odoo/inside/replenish_night.py wrote."""
    found: dict[str, float] = json.loads(facts.read_text())
    seconds = {said: found[f"{name}_seconds"] for name, said in NIGHTS.items()}
    slowest = max(seconds.values())
    goal = f"at most {GOAL:.0f} s"
    return [
        benchmarks.row(NAME, "s", slowest, goal=goal, met=slowest <= GOAL),
        *(benchmarks.row(f"{NAME} {said}", "s", value) for said, value in seconds.items()),
    ]
