"""`shopfleet audit`."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from controller.cli.options import AllPartners
from controller.cli.output import print_rows
from controller.cli.state import state_of
from controller.errors import UserError
from controller.services.tenant_queries import audit_row

COLUMNS = ("at", "who", "onBehalfOf", "action", "tenant", "result", "reason")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def audit(
    context: typer.Context,
    tenant: Annotated[str | None, typer.Option(help="Only what concerns this tenant.")] = None,
    who: Annotated[str | None, typer.Option(help="Only what this person did, or others on their behalf.")] = None,
    since: Annotated[str | None, typer.Option(help="Only the last 30m, 12h, 7d …")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 100,
    all_partners: AllPartners = False,
) -> None:
    """Show who did what to which tenant, on whose behalf, why, and with what result.

    [bold]Example[/bold]

      shopfleet audit --tenant northlight --since 7d
    """
    state = state_of(context)
    records = state.queries(all_partners=all_partners).audit(tenant, who, _duration(since) if since else None)
    print_rows(state, [audit_row(record) for record in records[:limit]], COLUMNS, "Nothing is recorded.")


def _duration(text: str) -> timedelta:
    """Raises UserError for anything but a number and a unit."""
    found = re.fullmatch(r"([0-9]{1,6})([mhd])", text)
    if found is None:
        raise UserError(f"--since: {text!r} is no duration", hint="write 30m, 12h or 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
