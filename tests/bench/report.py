"""The results: docs/benchmarks.json, and docs/benchmarks.md rendered from it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

HEADER = """# Benchmarks

Written by `make bench`; do not edit. Ours, the peer and the floor were measured side by side in one run on the
machine that the row names, so the ratios say more than the numbers. A row without a goal explains another one.
"""
COLUMNS = ("name", "unit", "ours", "peer", "floor", "ours ÷ peer", "ours ÷ floor", "goal", "met")


class Row(BaseModel):
    """One measured quantity; `peer` and `floor` are null where there is nothing to compare with."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    ours: float
    peer: float | None = None
    peer_name: str | None = None
    floor: float | None = None
    ratio_to_peer: float | None = None
    ratio_to_floor: float | None = None
    goal: str | None = None
    met: bool | None = None
    machine: str
    date: str


class Benchmarks(BaseModel):
    """The rows of a run, before they know where and when they were measured."""

    machine: str
    date: str

    def row(
        self,
        name: str,
        unit: str,
        ours: float,
        *,
        peer: tuple[str, float] | None = None,
        floor: float | None = None,
        goal: str | None = None,
        met: bool | None = None,
    ) -> Row:
        """Rounds to three decimals; `peer` is its name and its value, in the same unit as `ours`."""
        return Row(
            name=name, unit=unit, ours=round(ours, 3),
            peer=None if peer is None else round(peer[1], 3), peer_name=None if peer is None else peer[0],
            floor=None if floor is None else round(floor, 3),
            ratio_to_peer=None if peer is None else _ratio(ours, peer[1]),
            ratio_to_floor=None if floor is None else _ratio(ours, floor),
            goal=goal, met=met, machine=self.machine, date=self.date,
        )  # fmt: skip


def _ratio(ours: float, other: float) -> float | None:
    return round(ours / other, 4) if other else None


def merged(known: Sequence[Row], fresh: Sequence[Row], measured: Iterable[str]) -> list[Row]:
    """Rows of the benchmarks that were measured now, by prefix of their names, replace their older rows."""
    prefixes = tuple(measured)
    kept = [row for row in known if not row.name.startswith(prefixes)]
    return sorted([*kept, *fresh], key=lambda row: row.name)


def load(file: Path) -> list[Row]:
    """Nothing when it was never written."""
    if not file.exists():
        return []
    return [Row.model_validate(entry) for entry in json.loads(file.read_text())]


def save(rows: Sequence[Row], folder: Path, notes: Mapping[str, str]) -> None:
    """Write both files; `notes` says per prefix of names what is counted."""
    content = [row.model_dump(mode="json") for row in rows]
    (folder / "benchmarks.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    (folder / "benchmarks.md").write_text(markdown(rows, notes))


def markdown(rows: Sequence[Row], notes: Mapping[str, str]) -> str:
    """The table of each benchmark, below what it counts."""
    parts = [HEADER]
    for prefix in sorted(notes):
        own = [row for row in rows if row.name.startswith(prefix)]
        if own:
            parts.append(_section(prefix, notes[prefix], own))
    return "\n".join(parts)


def _section(prefix: str, note: str, rows: Sequence[Row]) -> str:
    lines = [f"## {prefix}", "", note.strip(), "", _line(COLUMNS), _line("---" for _ in COLUMNS)]
    lines += [_line(_cells(row)) for row in rows]
    places = sorted({f"{row.date}, {row.machine}" for row in rows})
    return "\n".join([*lines, "", *(f"Measured: {place}." for place in places), ""])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> tuple[str, ...]:
    peer = "" if row.peer is None else f"{_number(row.peer)} ({row.peer_name})"
    met = {None: "", True: "yes", False: "**no**"}[row.met]
    return (
        f"`{row.name}`", row.unit, _number(row.ours), peer, _number(row.floor), _number(row.ratio_to_peer),
        _number(row.ratio_to_floor), row.goal or "", met,
    )  # fmt: skip


def _number(value: float | None) -> str:
    """Three digits that matter."""
    if value is None:
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
