"""`shopfleet fleet …`."""

import typer

app = typer.Typer(help="All tenants at once.", no_args_is_help=True)
