"""Step `validate`: nothing is made or changed for a tenant that cannot be had as asked."""

from controller.core.validation import check, id_owner
from controller.services.steps.step import Done, Outcome, Refuse, Work
from provisioning.tenant import Tenant

# Connections that must be left for people and for the platform itself; below this a server counts as full.
SPARE_CONNECTIONS = 10


def validate(work: Work) -> Outcome:
    """Refuses with every problem at once: references, hostnames, limits, and a server without room."""
    tenant = work.tenant
    problems = check(tenant, work.resources.catalogue(tenant.metadata.namespace))
    if problems:
        return Refuse("; ".join(str(problem) for problem in problems))
    usage = work.postgres(tenant).usage()
    if usage.connections_limit - usage.connections_used < SPARE_CONNECTIONS:
        return Refuse(
            f"spec.databaseServer: {tenant.spec.database_server} is full "
            f"({usage.connections_used} of {usage.connections_limit} connections in use); "
            "choose another server or raise its max_connections"
        )
    return Done()


def confirm(work: Work) -> Outcome:
    """Refuses to remove a tenant that nobody deleted, or whose id, and with it all data, is another's."""
    tenant = work.declared
    if tenant.metadata.deletion_timestamp is None:
        return Refuse(
            f"tenant {tenant.metadata.name} is not being deleted; "
            f"run: shopfleet tenant delete {tenant.metadata.name}"
        )
    if id_owner(tenant, work.resources.all(Tenant)) is not None:
        return Refuse(
            f"spec.id: {tenant.spec.id} belongs to another tenant, whose data would be removed; nothing was ever "
            f"made for {tenant.metadata.name}, so take its finalizers away"
        )
    return Done()
