"""`tenant set-stores`: what a living tenant's stores are, from a file."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli.options import DryRun, How, OnBehalfOf, Reason, TenantName, Timeout, Wait, Yes
from controller.cli.performing import perform, print_change
from controller.cli.state import state_of
from controller.core import proposals
from controller.errors import UserError
from controller.services.drafts import draft, read_tenant_file


def set_stores(
    context: typer.Context,
    name: TenantName,
    file: Annotated[
        Path,
        typer.Option(
            "--file",
            "-f",
            help="A Tenant as YAML, of which stores, regions, headOffice, whoDecides and policies count.",
        ),
    ],
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Set up inside Odoo what a file says of a tenant's stores: warehouses, tills, routes, people, policies.

    The shop goes on meanwhile. Only what differs is changed. A store that the file does not name any more stays:
    closing it is a person's work inside Odoo.

    [bold]Example[/bold]

      shopfleet tenant set-stores northlight -f examples/northlight.yaml
    """
    state = state_of(context)
    changes = state.changes
    before = changes.changeable_tenant(name)
    manifest = read_tenant_file(file)
    said = manifest.get("metadata", {}).get("name")
    if said != name:
        raise UserError(
            f"metadata.name: {file} describes {said!r}, not {name!r}", hint="give it that tenant's file"
        )
    catalogue = changes.catalogue()
    described = draft(name, changes.namespace, manifest.get("spec", {}), catalogue).spec
    proposal = proposals.set_stores(before, described, catalogue)
    how = How(reason, on_behalf_of, None, dry_run, yes, wait, timeout)
    print_change(state, perform(state, proposal, how, ask=f"Set up the stores of {name}?"))
