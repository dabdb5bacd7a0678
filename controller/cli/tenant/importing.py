"""`tenant import`: a retailer's own data, from a folder of CSV files."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from controller.cli.options import OnBehalfOf, Reason, TenantName
from controller.cli.output import print_data, table
from controller.cli.state import Output, State, state_of
from controller.core import importing
from controller.core.importing import End, Event, Line, Order, Progress
from controller.errors import ShopfleetError, UserError
from controller.services.importing import read_folder, run_import

SHOWN = 20
"""Refused lines that people are shown; the report has all."""

COLUMNS = ("file", "line", "key", "verdict", "message")
PHASES = {"check": "checking", "apply": "applying"}


def import_data(
    context: typer.Context,
    name: TenantName,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the CSV files.", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and report; nothing is kept.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="File for the whole report, a line for each line.", show_default=False)
    ] = None,
    login: Annotated[
        str,
        typer.Option("--as", metavar="LOGIN", help="In whose name in the shop; the administrator's by default."),
    ] = "",
    without_refused: Annotated[
        bool, typer.Option("--without-refused", help="Leave out lines that are refused, and go on.")
    ] = False,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
) -> None:
    """Import products, partners, prices, opening stock and balances from CSV files.

    Checks every line, then asks for approval in the shop: somebody else approves under Retail, Work, Imports. What
    is approved is applied within minutes, or at once by the same command, which also goes on after an
    interruption.

    [bold]Examples[/bold]

      shopfleet tenant import northlight examples/northlight-data --dry-run --report report.csv

      shopfleet tenant import northlight examples/northlight-data --reason "opening"
    """
    state = state_of(context)
    changes = state.changes
    files = read_folder(folder)
    tenant = changes.living_tenant(name)
    importing.check_tenant(tenant)
    request = changes.request(reason, on_behalf_of)
    changes.note("tenant.import.check" if dry_run else "tenant.import", tenant, request)
    order = Order(dry_run, without_refused, login, on_behalf_of or request.requested_by)
    lines, end = _follow(state, run_import(state.runtime.kube, state.runtime.streams, tenant, files, order))
    if report is not None:
        _write(report, lines)
    _print(state, name, lines, end)
    _complain(end, name)


def _follow(state: State, events: Iterable[Event]) -> tuple[list[Line], End]:
    """All lines, and the end; progress is shown meanwhile."""
    lines: list[Line] = []
    shown = ""
    with state.err.status("reaching the shop") as status:
        for event in events:
            match event:
                case Progress(phase, done, of):
                    said = f"{PHASES.get(phase, phase)}: {done} of {of} lines"
                    status.update(said)
                    # A log gets a line for each tenth, a terminal one that changes.
                    tenth = f"{phase} {10 * done // max(of, 1)}"
                    if not state.err.is_terminal and tenth != shown:
                        state.err.print(said)
                    shown = tenth
                case Line():
                    lines.append(event)
                case End():
                    return lines, event
    # run_import raises when there is none.
    raise AssertionError("an import without an end")


def _write(report: Path, lines: Iterable[Line]) -> None:
    try:
        # With a byte order mark, for the spreadsheets in which it will be opened.
        with report.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(COLUMNS)
            writer.writerows([getattr(line, column) for column in COLUMNS] for line in lines)
    except OSError as error:
        raise UserError(f"the report cannot be written to {report}: {error.strerror}") from error


def _print(state: State, name: str, lines: list[Line], end: End) -> None:
    if state.output is not Output.TABLE:
        rows = [{column: getattr(line, column) for column in COLUMNS} for line in lines]
        counts = {"refused": end.refused, "failed": end.failed}
        facts = {"state": end.state.value, "run": end.run, **counts, "waitsFor": list(end.waits_for)}
        print_data(state, {"name": name, **facts, "requester": end.requester, "lines": rows})
        return
    state.out.print(Text(end.summary), soft_wrap=True)
    refused = [{column: getattr(line, column) for column in COLUMNS} for line in lines if line.refused]
    if refused:
        state.out.print(table(refused[:SHOWN], COLUMNS))
    if len(refused) > SHOWN:
        state.out.print(f"… and {len(refused) - SHOWN} more; see all: --report FILE")
    said = {
        importing.State.DONE: "everything is as the files say" if not end.failed else "done",
        importing.State.CHECKED: "checked; nothing was kept",
        importing.State.WAITING: (
            f"{end.run} waits for somebody of {', '.join(end.waits_for)} other than {end.requester}: approve it "
            "in the shop under Retail, Work, Imports. It is applied within minutes, or at once by this command"
        ),
    }.get(end.state)
    if said:
        state.out.print(Text(f"{name}: {said}"), soft_wrap=True)


def _complain(end: End, name: str) -> None:
    """Raises when not all came about."""
    if end.state is importing.State.REFUSED:
        raise UserError(
            f"{end.refused} lines are refused, so nothing was changed",
            hint="correct the files, or leave those lines out: --without-refused",
        )
    if end.state is importing.State.REJECTED:
        raise ShopfleetError(f"{end.run} was rejected in the shop", hint="see why: Retail, Work, Imports")
    if end.failed:
        raise ShopfleetError(
            f"{end.failed} lines could not be applied, all others were",
            hint=f"correct them, and import again; see the lines: shopfleet tenant import {name} DIR --dry-run",
        )
