"""Whether there is room: with the partner, on a server that we can dump, and in a volume that never shrinks."""

import re

from controller.core.claims import claim, same
from controller.core.problem import Catalogue, Problem, listed
from provisioning.databaseserver import CLIENT_MAJOR, DatabaseServer
from provisioning.plan import quantity
from provisioning.tenant import Tenant


def storage_problems(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    """A volume that would become smaller."""
    applied = tenant.status.applied
    plan, old_plan = (
        catalogue.plans.get(tenant.spec.plan),
        catalogue.plans.get(applied.plan if applied else ""),
    )
    if applied is None or plan is None or old_plan is None:
        return []
    wanted = _larger(tenant.spec.storage, plan.spec.storage)
    present = _larger(applied.storage, old_plan.spec.storage)
    if quantity(wanted) >= quantity(present):
        return []
    return [
        Problem(
            "spec.plan" if tenant.spec.storage is None else "spec.storage",
            f"storage would shrink from {present} to {wanted}, and a volume cannot be made smaller",
            f"set spec.storage to {present} to keep it, or clone into a new tenant",
        )
    ]


def _larger(own: str | None, of_plan: str) -> str:
    """The size that the volume gets: a tenant may only add to its plan's."""
    return own if own is not None and quantity(own) > quantity(of_plan) else of_plan


def room_problems(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    """A partner or a server that takes no further tenant; those who are in stay."""
    if tenant.status.applied is not None:
        return []
    problems = []
    partner, server = catalogue.partner, catalogue.servers.get(tenant.spec.database_server)
    neighbours = [other for other in catalogue.tenants if _counts(other, tenant)]
    if partner is not None:
        own = sum(other.metadata.namespace == tenant.metadata.namespace for other in neighbours)
        if own >= partner.spec.max_tenants:
            problems.append(
                Problem(
                    "metadata.namespace",
                    f"{partner.metadata.name} has {own} tenants of {partner.spec.max_tenants} allowed",
                    "raise the partner's maxTenants or delete a tenant",
                )
            )
    if server is not None:
        on_server = sum(other.spec.database_server == server.metadata.name for other in neighbours)
        full = on_server >= server.spec.max_tenants
        if full or not server.spec.accepts_tenants:
            why = (
                f"is full ({on_server} of {server.spec.max_tenants} tenants)" if full else "accepts no new tenants"
            )
            others = {name: each for name, each in catalogue.servers.items() if name != server.metadata.name}
            problems.append(
                Problem(
                    "spec.databaseServer",
                    f"{server.metadata.name} {why}",
                    f"choose another of: {listed(others)}; or raise its maxTenants, or set its acceptsTenants",
                )
            )
        problems += client_problems(server, server.status.server_version)
    return problems


def client_problems(server: DatabaseServer, version: str | None) -> list[Problem]:
    """A server that our programs refuse to dump: its first golden template could not be kept.

    `version` as the server says it, such as 18.1; None while nobody knows.
    """
    major = re.match(r"[0-9]+", version or "")
    if server.spec.tools_image is not None or major is None or int(major[0]) <= CLIENT_MAJOR:
        return []
    return [
        Problem(
            "spec.databaseServer",
            f"{server.metadata.name} is PostgreSQL {version}, which the client programs in our image, of "
            f"{CLIENT_MAJOR}, cannot dump",
            f"name an image with those of {major[0]} in spec.toolsImage of DatabaseServer {server.metadata.name} "
            "(docs/external-postgresql.md says how to make one), or choose another server",
        )
    ]


def _counts(other: Tenant, tenant: Tenant) -> bool:
    """Of two new tenants and one free place, the older one gets it, whoever is looked at first."""
    return not same(other, tenant) and claim(other) < claim(tenant)
