"""The cancellation of everything that this process does, as when its pod is to end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from controller.errors import CancelledError

AGAIN_SECONDS = 0.2
"""Between two interruptions of the same wait: the first one may have come between two statements, where a server
finds nothing to cancel."""


class _Wait:
    """One wait, and how it is interrupted."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._lock = threading.Lock()
        self._over = False

    def insist(self) -> None:
        """Interrupt until it is over."""
        while True:
            with self._lock:
                if self._over:
                    return
                self._interrupt()
            time.sleep(AGAIN_SECONDS)

    def end(self) -> None:
        """Nothing interrupts it after this, so that what is waited for can be closed."""
        with self._lock:
            self._over = True


class ProcessCancellation:
    """Implements controller.core.ports.Cancellation; once cancelled, it stays so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: str | None = None
        self._waits: set[_Wait] = set()

    @property
    def reason(self) -> str | None:
        return self._reason

    def cancel(self, reason: str) -> None:
        """From now on nothing more is begun, and what can be interrupted is. The first reason stays."""
        with self._lock:
            if self._reason is not None:
                return
            self._reason = reason
            waits = list(self._waits)
        for wait in waits:
            # A thread each: a server that does not answer must not hold up the others.
            threading.Thread(target=wait.insist, name="cancel", daemon=True).start()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        wait = _Wait(interrupt)
        with self._lock:
            if self._reason is not None:
                raise CancelledError(self._reason)
            self._waits.add(wait)
        try:
            yield
        finally:
            wait.end()
            with self._lock:
                self._waits.discard(wait)
