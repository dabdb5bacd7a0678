"""Prints rows and details as a table for people, or as JSON or YAML for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from rich.text import Text

from controller.cli.state import Output, State

GOOD = {"Ready", "Succeeded", "Done", "ok", "True"}
BAD = {"Failed", "Degraded", "Cancelled", "error", "failed"}
MOVING = {"Provisioning", "Running", "Pending", "Queued", "Deleting", "Unknown", "warning"}


def print_rows(state: State, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], empty: str) -> None:
    """`columns` are the keys that the table shows; JSON and YAML have all of them."""
    if state.output is not Output.TABLE:
        print_data(state, list(rows))
    elif not rows:
        state.err.print(empty)
    else:
        state.out.print(table(rows, columns))


def print_data(state: State, data: Any) -> None:
    """As JSON, or as YAML when that was asked for."""
    if state.output is Output.YAML:
        text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True).rstrip()
    else:
        text = json.dumps(data, indent=2, ensure_ascii=False)
    _plain(state.out, text)


def print_details(state: State, details: Mapping[str, Any]) -> None:
    """One thing: a line per field, lists of rows as tables below."""
    if state.output is not Output.TABLE:
        print_data(state, details)
        return
    grid = Table.grid(padding=(0, 2))
    tables = {}
    for key, value in details.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            tables[key] = value
        elif value not in (None, "", [], {}):
            grid.add_row(Text(_heading(key), style="bold"), _cell(value))
    state.out.print(grid)
    for key, rows in tables.items():
        state.out.print()
        state.out.print(Text(_heading(key), style="bold"))
        state.out.print(table(rows, list(rows[0])))


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Table:
    """Without lines, as kubectl prints it; columns that are empty in every row are left out."""
    shown = [column for column in columns if any(row.get(column) not in (None, "") for row in rows)]
    result = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in shown:
        result.add_column(_heading(column).upper(), no_wrap=column in {"name", "tenant", "phase", "age", "url"})
    for row in rows:
        result.add_row(*(_cell(row.get(column)) for column in shown))
    return result


def _cell(value: Any) -> Text:
    if isinstance(value, Mapping):
        return Text("\n".join(f"{key}: {each}" for key, each in value.items()))
    if isinstance(value, list | tuple):
        return Text(", ".join(map(str, value)))
    text = "" if value is None else str(value)
    return Text(
        text, style="green" if text in GOOD else "red" if text in BAD else "yellow" if text in MOVING else ""
    )


def _heading(key: str) -> str:
    """`displayName` as `display name`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)


def _plain(console: Console, text: str) -> None:
    console.print(Text(text), soft_wrap=True)
