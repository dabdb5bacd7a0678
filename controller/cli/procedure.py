"""`shopfleet procedure …`."""

from typing import Annotated

import typer

from controller.cli.options import (
    AllPartners,
    Force,
    OnBehalfOf,
    ProcedureName,
    Reason,
    Timeout,
    Wait,
    Yes,
)
from controller.cli.output import print_details, print_rows
from controller.cli.performing import confirm_yes
from controller.cli.state import State, state_of
from controller.cli.watching import watch
from controller.services.following import is_over, of_procedure
from controller.services.tenant_queries import procedure_details, procedure_row
from provisioning.procedure import Procedure

app = typer.Typer(help="Long operations: look at them, stop them, take them up again.", no_args_is_help=True)

COLUMNS = ("name", "kind", "tenant", "phase", "progress", "age", "message")


@app.command("list")
def list_procedures(
    context: typer.Context,
    tenant: Annotated[str | None, typer.Option(help="Only those of this tenant.")] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are not over.")] = False,
    all_partners: AllPartners = False,
) -> None:
    """List procedures, the newest first.

    [bold]Example[/bold]

      shopfleet procedure list --tenant northlight --open
    """
    state = state_of(context)
    queries = state.queries(all_partners=all_partners)
    found = queries.procedures(tenant, only_open=only_open)
    print_rows(state, [procedure_row(each, queries.now) for each in found], COLUMNS, "No procedure.")


@app.command("show")
def show(
    context: typer.Context,
    name: ProcedureName,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Stay until it is over.")] = False,
) -> None:
    """Show one procedure with its steps, or follow it to its end.

    [bold]Example[/bold]

      shopfleet procedure show northlight-create-1a2b3-1 --follow
    """
    state = state_of(context)
    queries = state.queries()
    procedure = queries.procedure(name)
    if follow and not is_over(procedure):
        procedure = _watch(state, procedure, None)
    print_details(state, procedure_details(procedure, state.queries().now))


@app.command("cancel")
def cancel(
    context: typer.Context,
    name: ProcedureName,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    yes: Yes = False,
) -> None:
    """Ask a procedure to stop at its next step and to undo what it did.

    After a step that cannot be undone it runs to its end instead. Undoing waits for tills that are open, unless
    --force says why; a cancellation that waits is forced by asking for it once more.

    [bold]Example[/bold]

      shopfleet procedure cancel northlight-create-1a2b3-1 --reason "wrong country"
    """
    state = state_of(context)
    procedure = state.queries().procedure(name)
    if not yes:
        confirm_yes(state, f"Cancel {name} ({procedure.status.progress or 'queued'})?")
    changes = state.changes
    changes.cancel(procedure, changes.request(reason, on_behalf_of, force))
    state.err.print(f"{name} is asked to stop; watch it: shopfleet procedure show {name} --follow")


@app.command("retry")
def retry(
    context: typer.Context,
    name: ProcedureName,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Take a failed or cancelled procedure up again, at the step where it stopped.

    [bold]Example[/bold]

      shopfleet procedure retry northlight-setplan-1a2b3-4
    """
    state = state_of(context)
    procedure = state.queries().procedure(name)
    changes = state.changes
    again = changes.retry(procedure, changes.request(reason, on_behalf_of, force))
    if wait:
        print_details(state, procedure_details(_watch(state, again, timeout), state.queries().now))
    else:
        state.err.print(f"{name} is taken up again; watch it: shopfleet procedure show {name} --follow")


def _watch(state: State, procedure: Procedure, timeout: float | None) -> Procedure:
    name, namespace = procedure.metadata.name, procedure.metadata.namespace
    return watch(state, of_procedure(state.runtime.kube, name, namespace, state.deadline(timeout))) or procedure
