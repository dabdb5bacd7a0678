"""`tenant list|show|open`: looking, which changes nothing."""

from typing import Annotated

import typer

from controller.cli.options import AllPartners, TenantName
from controller.cli.output import print_data, print_details, print_rows
from controller.cli.state import Output, state_of
from controller.services.tenant_queries import tenant_details, tenant_row

COLUMNS = ("name", "url", "phase", "plan", "release", "ready", "age")


def list_tenants(context: typer.Context, all_partners: AllPartners = False) -> None:
    """List tenants with address, phase, plan and release.

    [bold]Examples[/bold]

      shopfleet tenant list

      shopfleet tenant list --all-partners --output json
    """
    state = state_of(context)
    if not all_partners:
        state.changes.check_partner()
    queries = state.queries(all_partners=all_partners)
    rows = [tenant_row(tenant, queries.now) for tenant in queries.tenants()]
    columns = ("partner", *COLUMNS) if all_partners else COLUMNS
    print_rows(state, rows, columns, "No tenant yet. Make one: shopfleet tenant create --help")


def show(context: typer.Context, name: TenantName) -> None:
    """Show everything about one tenant: conditions, who holds it, its last procedures.

    [bold]Example[/bold]

      shopfleet tenant show northlight
    """
    state = state_of(context)
    tenant = state.changes.tenant(name)
    queries = state.queries()
    newer = queries.newer_release(tenant)
    print_details(state, tenant_details(tenant, queries.procedures(name), queries.now, newer))


def open_shop(
    context: typer.Context,
    name: TenantName,
    browser: Annotated[
        bool, typer.Option("--browser", "-b", help="Also open it in this machine's browser.")
    ] = False,
) -> None:
    """Print the address of the shop, and open it in a browser if wanted.

    [bold]Example[/bold]

      curl --cacert ca.crt "$(shopfleet tenant open northlight)"
    """
    state = state_of(context)
    tenant = state.changes.tenant(name)
    url = tenant.status.url or f"https://{tenant.spec.hostnames[0]}"
    if state.output is Output.TABLE:
        state.out.print(url, soft_wrap=True)
    else:
        print_data(state, {"name": name, "url": url})
    if browser:
        typer.launch(url)
