"""The packs: per module, what makes it harmless and which queries prove that. Data files, read once.

A pack is one `<module>.sql`. Statements end with `;` at a line's end. A comment `-- proof: <sentence>` turns the
next statement into a query that must return no row; the sentence says what a row would mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from provisioning.series import Series

_FOLDER = Path(__file__).parent / "packs"
# From 16.0 Odoo ships its own statements; ours only fill the gaps.
_GAPS = "gaps"
_PROOF = "-- proof: "


class NoPacksError(Exception):
    """Nobody has written and tested packs for this series, so its clones cannot be made harmless."""

    def __init__(self, series: str) -> None:
        super().__init__(f"Odoo {series} has no neutralising packs: a clone of it is refused")


class BrokenPackError(Exception):
    """A pack file does not follow the form above."""


@dataclass(frozen=True)
class Check:
    """A query that must return no row, and what a row means."""

    module: str
    sql: str
    meaning: str


@dataclass(frozen=True)
class Pack:
    module: str
    statements: tuple[str, ...]
    checks: tuple[Check, ...]


@cache
def packs(series: Series) -> dict[str, Pack]:
    """All packs of a series by module. Raises NoPacksError, BrokenPackError."""
    folder = _FOLDER / (_GAPS if series.neutralize else series.name)
    if not folder.is_dir():
        raise NoPacksError(series.name)
    return {path.stem: parse(path.stem, path.read_text()) for path in sorted(folder.glob("*.sql"))}


@cache
def harmless(series: Series) -> frozenset[str]:
    """Modules somebody has read and found to speak to nobody outside by themselves."""
    return frozenset(name for names in _listed(series).values() for name in names)


@cache
def odoos_own(series: Series) -> frozenset[str]:
    """Those of them that are Odoo's own, neither ours nor third parties'."""
    return frozenset(_listed(series)["modules"])


def _listed(series: Series) -> dict[str, list[str]]:
    folder = _FOLDER / (_GAPS if series.neutralize else series.name)
    listed: dict[str, list[str]] = yaml.safe_load((folder / "harmless.yaml").read_text())
    return listed


def parse(module: str, text: str) -> Pack:
    """One pack from its file's text. Raises BrokenPackError."""
    statements: list[str] = []
    checks: list[Check] = []
    for meaning, sql in _pieces(module, text):
        if "%" in sql:
            raise BrokenPackError(f"{module}: a per cent sign would be taken for a placeholder")
        if meaning is None:
            statements.append(sql)
        elif sql.upper().startswith("SELECT"):
            checks.append(Check(module, sql, meaning))
        else:
            raise BrokenPackError(f"{module}: the proof {meaning!r} is not a SELECT")
    return Pack(module, tuple(statements), tuple(checks))


def _pieces(module: str, text: str) -> Iterator[tuple[str | None, str]]:
    """Each statement with the sentence of its proof, or None."""
    meaning: str | None = None
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("--"):
            if line.startswith(_PROOF):
                meaning = line.removeprefix(_PROOF).strip()
            continue
        lines.append(line)
        if line.rstrip().endswith(";"):
            yield meaning, "\n".join(lines).strip().rstrip(";")
            meaning, lines = None, []
    if "".join(lines).strip():
        raise BrokenPackError(f"{module}: the last statement does not end with a semicolon")
