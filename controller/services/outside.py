"""Everything a service may touch, in one value that is built once by the factory."""

from collections.abc import Callable
from dataclasses import dataclass

from controller.core.ports import Clock, Effects, Kube, ObjectStore, Postgres, Web
from provisioning.databaseserver import DatabaseServer
from provisioning.settings import PlatformSettings


@dataclass(frozen=True)
class Outside:
    kube: Kube
    store: ObjectStore
    web: Web
    clock: Clock
    effects: Effects
    settings: PlatformSettings
    connect_server: Callable[[DatabaseServer], Postgres]
    """Opens the server that a DatabaseServer names; UnavailableError when it or its secret is missing."""


@dataclass(frozen=True)
class Again:
    """Look at this object once more after so many seconds, even if nothing about it changes."""

    seconds: float
    reason: str


BACKUP_BUCKET = "shopfleet-backups"
TEMPLATE_BUCKET = "shopfleet-templates"
