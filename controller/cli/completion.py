"""What the shell offers for half-typed words. Completion never fails and never waits long for a cluster."""

from pathlib import Path
from typing import Any

import typer

from controller.command_runtime import CommandRuntime
from controller.errors import ShopfleetError
from controller.services.tenant_queries import Queries
from provisioning.partner import DEFAULT_PARTNER


def tenant_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the partner's tenants that begin like this."""
    return _names(context, incomplete, lambda queries: [each.metadata.name for each in queries.tenants()])


def procedure_names(context: typer.Context, incomplete: str) -> list[str]:
    """Names of the partner's procedures that begin like this, the newest first."""
    return _names(context, incomplete, lambda queries: [each.metadata.name for each in queries.procedures()])


def _names(context: typer.Context, incomplete: str, ask: Any) -> list[str]:
    root = context.find_root()
    given = root.params
    kubeconfig = given.get("kubeconfig")
    runtime = root.obj or CommandRuntime(Path(kubeconfig) if kubeconfig else None, given.get("cluster_context"))
    try:
        queries = Queries(runtime.kube, runtime.clock.now(), given.get("partner") or DEFAULT_PARTNER)
        return [name for name in ask(queries) if name.startswith(incomplete)]
    except ShopfleetError:
        # The shell shows nothing then; the command itself will say what is wrong.
        return []
