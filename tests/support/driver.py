"""The operator without threads and kopf: looks at what changed, in turn, until nothing is left to do."""

from collections.abc import Callable
from copy import deepcopy

from controller.adapters.cancellation import ProcessCancellation
from controller.core import limits
from controller.core.deadline import Deadline
from controller.errors import CancelledError, ConflictError, LostLeadershipError, ShopfleetError
from controller.factory import OperatorServices
from controller.operator.schedule import Key, Schedule
from controller.services.audit import Audit
from controller.services.outside import Again, Outside
from controller.services.procedures import ProcedureService
from controller.services.steps.registry import ACTIONS
from controller.services.tenants import BUSY_SECONDS, TenantService
from provisioning.procedure import Procedure
from provisioning.tenant import Tenant
from tests.support.fakes import FakeClock, FakeKube
from tests.support.simulation import Cluster

PASSES = 5000
"""A test that needs more than this does not come to rest."""


class Driver:
    """One life of the operator: a new one knows only what the cluster says."""

    def __init__(self, outside: Outside, kube: FakeKube, clock: FakeClock, cluster: Cluster) -> None:
        self._kube, self._clock, self._cluster = kube, clock, cluster
        self.services, self.cancellation = OperatorServices(outside), ProcessCancellation()
        self._schedule = Schedule()
        self._seen: dict[Key, str] = {}
        self._failures: dict[Key, int] = {}
        self.before_pass: Callable[[], None] = lambda: None

    @property
    def tenants(self) -> TenantService:
        """For a test that makes a single pass."""
        return TenantService(self.services.outside, self.services.looked_at_tenants)

    @property
    def procedures(self) -> ProcedureService:
        outside = self.services.outside
        return ProcedureService(outside, ACTIONS, Audit(outside.kube, self._clock, "operator"))

    def remember(self, other: "Driver") -> None:
        """What another one knows, between two of its passes."""
        self._schedule = deepcopy(other._schedule)
        self._seen, self._failures = dict(other._seen), dict(other._failures)

    def run(self, seconds: float = 24 * 3600) -> None:
        """Until everything is settled, or so much time has passed on the clock."""
        end = self._clock.monotonic() + seconds
        for _ in range(PASSES):
            self.before_pass()
            self._cluster.tick()
            self._notice()
            key = self._schedule.take(self._clock.monotonic())
            if key is not None:
                self._look_at(key)
                continue
            pause = self._schedule.next_at() - self._clock.monotonic()
            if self._settled(pause) or self._clock.monotonic() + pause > end:
                return
            self._clock.advance(pause)
        raise AssertionError("it does not come to rest")

    def _settled(self, pause: float) -> bool:
        return pause >= BUSY_SECONDS / 2 and not any(
            stored.manifest.get("status", {}).get("phase", "Queued") in ("Queued", "Running")
            for key, stored in self._kube._store.items()
            if key[1] == Procedure.KIND
        )

    def _notice(self) -> None:
        """What a watch would tell, as controller.operator.handlers turns it into keys."""
        now = self._clock.monotonic()
        for (_, kind, namespace, name), stored in self._kube._store.items():
            if kind not in (Tenant.KIND, Procedure.KIND):
                continue
            key, version = Key(kind, namespace or "", name), stored.manifest["metadata"]["resourceVersion"]
            if self._seen.get(key) == version:
                continue
            self._seen[key] = version
            self._schedule.add(key, now)
            if kind == Procedure.KIND:
                self._schedule.add(Key(Tenant.KIND, namespace or "", stored.manifest["spec"]["tenant"]), now)

    def _look_at(self, key: Key) -> None:
        again = self._pass(key)
        if again is not None:
            self._schedule.add(key, self._clock.monotonic() + again.seconds)
        self._schedule.give_back(key)

    def _pass(self, key: Key) -> Again | None:
        look = self.services.tenant if key.kind == Tenant.KIND else self.services.procedure
        try:
            again = look(key.namespace, key.name, Deadline.after(self._clock, limits.PASS, self.cancellation))
        except (LostLeadershipError, CancelledError):
            raise
        except ConflictError as error:
            return Again(0.2, error.message)
        except ShopfleetError as error:
            self._failures[key] = self._failures.get(key, 0) + 1
            return Again(min(2.0 ** self._failures[key], 120.0), error.message)
        self._failures.pop(key, None)
        return again
