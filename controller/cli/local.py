"""`shopfleet local …`."""

import typer

app = typer.Typer(help="A real Kubernetes on this machine.", no_args_is_help=True)
