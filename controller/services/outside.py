"""Everything a service may touch, in one value that is built once by the factory."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from controller.core.deadline import Deadline
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
    open_server: Callable[[DatabaseServer, Deadline], Postgres]
    deadline: Deadline
    """That of all the above, but for the clock and the effects."""

    def within(self, deadline: Deadline) -> "Outside":
        """The same for work that has to end by then."""
        return replace(
            self,
            kube=self.kube.within(deadline),
            store=self.store.within(deadline),
            web=self.web.within(deadline),
            deadline=deadline,
        )

    def connect_server(self, server: DatabaseServer) -> Postgres:
        """The server that a DatabaseServer names. Raises UnavailableError when it or its secret is missing."""
        return self.open_server(server, self.deadline)


@dataclass(frozen=True)
class Again:
    """Look at this object once more after so many seconds, even if nothing about it changes."""

    seconds: float
    reason: str


class Looked:
    """When each thing was last looked at, and in which generation, for looks that are not part of every pass.

    Only spares work: a new operator looks at once.
    """

    def __init__(self) -> None:
        self._looked: dict[str, tuple[int, float]] = {}

    def age(self, key: str, generation: int, now: float) -> float:
        """Seconds since the last look at this generation; infinity when there was none."""
        last = self._looked.get(key)
        return now - last[1] if last is not None and last[0] == generation else math.inf

    def note(self, key: str, generation: int, now: float) -> None:
        """`now` in seconds of the monotonic clock."""
        self._looked[key] = (generation, now)


BACKUP_BUCKET = "shopfleet-backups"
TEMPLATE_BUCKET = "shopfleet-templates"
