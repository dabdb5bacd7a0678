"""`tenant create` and `tenant clone`: new tenants, from nothing or from another one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from controller.cli.options import DryRun, How, OnBehalfOf, Reason, TenantName, Timeout, Wait, Yes
from controller.cli.performing import perform
from controller.cli.state import State, state_of
from controller.cli.tenant.login import print_with_login
from controller.core import proposals
from controller.errors import UserError
from controller.services.drafts import chosen_for, default_hostnames, draft, read_tenant_file
from controller.services.outlook import template_outlook
from provisioning.meta import Manifest
from provisioning.names import partner_of
from provisioning.tenant import Ring


def create(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="Name of the tenant; may come from the file.", show_default=False)
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="A Tenant as YAML; options win over what it says.")
    ] = None,
    hostname: Annotated[
        list[str] | None,
        typer.Option(
            help="Address of the shop; repeat for others that redirect to the first.", show_default=False
        ),
    ] = None,
    plan: Annotated[str | None, typer.Option(help="How much of everything it gets.")] = None,
    release: Annotated[
        str | None,
        typer.Option(
            help="Version of Odoo and addons; when absent the only one there is, else the newest of those that "
            "are marked as default. --dry-run says which."
        ),
    ] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1 code; its chart of accounts is final.")] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(
            help="Such as fr_FR; repeat for more, the first is the default. Later ones are installed inside Odoo.",
            show_default=False,
        ),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code; the country's own by default.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="IANA name such as Europe/Paris; later it is set inside Odoo.")
    ] = None,
    display_name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    database_server: Annotated[str | None, typer.Option(help="Name of a DatabaseServer.")] = None,
    storage: Annotated[
        str | None, typer.Option(help="Room for files, such as 20Gi; more than the plan's.")
    ] = None,
    bundle: Annotated[
        list[str] | None,
        typer.Option(
            help="A set of modules of the release, such as ecommerce; repeat for more. The release's default ones "
            "when absent.",
            show_default=False,
        ),
    ] = None,
    brand: Annotated[str | None, typer.Option(help="Name of a brand.")] = None,
    ring: Annotated[Ring | None, typer.Option(help="How early new releases reach it.")] = None,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    dry_run: DryRun = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Make a new tenant and wait until its shop serves.

    Ends with its address and the first password, which is shown once.

    [bold]Examples[/bold]

      shopfleet tenant create -f examples/northlight.yaml

      shopfleet tenant create rua --country PT --language pt_PT --plan small --hostname rua.shops.localhost
    """
    state = state_of(context)
    manifest = read_tenant_file(file) if file else {}
    chosen = _name(name, manifest)
    _check_namespace(state, manifest)
    options = {
        "hostnames": hostname, "plan": plan, "release": release, "country": country, "languages": language,
        "currency": currency, "timeZone": time_zone, "displayName": display_name,
        "databaseServer": database_server, "storage": storage, "bundles": bundle, "brand": brand,
        "ring": ring.value if ring else None,
    }  # fmt: skip
    given: dict[str, Any] = {**manifest.get("spec", {}), **{k: v for k, v in options.items() if v}}
    catalogue = state.changes.catalogue()
    drawn = draft(chosen, state.changes.namespace, given, catalogue)
    outlook = template_outlook(state.runtime.kube, drawn, catalogue)
    proposal = proposals.create(drawn, catalogue, outlook, chosen_for(given, catalogue))
    if not dry_run:
        state.changes.check_free(chosen)
    how = How(reason, on_behalf_of, dry_run=dry_run, yes=True, wait=wait, timeout=timeout)
    print_with_login(state, proposal.after, perform(state, proposal, how))


def clone(
    context: typer.Context,
    source: TenantName,
    name: Annotated[str, typer.Argument(help="Name of the new tenant.", show_default=False)],
    hostname: Annotated[
        str | None, typer.Option(help="Its address; NAME under the partner's first domain by default.")
    ] = None,
    plan: Annotated[str | None, typer.Option(help="Its plan; the source's by default.")] = None,
    as_production: Annotated[
        bool,
        typer.Option("--as-production", help="Do not neutralise: the clone mails customers and takes payments."),
    ] = False,
    reason: Reason = "",
    on_behalf_of: OnBehalfOf = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    wait: Wait = True,
    timeout: Timeout = None,
) -> None:
    """Copy a tenant, its data and files, into a new one that reaches nobody outside.

    The copy is a staging tenant: mail, payments, carriers and tills are switched off, and that is proved
    before it starts. It is made by a dump and a restore, so it takes as long as those do.

    [bold]Examples[/bold]

      shopfleet tenant clone northlight northlight-staging

      shopfleet tenant clone northlight northlight-eu --as-production --reason "split of the company"
    """
    state = state_of(context)
    changes = state.changes
    original = changes.living_tenant(source)
    catalogue = changes.catalogue()
    addresses = (hostname,) if hostname else tuple(default_hostnames(name, catalogue))
    copied = proposals.clone(original, name, addresses, as_production=as_production)
    given = copied.spec.model_dump(mode="json", by_alias=True, exclude_none=True)
    chosen = {"plan": plan} if plan else {}
    proposal = proposals.create(draft(name, changes.namespace, {**given, **chosen}, catalogue), catalogue)
    if not dry_run:
        changes.check_free(name)
    ask = f"Clone {source} with everything switched on?" if as_production else None
    how = How(reason, on_behalf_of, dry_run=dry_run, yes=yes, wait=wait, timeout=timeout)
    print_with_login(state, proposal.after, perform(state, proposal, how, ask=ask))


def _name(name: str | None, manifest: Manifest) -> str:
    chosen = name or manifest.get("metadata", {}).get("name")
    if not chosen:
        raise UserError("metadata.name: is missing", hint="give it as first argument, or in the file")
    return str(chosen)


def _check_namespace(state: State, manifest: Manifest) -> None:
    """A file for another partner must not land in this one's namespace unnoticed."""
    namespace = manifest.get("metadata", {}).get("namespace")
    if namespace and namespace != state.changes.namespace:
        partner = partner_of(namespace)
        raise UserError(
            f"metadata.namespace: the file says {namespace!r}, and partner {state.partner} has another",
            hint=f"add --partner {partner}" if partner else "take it out of the file",
        )
