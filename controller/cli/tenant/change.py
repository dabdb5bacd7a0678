"""`tenant suspend|resume|set-plan|rename`: changes of a living tenant; its data stay."""

from typing import Annotated

import typer

from controller.cli.options import DryRun, Force, How, OnBehalfOf, Reason, TenantName, Timeout, Wait, Yes
from controller.cli.performing import perform, print_change
from controller.cli.state import state_of
from controller.core import proposals
from controller.errors import UserError


def suspend(
    context: typer.Context,
    name: TenantName,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Stop a tenant's web and cron; its data and address stay.

    Refused while tills are open, unless --force says why.

    [bold]Example[/bold]

      shopfleet tenant suspend atelier-rua --reason "closed for the winter"
    """
    state = state_of(context)
    proposal = proposals.suspend(state.changes.changeable_tenant(name), suspended=True)
    how = How(reason, on_behalf_of, force, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how, ask=f"Stop {name}?"))


def resume(
    context: typer.Context,
    name: TenantName,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Start a suspended tenant again and wait until its shop serves.

    [bold]Example[/bold]

      shopfleet tenant resume atelier-rua
    """
    state = state_of(context)
    proposal = proposals.suspend(state.changes.changeable_tenant(name), suspended=False)
    how = How(reason, on_behalf_of, None, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how))


def set_plan(
    context: typer.Context,
    name: TenantName,
    plan: Annotated[str, typer.Argument(help="Name of the new plan.", show_default=False)],
    storage: Annotated[
        str | None, typer.Option(help="Room for files, such as 20Gi; can only grow.", show_default=False)
    ] = None,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Give a tenant more or less of everything: workers, memory, connections, storage.

    [bold]Example[/bold]

      shopfleet tenant set-plan northlight large --reason "christmas"
    """
    state = state_of(context)
    changes = state.changes
    proposal = proposals.set_plan(changes.changeable_tenant(name), plan, storage, changes.catalogue())
    how = How(reason, on_behalf_of, force, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how, ask=f"Change the plan of {name}?"))


def rename(
    context: typer.Context,
    name: TenantName,
    hostname: Annotated[
        str | None, typer.Option(help="The new address; old ones redirect to it.", show_default=False)
    ] = None,
    display_name: Annotated[str | None, typer.Option(help="What people call it.", show_default=False)] = None,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Change a tenant's address or display name; database, namespace and this name stay.

    [bold]Example[/bold]

      shopfleet tenant rename atelier-rua --hostname rua.shops.localhost --display-name "Rua"
    """
    if hostname is None and display_name is None:
        raise UserError("nothing to change was given", hint="give --hostname, --display-name or both")
    state = state_of(context)
    changes = state.changes
    before = changes.changeable_tenant(name)
    proposal = proposals.rename(before, hostname, display_name, changes.catalogue())
    how = How(reason, on_behalf_of, force, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how, ask=f"Rename {name}?"))
