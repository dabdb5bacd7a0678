"""Guards and counts every change that an adapter makes outside (controller.core.ports.Effects)."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

UNFENCED_GENERATION = 0
"""Generation of those who act without a lease: the command line and tests. Fences let it pass."""


class Observer(Protocol):
    """Sees every effect; what it raises reaches the caller, so a test can stop the process at any effect."""

    def before(self, number: int, action: str, target: str) -> None: ...

    def after(self, number: int, action: str, target: str) -> None: ...


class Leadership(Protocol):
    """What a fenced process must hold (controller.adapters.lease)."""

    @property
    def generation(self) -> int: ...

    def check(self) -> None:
        """Raises LostLeadershipError when the lease is, or may soon be, somebody else's."""
        ...


class Unfenced:
    """Lets every effect pass: the command line acts for a person, not as the one operator."""

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self._observers = tuple(observers)
        self._lock = threading.Lock()
        self._count = 0

    @property
    def count(self) -> int:
        """Effects entered so far, those that failed included."""
        return self._count

    @property
    def generation(self) -> int:
        return UNFENCED_GENERATION

    def __call__(self, action: str, target: str) -> AbstractContextManager[None]:
        return self._enter(action, target)

    @contextmanager
    def _enter(self, action: str, target: str) -> Iterator[None]:
        self._permit()
        with self._lock:
            self._count += 1
            number = self._count
        for observer in self._observers:
            observer.before(number, action, target)
        yield
        for observer in self._observers:
            observer.after(number, action, target)

    def _permit(self) -> None:
        """Raise LostLeadershipError when no effect may happen any more."""


class Fenced(Unfenced):
    """Lets effects pass while this process surely leads."""

    def __init__(self, leadership: Leadership, observers: Sequence[Observer] = ()) -> None:
        super().__init__(observers)
        self._leadership = leadership

    @property
    def generation(self) -> int:
        return self._leadership.generation

    def _permit(self) -> None:
        self._leadership.check()
