"""`tenant delete`."""

from typing import Annotated

import typer

from controller.cli.options import DryRun, Force, How, OnBehalfOf, Reason, TenantName, Timeout, Wait
from controller.cli.performing import perform, print_change
from controller.cli.state import state_of
from controller.core import proposals


def delete(
    context: typer.Context,
    name: TenantName,
    confirm: Annotated[
        str | None, typer.Option(metavar="NAME", help="The tenant's name once more, instead of typing it.")
    ] = None,
    purge: Annotated[
        bool, typer.Option("--purge", help="Keep no final backup. Nothing can bring the tenant back then.")
    ] = False,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    dry_run: DryRun = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Remove a tenant with all its data, and keep a final backup unless --purge is given.

    Says where the dump, the files and the spec are kept.

    [bold]Examples[/bold]

      shopfleet tenant delete northlight-staging

      shopfleet tenant delete northlight-staging --confirm northlight-staging --purge
    """
    state = state_of(context)
    proposal = proposals.delete(state.changes.living_tenant(name), purge=purge)
    how = How(reason, on_behalf_of, force, dry_run, wait=wait, timeout=timeout, purge=purge)
    print_change(state, perform(state, proposal, how, confirm=confirm))
