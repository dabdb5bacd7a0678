"""When each key is due: at most once at a time, and never lost. Pure: time is a number that is passed in."""

import heapq
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Key:
    """One object to look at."""

    kind: str
    namespace: str
    name: str


class Schedule:
    """Keys by the time they are due, in seconds of a monotonic clock.

    A key that is taken stays out until it is given back; added meanwhile, it is due again right after.
    """

    def __init__(self) -> None:
        # The heap may hold old entries of a key that was moved to an earlier time; `_due` says which one counts.
        self._due: dict[Key, float] = {}
        self._heap: list[tuple[float, Key]] = []
        self._taken: set[Key] = set()

    def add(self, key: Key, when: float) -> None:
        """Due at this time, or earlier when it is due earlier already."""
        if self._due.get(key, float("inf")) <= when:
            return
        self._due[key] = when
        if key not in self._taken:
            heapq.heappush(self._heap, (when, key))

    def take(self, now: float) -> Key | None:
        """The key that has been due longest, None when nothing is due."""
        if self.next_at() > now:
            return None
        _, key = heapq.heappop(self._heap)
        del self._due[key]
        self._taken.add(key)
        return key

    def give_back(self, key: Key) -> None:
        """It is not being looked at any more."""
        self._taken.discard(key)
        if key in self._due:
            heapq.heappush(self._heap, (self._due[key], key))

    def next_at(self) -> float:
        """When the next key is due; infinity when none will be."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else float("inf")

    def depth(self, now: float) -> int:
        """Keys that are due and wait to be taken."""
        return sum(when <= now for key, when in self._due.items() if key not in self._taken)
