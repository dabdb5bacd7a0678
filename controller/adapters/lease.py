"""Which operator leads: election by a Lease of coordination.k8s.io.

Own code, not the official client's election: that one judges by wall clock, gives a leader no way to learn
that its time is up between two renewals, and does not count leaderships.

Nobody's clock is compared with anybody else's. A leader holds itself expired `margin` seconds before the end
of the lease, counted from before it asked for the last renewal; a challenger waits for the whole lease from
when it saw the last renewal, which is later. Each process leads at most once: after losing the lease it must
end, because work that it began under the old leadership may still be under way in it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import structlog

from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Clock, Kube, Ref
from controller.errors import ConflictError, LostLeadershipError, ShopfleetError
from provisioning.meta import Manifest

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Generations are seconds since then at least, so that they grow even when the Lease was deleted or etcd was
restored from a backup; leaseTransitions has 32 bits, which end in 2094."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Timing:
    """Seconds. A dead leader is replaced after `duration` + `every`; a slow API server may be silent for
    `duration` - `margin` before the leader gives up. The margin is for what was begun at the last moment."""

    duration: int = 15
    every: float = 3.0
    margin: float = 5.0


class State(StrEnum):
    WAITING = "waiting"
    LEADING = "leading"
    LOST = "lost"
    RELEASED = "released"


class Election:
    """One candidate; implements controller.adapters.effects.Leadership."""

    def __init__(
        self,
        kube: Kube,
        clock: Clock,
        *,
        namespace: str,
        name: str,
        identity: str,
        timing: Timing | None = None,
        on_lost: Callable[[], None] | None = None,
    ) -> None:
        """`kube` must be unfenced. `identity` is unique to this process, a new one for each start.

        `on_lost` is called once, from the renewing thread, when this process led and does so no more.
        """
        self._kube = kube
        self._clock = clock
        self._ref = Ref("coordination.k8s.io/v1", "Lease", name, namespace)
        self._identity = identity
        self._timing = timing or Timing()
        self._on_lost = on_lost
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._state = State.WAITING
        self._generation = 0
        self._valid_until = 0.0
        # The newest renewal by somebody else, and when we first saw it.
        self._seen: tuple[str, float] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    @property
    def state(self) -> State:
        return self._state

    @property
    def generation(self) -> int:
        """Number of this process's leadership; 0 before it led."""
        return self._generation

    def check(self) -> None:
        """Raises LostLeadershipError unless this process leads, and will for another `margin` seconds."""
        with self._lock:
            if self._state is State.LEADING and self._clock.monotonic() >= self._valid_until:
                self._become(State.LOST)
            if self._state is not State.LEADING:
                raise LostLeadershipError(
                    f"This operator ({self._identity}) does not hold {self._ref} ({self._state}).",
                    hint="Another operator acts instead; this one ends and starts anew.",
                )

    def held(self) -> bool:
        try:
            self.check()
        except LostLeadershipError:
            return False
        return True

    def start(self) -> None:
        """Apply for the lease, and keep it once held, in a thread of its own."""
        self._thread.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until this process leads; False when it does not after `timeout` seconds, or never will."""
        with self._changed:
            self._changed.wait_for(lambda: self._state is not State.WAITING, timeout)
            return self._state is State.LEADING

    def stop(self) -> None:
        """Stop acting, and let go of the lease so that another need not wait for its end."""
        with self._lock:
            leading = self._state is State.LEADING
            self._become(State.RELEASED)
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(limits.PARTING)
        if leading:
            self._release()

    def step(self) -> None:
        """Apply for the lease or renew it, once. Errors of the API server are logged: the next step comes."""
        try:
            if self._state is State.WAITING:
                self._apply()
            elif self._state is State.LEADING:
                self._renew()
        except ConflictError:
            # Somebody wrote at the same moment; the next step reads what.
            log.info("lease contended", lease=str(self._ref))
        except ShopfleetError as error:
            log.warning("lease not reached", lease=str(self._ref), error=error.message)

    def _run(self) -> None:
        while self._state in {State.WAITING, State.LEADING}:
            self.step()
            self.held()
            self._stop.wait(self._timing.every)
        if self._state is State.LOST and self._on_lost is not None:
            self._on_lost()

    def _apply(self) -> None:
        asked, kube = self._clock.monotonic(), self._within()
        lease = kube.get(self._ref)
        if lease is None:
            generation = self._next_generation(0)
            metadata = {"name": self._ref.name, "namespace": self._ref.namespace}
            kind = {"apiVersion": self._ref.api_version, "kind": self._ref.kind}
            kube.create({**kind, "metadata": metadata, "spec": self._spec(generation)})
            self._lead(generation, asked)
        elif self._is_free(lease, asked):
            generation = self._next_generation(lease.get("spec", {}).get("leaseTransitions") or 0)
            self._write(kube, lease, self._spec(generation))
            self._lead(generation, asked)

    def _renew(self) -> None:
        asked, kube = self._clock.monotonic(), self._within()
        if not self.held():
            return
        lease = kube.get(self._ref)
        spec = (lease or {}).get("spec", {})
        if lease is None or self._key(spec) != (self._identity, self._generation):
            with self._lock:
                self._become(State.LOST)
            return
        self._write(kube, lease, {"renewTime": self._now()})
        with self._lock:
            self._valid_until = asked + self._timing.duration - self._timing.margin

    def _is_free(self, lease: Manifest, now: float) -> bool:
        """Released, or not renewed for its whole duration while we watched."""
        spec = lease.get("spec", {})
        if not spec.get("holderIdentity"):
            return True
        version = lease["metadata"]["resourceVersion"]
        if self._seen is None or self._seen[0] != version:
            # Seen just now by our clock, which we read before asking: count from after the answer.
            self._seen = (version, self._clock.monotonic())
            return False
        return now - self._seen[1] >= float(spec.get("leaseDurationSeconds") or self._timing.duration)

    def _lead(self, generation: int, asked: float) -> None:
        with self._lock:
            if self._state is not State.WAITING:
                return
            self._generation = generation
            self._valid_until = asked + self._timing.duration - self._timing.margin
            self._become(State.LEADING)

    def _become(self, state: State) -> None:
        if self._state in {State.LOST, State.RELEASED}:
            return
        log.info("leadership", state=state, identity=self._identity, generation=self._generation)
        self._state = state
        self._changed.notify_all()

    def _release(self) -> None:
        try:
            kube = self._kube.within(Deadline.after(self._clock, limits.PARTING))
            lease = kube.get(self._ref)
            if lease and self._key(lease.get("spec", {})) == (self._identity, self._generation):
                self._write(kube, lease, {"holderIdentity": "", "renewTime": self._now()})
        except ShopfleetError as error:
            log.warning("lease not released; it runs out by itself", lease=str(self._ref), error=error.message)

    def _within(self) -> Kube:
        """For one step: what comes after the lease's whole duration is of no use."""
        return self._kube.within(Deadline.after(self._clock, self._timing.duration))

    def _write(self, kube: Kube, lease: Manifest, spec: Manifest) -> None:
        """Raises ConflictError when the lease changed since it was read."""
        version = lease["metadata"]["resourceVersion"]
        kube.patch(self._ref, {"metadata": {"resourceVersion": version}, "spec": spec})

    def _spec(self, generation: int) -> Manifest:
        now = self._now()
        return {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": self._timing.duration,
            "acquireTime": now,
            "renewTime": now,
            "leaseTransitions": generation,
        }

    def _next_generation(self, previous: int) -> int:
        return max(previous + 1, int((self._clock.now() - EPOCH).total_seconds()))

    def _now(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    @staticmethod
    def _key(spec: Manifest) -> tuple[str | None, int]:
        return spec.get("holderIdentity"), spec.get("leaseTransitions") or 0
