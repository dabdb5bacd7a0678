"""The root command: global options, and the commands by noun."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

from controller.cli import audit, doctor, fleet, install, local, procedure, tenant
from controller.cli.failures import RootGroup
from controller.cli.state import Output, State
from controller.command_runtime import CommandRuntime
from provisioning.partner import DEFAULT_PARTNER

HELP = """
Provision and run hosted Odoo for retailers on Kubernetes.

Each command does one thing and says how to go on. Exit codes: 0 done, 1 failed, 2 wrong use or input,
3 not found, 4 refused by the cluster, 5 somebody else was first, 6 no answer, 7 time is up,
130 stopped by Ctrl-C (the work goes on).
"""

app = typer.Typer(
    name="shopfleet",
    cls=RootGroup,
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    # Local variables hold passwords; a traceback without them says enough.
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.add_typer(tenant.app, name="tenant")
app.add_typer(procedure.app, name="procedure")
app.add_typer(fleet.app, name="fleet")
app.add_typer(local.app, name="local")
app.command("install")(install.install)
app.command("audit")(audit.audit)
app.command("doctor")(doctor.doctor)


@app.callback()
def root(
    context: typer.Context,
    kubeconfig: Annotated[
        Path | None,
        typer.Option(help="File that names the cluster; $KUBECONFIG, else kubectl's own or the demo's."),
    ] = None,
    cluster_context: Annotated[
        str | None, typer.Option("--context", help="Context inside of it; its current one by default.")
    ] = None,
    partner: Annotated[
        str, typer.Option(envvar="SHOPFLEET_PARTNER", help="Whose tenants these are.")
    ] = DEFAULT_PARTNER,
    output: Annotated[Output, typer.Option("--output", "-o", help="For people, or for programs.")] = Output.TABLE,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log to standard error, and show tracebacks.")
    ] = False,
) -> None:
    runtime = context.obj or CommandRuntime(kubeconfig, cluster_context)
    _log_to_stderr(verbose=verbose)
    context.obj = State(runtime, partner, output, verbose)


def main() -> None:
    """Entry point of `shopfleet`."""
    app()


def _log_to_stderr(*, verbose: bool) -> None:
    """Standard output belongs to results: programs read it."""
    level = logging.DEBUG if verbose else logging.ERROR
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
