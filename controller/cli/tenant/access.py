"""`tenant logs|shell|password`: getting in."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from controller.cli.options import How, OnBehalfOf, Reason, TenantName, Timeout, Wait, Yes
from controller.cli.performing import carry_out, confirm_yes
from controller.cli.state import state_of
from controller.cli.tenant.login import print_new_password, print_with_login
from controller.services.pods import find_pod


class Part(StrEnum):
    WEB = "web"
    GEVENT = "gevent"
    CRON = "cron"


def logs(
    context: typer.Context,
    name: TenantName,
    part: Annotated[Part, typer.Argument(help="Which of its processes.")] = Part.WEB,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines until Ctrl-C.")] = False,
    tail: Annotated[int, typer.Option(min=1, max=100_000, help="How many of the last lines.")] = 100,
) -> None:
    """Print the log of a tenant's web, gevent or cron process.

    [bold]Example[/bold]

      shopfleet tenant logs northlight cron --follow
    """
    state = state_of(context)
    tenant = state.changes.tenant(name)
    place = find_pod(state.runtime.kube, tenant, part.value)
    if not follow:
        text = state.runtime.kube.pod_log(place.namespace, place.pod, place.container, tail)
        state.out.print(Text(text.rstrip("\n")), soft_wrap=True)
        return
    for line in state.runtime.streams.follow_log(place.namespace, place.pod, place.container, tail):
        state.out.print(Text(line.rstrip("\n")), soft_wrap=True)


def shell(
    context: typer.Context,
    name: TenantName,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
) -> None:
    """Open Odoo's own shell inside the tenant. What you do there is live; that you did is in the audit log.

    [bold]Example[/bold]

      shopfleet tenant shell northlight --reason "ticket 4711"
    """
    state = state_of(context)
    changes = state.changes
    tenant = changes.living_tenant(name)
    place = find_pod(state.runtime.kube, tenant, Part.WEB.value)
    changes.note("tenant.shell", tenant, changes.request(reason, on_behalf_of))
    command = ["odoo-tenant", "shell", "--no-http"]
    code = state.runtime.streams.shell(place.namespace, place.pod, place.container, command)
    raise typer.Exit(code)


def password(
    context: typer.Context,
    name: TenantName,
    first: Annotated[
        bool, typer.Option("--first", help="Show the one of the creation, if nobody has seen it; make no new one.")
    ] = False,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Make a new administrator's password and show it once; the old one ends.

    [bold]Examples[/bold]

      shopfleet tenant password northlight

      shopfleet tenant password northlight --first
    """
    state = state_of(context)
    changes = state.changes
    tenant = changes.living_tenant(name)
    request = changes.request(reason, on_behalf_of)
    if first:
        changes.note("tenant.password.show", tenant, request)
        print_with_login(state, tenant, {"name": name, "procedure": None})
        return
    if not yes:
        confirm_yes(state, f"Replace the administrator's password of {name}?")
    how = How(reason, on_behalf_of, yes=yes, wait=wait, timeout=timeout)
    print_new_password(state, tenant, carry_out(state, changes.rotate_password(tenant, request), how))
