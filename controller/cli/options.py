"""Arguments and options that several commands share, each documented once."""

from dataclasses import dataclass
from typing import Annotated

import typer

from controller.cli import completion

TenantName = Annotated[
    str, typer.Argument(help="Name of the tenant.", autocompletion=completion.tenant_names, show_default=False)
]
ProcedureName = Annotated[
    str,
    typer.Argument(help="Name of the procedure.", autocompletion=completion.procedure_names, show_default=False),
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why; kept in the audit log and shown to whoever has to wait.")
]
OnBehalfOf = Annotated[
    str | None,
    typer.Option("--on-behalf-of", metavar="WHO", help="For whom you do this; kept in the audit log."),
]
Force = Annotated[
    str | None,
    typer.Option(
        "--force",
        metavar="REASON",
        help="Go ahead although tills are open or the guard objects otherwise; say why.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan that would run, and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Stay until it is done, showing each step.")]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", min=1, metavar="SECONDS", help="Wait no longer than this; the work then goes on."),
]
AllPartners = Annotated[bool, typer.Option("--all-partners", "-A", help="Of all partners, not only of one.")]


@dataclass(frozen=True)
class How:
    """How a change is to be made, from its command's options."""

    reason: str = ""
    on_behalf_of: str | None = None
    force: str | None = None
    dry_run: bool = False
    yes: bool = False
    wait: bool = True
    timeout: float | None = None
    purge: bool = False
