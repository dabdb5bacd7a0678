"""Sends each key to the service that knows its kind."""

from typing import Protocol

import structlog

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

    def tenant(self, namespace: str, name: str) -> Again | None: ...
    def procedure(self, namespace: str, name: str) -> Again | None: ...
    def partner(self, name: str) -> Again | None: ...
    def release(self, name: str) -> Again | None: ...
    def database_server(self, name: str) -> Again | None: ...
    def object_store(self) -> Again | None: ...
    def references(self) -> Again | None: ...


class Dispatch:
    """The queue's worker."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, key: Key) -> Again | None:
        # Services bind more: tenant, procedure, request id. All of it stays until the next pass of this thread, so
        # that what the queue says of a pass that failed carries it too.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(kind=key.kind, namespace=key.namespace, name=key.name)
        match key.kind:
            case Tenant.KIND:
                return self._services.tenant(key.namespace, key.name)
            case Procedure.KIND:
                return self._services.procedure(key.namespace, key.name)
            case Partner.KIND:
                return self._services.partner(key.name)
            case Release.KIND:
                return self._services.release(key.name)
            case DatabaseServer.KIND:
                return self._services.database_server(key.name)
            case OBJECT_STORE.kind:
                return self._services.object_store()
            case REFERENCES.kind:
                return self._services.references()
        return None
