"""A queue of things to look at: each at most once at a time, and never lost.

kopf calls handlers per event; we want per object. A key that arrives while its object is being worked on is
remembered and looked at once more, a failing one comes back later and later, and a settled one when it asked to.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

from controller.core.ports import Clock
from controller.errors import CancelledError, ConflictError, LostLeadershipError, ShopfleetError
from controller.operator.schedule import Key, Schedule
from controller.services.outside import Again

__all__ = ["Key", "WorkQueue", "Worker"]

log = structlog.get_logger()

FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 120.0
# Long enough for the other writer to finish, short enough that nobody notices.
CONFLICT_SECONDS = 0.2

Worker = Callable[[Key], Again | None]


class WorkQueue:
    """Hands keys to `worker` on a few threads until it is closed.

    `on_lost_leadership` is called once, when a worker finds out that this process may not act any more; no key
    is handed out after that.
    """

    def __init__(
        self, worker: Worker, clock: Clock, on_lost_leadership: Callable[[], None], threads: int = 8
    ) -> None:
        self._worker = worker
        self._clock = clock
        self._on_lost = on_lost_leadership
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reconcile")
        self._serving: list[Future[None]] = []
        # Guards everything below.
        self._changed = threading.Condition()
        self._schedule = Schedule()
        self._failures: dict[Key, int] = {}
        self._closed = False

    def start(self) -> None:
        for _ in range(self._threads):
            self._serving.append(self._pool.submit(self._serve))

    def add(self, key: Key, delay: float = 0.0) -> None:
        """Look at this object in so many seconds, or earlier when it is due earlier already."""
        with self._changed:
            self._schedule.add(key, self._clock.monotonic() + delay)
            self._changed.notify()

    def close(self, patience: float | None = None) -> bool:
        """Stop after the keys that are being worked on; False when some still are after `patience` seconds."""
        self._stop()
        self._pool.shutdown(wait=False)
        return not wait(self._serving, patience).not_done

    @property
    def depth(self) -> int:
        """Keys that are due now but not yet taken."""
        with self._changed:
            return self._schedule.depth(self._clock.monotonic())

    def _stop(self) -> bool:
        """True for the first caller."""
        with self._changed:
            first, self._closed = not self._closed, True
            self._changed.notify_all()
            return first

    def _serve(self) -> None:
        while (key := self._take()) is not None:
            again: Again | None = None
            try:
                again = self._work(key)
            finally:
                self._give_back(key, again)

    def _take(self) -> Key | None:
        with self._changed:
            while not self._closed:
                now = self._clock.monotonic()
                key = self._schedule.take(now)
                if key is not None:
                    return key
                pause = self._schedule.next_at() - now
                self._changed.wait(min(pause, threading.TIMEOUT_MAX))
            return None

    def _give_back(self, key: Key, again: Again | None) -> None:
        with self._changed:
            if again is not None:
                self._schedule.add(key, self._clock.monotonic() + again.seconds)
            self._schedule.give_back(key)
            self._changed.notify()

    def _work(self, key: Key) -> Again | None:
        try:
            again = self._worker(key)
        except LostLeadershipError as error:
            log.warning("leadership is lost", reason=error.message)
            if self._stop():
                self._on_lost()
            return None
        except CancelledError as error:
            log.info("pass is cut off", key=str(key), reason=error.message)
            return None
        except ConflictError as error:
            log.info("changed by somebody else, reading it again", key=str(key), reason=error.message)
            return Again(CONFLICT_SECONDS, error.message)
        except ShopfleetError as error:
            retry = self._after_failure(key, error.message)
            log.warning("pass failed", key=str(key), error=error.message, again_in=retry.seconds)
            return retry
        except Exception as error:
            # A defect in one tenant's pass must not end the passes of all others.
            retry = self._after_failure(key, type(error).__name__)
            log.exception("pass failed unexpectedly", key=str(key), again_in=retry.seconds)
            return retry
        with self._changed:
            self._failures.pop(key, None)
        return again

    def _after_failure(self, key: Key, reason: str) -> Again:
        with self._changed:
            failures = self._failures[key] = self._failures.get(key, 0) + 1
        # The exponent is capped, because a float overflows after a thousand failures.
        return Again(min(FIRST_RETRY_SECONDS * 2.0 ** min(failures - 1, 10), LONGEST_RETRY_SECONDS), reason)
