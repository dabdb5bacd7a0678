"""The demo: two retailers on a platform that was just brought up, and what to do with them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from controller.cli import installing
from controller.cli.state import State
from controller.cli.watching import watch
from controller.core import proposals
from controller.errors import NotFoundError, UserError
from controller.services.changes import Submitted
from controller.services.drafts import default_hostnames, draft, read_tenant_file
from controller.services.following import of_change, of_procedure
from controller.services.installing import settings_for_cluster
from controller.services.opening import Ask, Opening, is_suspended
from controller.services.passwords import Login, take_password
from provisioning.local.paths import CachePaths
from provisioning.network import digest
from provisioning.store import StoreKind
from provisioning.tenant import Tenant

if TYPE_CHECKING:
    from provisioning.local.cluster import LocalCluster

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RETAILERS = ("northlight", "atelier-rua")
CURRENT = "current"
"""Instead of a name: the cluster that the kubeconfig names."""


@dataclass(frozen=True)
class Opened:
    tenant: Tenant
    login: Login | None


def run(
    state: State, cluster: str, settings: Path | None, bring_up: Callable[[State, "LocalCluster"], None]
) -> None:
    """Bring up, create what is missing of the two, and print how to reach them."""
    begun = state.runtime.clock.monotonic()
    if cluster == CURRENT:
        authority = _install_into_current(state, settings)
        # Where its gateway can be reached from here is not ours to know; the operator has asked it for each page.
        inside, ask = state, None
    elif settings is not None:
        raise UserError(
            "A node of ours has settings of its own.", hint="add --cluster current, or leave --settings out"
        )
    else:
        local = state.runtime.local(cluster)
        bring_up(state, local)
        authority = local.paths.authority
        inside = replace(state, runtime=state.runtime.at(local.kubeconfig))
        ask = state.runtime.web(authority, local.spec.gateway_address).status
    submitted = [(name, _submit(inside, name)) for name in RETAILERS]
    opened = [_open(inside, name, change, ask) for name, change in submitted]
    _say(state, opened, authority, state.runtime.clock.monotonic() - begun)
    if cluster == CURRENT:
        _say_where(state, opened[0].tenant.spec.hostnames[0])


def _install_into_current(state: State, settings: Path | None) -> Path:
    cache = CachePaths.from_environment(state.environment)
    kubeconfig, context = state.runtime.kubeconfig, state.runtime.context
    planned = installing.plan_for(kubeconfig, context, settings_for_cluster(settings, None), cache)
    installing.print_notes(state, planned)
    installing.run(state, kubeconfig, context, planned)
    authority = cache.root / "current-ca.crt"
    authority.write_text(planned.authority)
    return authority


def _submit(state: State, name: str) -> Submitted | None:
    """Ask for the retailer; None when it is there already."""
    changes = state.changes
    try:
        changes.living_tenant(name)
    except NotFoundError:
        manifest = read_tenant_file(EXAMPLES / f"{name}.yaml")
        catalogue = changes.catalogue()
        # The examples' hostnames are under the local node's domain; an installation may have another.
        hostnames = default_hostnames(name, catalogue) or manifest["spec"]["hostnames"]
        spec = {**manifest["spec"], "hostnames": hostnames}
        wanted = draft(name, changes.namespace, spec, catalogue)
        return changes.submit(proposals.create(wanted, catalogue), changes.request(reason="demo"))
    return None


def _open(state: State, name: str, submitted: Submitted | None, ask: Ask | None) -> Opened:
    """Wait until it is open, whether it is new or was there; raises ShopfleetError when it cannot be."""
    kube, tenant = state.runtime.kube, state.changes.living_tenant(name)
    opening = Opening(kube, state.runtime.clock, tenant, ask)
    state.err.print(Text(f"{name}", style="bold"))
    if submitted is not None:
        watch(state, of_change(kube, submitted, state.deadline()))
    elif (running := opening.procedure()) is not None:
        procedure, namespace = running.metadata.name, tenant.metadata.namespace
        watch(state, of_procedure(kube, procedure, namespace, state.deadline()))
    _await_page(state, opening)
    tenant = state.changes.tenant(name)
    return Opened(tenant, take_password(kube, tenant))


def _await_page(state: State, opening: Opening) -> None:
    begun = state.runtime.clock.monotonic()
    said = ""
    with state.err.status("asking for its page") as spinner:
        for note in opening.wait():
            passed = state.runtime.clock.monotonic() - begun
            spinner.update(Text(f"{note} ({passed:.0f} s)"))
            if note != said and not state.err.is_terminal:
                state.err.print(Text(f"… {note}"), soft_wrap=True)
            said = note


def _say(state: State, opened: list[Opened], authority: Path, seconds: float) -> None:
    out = state.out
    out.print(f"\nUp in {seconds:.0f} s. Two retailers:\n", soft_wrap=True)
    for each in opened:
        url = f"https://{each.tenant.spec.hostnames[0]}"
        out.print(Text.assemble("  ", (each.tenant.spec.display_name, "bold"), f"  {url}"), soft_wrap=True)
        if is_suspended(each.tenant):
            out.print(Text(f"    suspended; open it: shopfleet tenant resume {each.tenant.metadata.name}"))
        if each.login:
            out.print(Text(f"    user {each.login.username}, password {each.login.password} (shown once)"))
        else:
            out.print(Text(f"    a new password: shopfleet tenant password {each.tenant.metadata.name}"))
        _say_stores(state, each.tenant)
    host = opened[0].tenant.spec.hostnames[0]
    out.print(
        Text(
            f"\nTrust the certificates in your browser by importing {authority}, or check with curl:\n"
            f"  curl --cacert {authority} -I https://{host}/web/login\n\n"
            "Try next:\n"
            "  shopfleet tenant list\n"
            "  shopfleet tenant import northlight examples/northlight-data --dry-run\n"
            "  shopfleet tenant set-stores northlight -f examples/northlight.yaml --dry-run\n"
            "  shopfleet tenant clone northlight northlight-staging\n"
            "  shopfleet tenant set-plan atelier-rua medium\n"
            "  shopfleet tenant suspend atelier-rua\n"
            "  shopfleet audit\n"
            "  shopfleet doctor\n"
        ),
        soft_wrap=True,
    )


def _say_stores(state: State, tenant: Tenant) -> None:
    """How many there are, once they are what its spec says."""
    applied = tenant.status.applied
    if applied and applied.network and applied.network == digest(tenant.spec):
        stores = sum(store.kind is StoreKind.STORE for store in tenant.spec.stores)
        state.out.print(
            Text(f"    its {stores} stores are set up, with warehouses, tills and people"), soft_wrap=True
        )


def _say_where(state: State, host: str) -> None:
    """Names below localhost lead to the machine that asks, which here need not be a node."""
    state.out.print(
        Text(
            "From a machine that is no node of this cluster, add the address of a node or of the load balancer "
            f"(kubectl get gateway -A):\n  curl --resolve {host}:443:ADDRESS …"
        ),
        soft_wrap=True,
    )
