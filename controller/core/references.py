"""Which tenants have a plan, a release or a database server, or are about to. Pure."""

from collections.abc import Sequence

from provisioning.databaseserver import DatabaseServer
from provisioning.meta import Manifest, Resource
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant

SOME = 10
"""So many names are enough to ask somebody; a status that listed thousands would be written again with each."""

KINDS = (Plan, Release, DatabaseServer)


def usage(kind: type[Resource], name: str, tenants: Sequence[Tenant]) -> Manifest:  # type: ignore[type-arg]
    """The part of its status that says who has it: how many, and some of them as `namespace/name`."""
    users = sorted(
        f"{tenant.metadata.namespace}/{tenant.metadata.name}" for tenant in tenants if name in _named(kind, tenant)
    )
    return {"users": len(users), "usedBy": users[:SOME]}


def _named(kind: type[Resource], tenant: Tenant) -> set[str]:  # type: ignore[type-arg]
    """Those that the tenant has now and those that it is to have: during a change both are needed."""
    spec, applied = tenant.spec, tenant.status.applied
    if kind is Plan:
        return {spec.plan, *([applied.plan] if applied else [])}
    if kind is Release:
        return {spec.release, *([applied.release] if applied else [])}
    return {spec.database_server}
