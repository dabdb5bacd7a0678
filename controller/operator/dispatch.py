"""Sends each key to the service that knows its kind."""

from typing import Protocol

import structlog

from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Cancellation, Clock
from controller.operator.queue import Key
from controller.services.outside import Again
from provisioning.databaseserver import DatabaseServer
from provisioning.partner import Partner
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant

# No resources of ours, but looked at in the same way: the object store, and who has which plan, release, server.
OBJECT_STORE = Key("ObjectStore", "", "")
REFERENCES = Key("References", "", "")


class Services(Protocol):
    """What the operator needs of the factory."""

    def tenant(self, namespace: str, name: str, deadline: Deadline) -> Again | None: ...
    def procedure(self, namespace: str, name: str, deadline: Deadline) -> Again | None: ...
    def partner(self, name: str, deadline: Deadline) -> Again | None: ...
    def release(self, name: str, deadline: Deadline) -> Again | None: ...
    def database_server(self, name: str, deadline: Deadline) -> Again | None: ...
    def object_store(self, deadline: Deadline) -> Again | None: ...
    def references(self, deadline: Deadline) -> Again | None: ...


class Dispatch:
    """The queue's worker: each pass has a deadline of its own, and ends with the operator."""

    def __init__(self, services: Services, clock: Clock, cancellation: Cancellation) -> None:
        self._services = services
        self._clock = clock
        self._cancellation = cancellation

    def __call__(self, key: Key) -> Again | None:
        # Services bind more: tenant, procedure, request id. All of it stays until the next pass of this thread, so
        # that what the queue says of a pass that failed carries it too.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(kind=key.kind, namespace=key.namespace, name=key.name)
        deadline = Deadline.after(self._clock, limits.PASS, self._cancellation)
        match key.kind:
            case Tenant.KIND:
                return self._services.tenant(key.namespace, key.name, deadline)
            case Procedure.KIND:
                return self._services.procedure(key.namespace, key.name, deadline)
            case Partner.KIND:
                return self._services.partner(key.name, deadline)
            case Release.KIND:
                return self._services.release(key.name, deadline)
            case DatabaseServer.KIND:
                return self._services.database_server(key.name, deadline)
            case OBJECT_STORE.kind:
                return self._services.object_store(deadline)
            case REFERENCES.kind:
                return self._services.references(deadline)
        return None
