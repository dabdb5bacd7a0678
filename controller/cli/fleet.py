"""`shopfleet fleet …`."""

from dataclasses import asdict

import typer
from rich.text import Text

from controller.cli.options import AllPartners
from controller.cli.output import print_data, table
from controller.cli.state import Output, State, state_of
from controller.errors import Unknown
from controller.services.fleet import Drift, DriftReport, counts
from controller.services.tenant_queries import Row, procedure_row, tenant_row

app = typer.Typer(help="All tenants at once.", no_args_is_help=True)

TENANTS = ("partner", "name", "phase", "release", "plan", "ready", "procedure", "drift", "message")
PROCEDURES = ("name", "tenant", "phase", "progress", "age", "message")


@app.callback()
def fleet() -> None:
    """All tenants at once."""


@app.command("status")
def status(context: typer.Context, all_partners: AllPartners = False) -> None:
    """Show every tenant's phase, release and plan, what is under way, and what drifted.

    Drift is a field that somebody changed in the cluster, an object that is gone, or a module in the database
    that is not as the release has it. The operator makes missing objects again; all else it leaves alone, as
    somebody may have meant it. It looks at Secrets and databases every 15 minutes; what it could not read counts
    as unknown.

    [bold]Example[/bold]

      shopfleet fleet status --all-partners
    """
    state = state_of(context)
    queries = state.queries(all_partners=all_partners)
    tenants = queries.tenants()
    under_way = queries.procedures(only_open=True)
    drift = DriftReport(state.runtime.kube).of(tenants)
    busy = {(each.metadata.namespace, each.spec.tenant): each.spec.kind.value for each in under_way}
    rows = [
        tenant_row(each, queries.now)
        | {
            "procedure": busy.get((each.metadata.namespace, each.metadata.name)),
            "drift": _count(drift, each.metadata.name),
        }
        for each in tenants
    ]
    report = {
        "tenants": rows,
        **counts(tenants),
        "procedures": [procedure_row(each, queries.now) for each in under_way],
        "drift": {"unknown": drift.reason} if isinstance(drift, Unknown) else [asdict(each) for each in drift],
    }
    if state.output is Output.TABLE:
        _print(state, report, drift)
    else:
        print_data(state, report)


def _count(drift: list[Drift] | Unknown, tenant: str) -> str:
    if isinstance(drift, Unknown):
        return "?"
    found = [each for each in drift if each.tenant == tenant]
    known = sum(not each.unknown for each in found)
    return f"{known}?" if known < len(found) else str(known)


def _print(state: State, report: Row, drift: list[Drift] | Unknown) -> None:
    if not report["tenants"]:
        state.err.print("No tenant yet. Make one: shopfleet tenant create --help")
        return
    state.out.print(table(report["tenants"], TENANTS))
    for what in ("phases", "releases", "plans"):
        found = ", ".join(f"{count} {name}" for name, count in report[what].items())
        state.out.print(Text.assemble((f"\n{what}: ", "bold"), found), end="")
    state.out.print()
    if report["procedures"]:
        state.out.print(Text("\nUnder way", style="bold"))
        state.out.print(table(report["procedures"], PROCEDURES))
    if isinstance(drift, Unknown):
        state.out.print(Text(f"\nDrift could not be looked at: {drift.reason}", style="yellow"), soft_wrap=True)
        return
    for each in drift:
        said = f"unknown: {each.difference}" if each.unknown else each.difference
        state.out.print(Text.assemble((f"\n{each.tenant} ", "bold"), f"{each.object}: {said}"), soft_wrap=True)
