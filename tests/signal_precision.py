"""How precise retail_signals is, measured on seeded shops: `python -m tests.signal_precision --write`.

The statistics know nothing of Odoo, so neither does this; that the database hands them the same figures is tested
in Odoo (addons_baseline/14.0/retail_signals/tests/test_seeded.py).
"""

import argparse
import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.addon_ground import ADDONS

ADDON = ADDONS / "retail_signals"
README = ADDON / "README.rst"
BEGIN, END = ".. measured\n\n", "\n.. end of what was measured"
HEADER = ("Signal", "Watched", "Anomalies", "Signals", "Right", "Precision", "Recall")


@cache
def measured() -> dict[str, Any]:
    """For each kind the addon's own Result, of all seeds together."""
    for folder in (ADDON, ADDON / "tests"):
        if str(folder) not in sys.path:
            sys.path.append(str(folder))
    precision = importlib.import_module("judging.precision")
    seeded = importlib.import_module("seeded")
    results: dict[str, Any] = precision.measure(lambda: map(seeded.SeededShop, seeded.SEEDS))
    return results


def table(results: dict[str, Any]) -> str:
    """As reStructuredText."""
    rows = [
        HEADER,
        *(
            (
                name,
                *map(str, (each.watched, each.anomalies, each.signals, each.right)),
                f"{each.precision:.0%}",
                f"{each.recall:.0%}",
            )
            for name, each in results.items()
        ),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    rule = "  ".join("=" * width for width in widths)
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule]) + "\n"


def said(text: str) -> dict[str, tuple[int, int]]:
    """{kind: (precision, recall)} in per cent, as the table in the README has them."""
    body = text.partition(BEGIN)[2].partition(END)[0].splitlines()[3:-1]
    cells = [line.rsplit(None, len(HEADER) - 1) for line in body]
    return {row[0].strip(): (int(row[-2].rstrip("%")), int(row[-1].rstrip("%"))) for row in cells}


def write(path: Path = README) -> None:
    before, _, rest = path.read_text().partition(BEGIN)
    path.write_text(before + BEGIN + table(measured()) + END + rest.partition(END)[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into the addon's README")
    if parser.parse_args().write:
        write()
    else:
        print(table(measured()), end="")


if __name__ == "__main__":
    main()
