"""Draws the steps of every procedure into ARCHITECTURE.md: `python -m controller.core.diagram --check | --write`.

The drawing is checked in, so that a change of the catalogue shows in a review as the picture that it makes.
"""

import argparse
import difflib
import sys
from datetime import timedelta
from pathlib import Path

from controller.core.catalogue import STEPS, StepSpec
from provisioning.procedure import ProcedureKind

FILE = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"
BEGIN = "<!-- begin: drawn by `make generate` from controller/core/catalogue.py; do not edit -->\n"
END = "<!-- end -->\n"

MINUTES_PER_HOUR = 60


def render() -> str:
    """The picture of every kind's steps in order, and a table of the steps."""
    steps = {step.name: step for kind in STEPS for step in STEPS[kind]}
    rows = "".join(_row(step) for step in steps.values())
    return (
        f"\n```mermaid\nflowchart TB\n{_kinds()}{_classes()}```\n\n"
        "Amber: asks the guard first. Red: no way back; a cancellation after it changes nothing.\n\n"
        "| Step | What it does | Asks the guard | No way back | Waits at most |\n"
        f"|---|---|---|---|---|\n{rows}\n"
    )


def insert(document: str, drawing: str) -> str:
    """The document with the drawing between its two marks.

    Raises ValueError when a mark is missing.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{FILE.name} lacks the marks between which the drawing belongs: {BEGIN}{END}")
    return before + BEGIN + drawing + END + after


def differences() -> str:
    """What `--write` would change, as a unified diff; empty when the drawing is current."""
    old = FILE.read_text()
    new = insert(old, render())
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), FILE.name, f"{FILE.name} (drawn)"
    )
    return "".join(lines)


def _kinds() -> str:
    return "".join(_kind(kind, steps) for kind, steps in STEPS.items())


def _kind(kind: ProcedureKind, steps: tuple[StepSpec, ...]) -> str:
    nodes = "".join(f'    {_node(kind, step)}["{step.name}"]\n' for step in steps)
    arrows = " --> ".join(_node(kind, step) for step in steps)
    chain = f"    {arrows}\n" if len(steps) > 1 else ""
    return f"  subgraph {kind.value}\n    direction LR\n{nodes}{chain}  end\n"


def _node(kind: ProcedureKind, step: StepSpec) -> str:
    return f"{kind.value}_{step.name.replace('-', '_')}"


def _classes() -> str:
    """Colours; only for what some step is, because Mermaid refuses a class of nothing."""
    every = [(_node(kind, step), step) for kind in STEPS for step in STEPS[kind]]
    guarded = [node for node, step in every if step.disruptive]
    final = [node for node, step in every if step.point_of_no_return]
    return _class("guarded", guarded, "fill:#fde9c4,stroke:#b07000,color:#000") + _class(
        "final", final, "fill:#f7d0d0,stroke:#a01818,color:#000"
    )


def _class(name: str, nodes: list[str], colours: str) -> str:
    return f"  classDef {name} {colours}\n  class {','.join(nodes)} {name}\n" if nodes else ""


def _row(step: StepSpec) -> str:
    asked = {"yes": step.disruptive, "before it is undone": step.disruptive_undo}
    guard = " and ".join(when for when, asks in asked.items() if asks)
    final = "yes" if step.point_of_no_return else ""
    return f"| `{step.name}` | {step.title} | {guard} | {final} | {_duration(step.deadline)} |\n"


def _duration(value: timedelta) -> str:
    minutes = int(value.total_seconds() // 60)
    return f"{minutes // MINUTES_PER_HOUR} h" if minutes % MINUTES_PER_HOUR == 0 else f"{minutes} min"


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="python -m controller.core.diagram", description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="say what differs from ARCHITECTURE.md")
    action.add_argument("--write", action="store_true", help="draw it into ARCHITECTURE.md")
    if parser.parse_args(arguments).write:
        FILE.write_text(insert(FILE.read_text(), render()))
        return 0
    found = differences()
    sys.stdout.write(found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
