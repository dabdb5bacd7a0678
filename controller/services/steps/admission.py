"""Step `validate`: nothing is made or changed for a tenant that cannot be had as asked."""

from controller.core.validation import check
from controller.services.steps.step import Done, Outcome, Refuse, Work

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
