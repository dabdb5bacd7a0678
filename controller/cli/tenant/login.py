"""Shows a password once, and only to the person who asked for it."""

import typer
from rich.text import Text

from controller.cli.output import print_data
from controller.cli.state import Output, State
from controller.errors import ConflictError, UnavailableError
from controller.services.passwords import Login, take_password
from controller.services.tenant_queries import Row
from provisioning.tenant import Tenant


def print_with_login(state: State, tenant: Tenant, row: Row) -> None:
    """The end of a creation: where the shop is, and how to log in."""
    row = {**row, "id": tenant.spec.id, "url": f"https://{tenant.spec.hostnames[0]}"}
    if "procedure" not in row:
        _print(state, row, None)
        return
    try:
        login = take_password(state.runtime.kube, tenant)
    except UnavailableError as error:
        name = tenant.metadata.name
        raise UnavailableError(
            f"{name} is ready, but its first password cannot be shown: {error.message}",
            hint=f"once it answers: shopfleet tenant password {name} --first",
        ) from error
    if login is None:
        state.err.print(
            "The first password was taken already; make a new one: shopfleet tenant password", style="yellow"
        )
    _print(state, row, login)


def print_new_password(state: State, tenant: Tenant, row: Row) -> None:
    """The end of a rotation. Raises ConflictError when somebody else has taken the password."""
    if "procedure" not in row:
        _print(state, row, None)
        return
    login = take_password(state.runtime.kube, tenant)
    if login is None:
        raise ConflictError(
            "the new password was shown to somebody else first",
            hint=f"make another: shopfleet tenant password {tenant.metadata.name}",
        )
    _print(state, {**row, "url": f"https://{tenant.spec.hostnames[0]}"}, login)


def _print(state: State, row: Row, login: Login | None) -> None:
    secret = {"user": login.username, "password": login.password} if login else {}
    if state.output is not Output.TABLE:
        print_data(state, {**row, **secret})
        return
    if "url" in row:
        took = f"   ({row['seconds']} s)" if row.get("seconds") else ""
        state.out.print(Text.assemble((row["name"], "bold"), f"  {row['url']}{took}"), soft_wrap=True)
    if login:
        state.out.print(Text(f"user      {login.username}\npassword  {login.password}"), soft_wrap=True)
        typer.echo(f"This password is shown once. A new one: shopfleet tenant password {row['name']}", err=True)
