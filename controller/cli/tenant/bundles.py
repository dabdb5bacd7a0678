"""`tenant add-bundle`: what a living tenant gets beside what it has, such as a web shop."""

from typing import Annotated

import typer

from controller.cli.options import DryRun, Force, How, OnBehalfOf, Reason, TenantName, Timeout, Wait, Yes
from controller.cli.performing import perform, print_change
from controller.cli.state import state_of
from controller.core import proposals


def add_bundle(
    context: typer.Context,
    name: TenantName,
    bundles: Annotated[
        list[str],
        typer.Argument(help="Bundles of its release, such as ecommerce.", show_default=False, metavar="BUNDLE..."),
    ],
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    force: Force = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Install further bundles inside a tenant's Odoo, while it serves. None can be taken out again.

    Refused while tills are open, unless --force says why: they may have to wait for seconds, and see what is new
    only when their page is loaded again.

    [bold]Example[/bold]

      shopfleet tenant add-bundle northlight wholesale --reason "first retailer signed"
    """
    state = state_of(context)
    changes = state.changes
    proposal = proposals.add_bundles(changes.changeable_tenant(name), bundles, changes.catalogue())
    how = How(reason, on_behalf_of, force, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how, ask=f"Add {', '.join(bundles)} to {name}?"))
