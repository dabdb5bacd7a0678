"""`shopfleet install`."""

from pathlib import Path
from typing import Annotated

import typer

from controller.cli.options import DryRun, Yes
from controller.cli.performing import confirm_yes
from controller.cli.state import state_of
from provisioning.local.paths import CachePaths


def install(
    context: typer.Context,
    settings: Annotated[
        Path | None, typer.Option("--settings", metavar="FILE", help="Which parts, sizes and addresses, as YAML.")
    ] = None,
    domain: Annotated[
        str | None, typer.Option(help="Domain under which tenants of the default partner live.")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Install the platform into the cluster of the kubeconfig, or bring it up to this version.

    Brings PostgreSQL, object store, gateway, metrics and the operator; DNS and storage are the cluster's own.
    Doing it again is safe: it goes on where it stopped, and keeps plans and partners that were changed.

    [bold]Examples[/bold]

      shopfleet install --dry-run

      shopfleet install --domain shops.example.com --yes
    """
    # Only here: the installer brings a client and certificates that other commands need not wait for.
    from controller.cli import installing  # noqa: PLC0415
    from controller.services.installing import settings_for_cluster  # noqa: PLC0415

    state = state_of(context)
    kubeconfig, kube_context = state.runtime.kubeconfig, state.runtime.context
    cache = CachePaths.from_environment(state.environment)
    planned = installing.plan_for(kubeconfig, kube_context, settings_for_cluster(settings, domain), cache)
    installing.print_notes(state, planned)
    if dry_run:
        installing.print_plan(state, planned)
        return
    if not yes:
        installing.print_plan(state, planned)
        confirm_yes(state, f"Install this into {state.runtime.review.server}?")
    installing.run(state, kubeconfig, kube_context, planned)
    state.err.print("The platform is installed. Next: shopfleet tenant create --help", soft_wrap=True)
