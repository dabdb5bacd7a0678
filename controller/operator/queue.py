"""A queue of things to look at: each at most once at a time, and never lost.

kopf calls handlers per event; we want per object. A key that arrives while its object is being worked on is
remembered and looked at once more, a failing one comes back later and later, and a settled one when it asked to.
"""

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog

from controller.core.ports import Clock
from controller.errors import ConflictError, LostLeadershipError, ShopfleetError
from controller.services.outside import Again

log = structlog.get_logger()

FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 120.0


@dataclass(frozen=True, order=True)
class Key:
    """One object to look at."""

    kind: str
    namespace: str
    name: str


Worker = Callable[[Key], Again | None]


class WorkQueue:
    """Hands keys to `worker` on a few threads until it is closed.

    `on_lost_leadership` is called once when a worker finds out that this process may not act any more.
    """

    def __init__(
        self, worker: Worker, clock: Clock, on_lost_leadership: Callable[[], None], threads: int = 8
    ) -> None:
        self._worker = worker
        self._clock = clock
        self._on_lost = on_lost_leadership
        self._changed = threading.Condition()
        self._due: dict[Key, float] = {}
        self._heap: list[tuple[float, Key]] = []
        self._busy: set[Key] = set()
        self._failures: dict[Key, int] = {}
        self._closed = False
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reconcile")
        self._threads = threads

    def start(self) -> None:
        for _ in range(self._threads):
            self._pool.submit(self._serve)

    def add(self, key: Key, delay: float = 0.0) -> None:
        """Look at this object in so many seconds, or earlier when it is due earlier already."""
        when = self._clock.monotonic() + delay
        with self._changed:
            if key in self._due and self._due[key] <= when:
                return
            self._due[key] = when
            heapq.heappush(self._heap, (when, key))
            self._changed.notify()

    def close(self) -> None:
        """Stop after the keys that are being worked on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._pool.shutdown(wait=True)

    @property
    def depth(self) -> int:
        """Keys that are due now but not yet taken."""
        now = self._clock.monotonic()
        with self._changed:
            return sum(when <= now for when in self._due.values())

    def _serve(self) -> None:
        while (key := self._take()) is not None:
            self._work(key)

    def _take(self) -> Key | None:
        with self._changed:
            while not self._closed:
                pause = self._pause()
                if pause is not None and pause <= 0:
                    when, key = heapq.heappop(self._heap)
                    if self._due.get(key) != when:
                        continue  # It was moved to an earlier time; this is the old entry.
                    if key in self._busy:
                        # One more look right after the present one.
                        self._due[key] = when + 0.05
                        heapq.heappush(self._heap, (when + 0.05, key))
                        self._changed.wait(0.05)
                        continue
                    del self._due[key]
                    self._busy.add(key)
                    return key
                self._changed.wait(pause)
            return None

    def _pause(self) -> float | None:
        return None if not self._heap else self._heap[0][0] - self._clock.monotonic()

    def _work(self, key: Key) -> None:
        again: Again | None = None
        try:
            again = self._worker(key)
            self._failures.pop(key, None)
        except LostLeadershipError as error:
            log.warning("leadership is lost", reason=error.message)
            self._on_lost()
        except ConflictError as error:
            log.info("changed by somebody else, reading it again", key=str(key), reason=error.message)
            again = Again(0.2, error.message)
        except ShopfleetError as error:
            again = self._after_failure(key, error.message)
            log.warning("pass failed", key=str(key), error=error.message, again_in=again.seconds)
        except Exception as error:
            # A defect in one tenant's pass must not end the passes of all others.
            again = self._after_failure(key, str(error))
            log.exception("pass failed unexpectedly", key=str(key), again_in=again.seconds)
        finally:
            with self._changed:
                self._busy.discard(key)
                self._changed.notify()
        if again is not None:
            self.add(key, again.seconds)

    def _after_failure(self, key: Key, reason: str) -> Again:
        failures = self._failures.get(key, 0) + 1
        self._failures[key] = failures
        return Again(min(FIRST_RETRY_SECONDS * 2.0 ** (failures - 1), LONGEST_RETRY_SECONDS), reason)
