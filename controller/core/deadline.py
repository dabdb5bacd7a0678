"""How long something may take, and whether it is still wanted: one value that the shell makes and hands down.

The shell (a pass of the operator, a command) makes a `Deadline` of its clock and its cancellation. Services hand
it on, at most with less time; adapters turn what is left into the time limits of their requests.
"""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from controller.core.ports import Cancellation, Clock
from controller.errors import CancelledError, DeadlineError

LOOK_SECONDS = 0.5
"""Between two looks at the cancellation while waiting: a person who stops something notices no delay."""


class _Never:
    """Implements Cancellation for those whom nobody cancels."""

    reason = None

    def interrupting(self, interrupt: Callable[[], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


NEVER: Cancellation = _Never()


@dataclass(frozen=True)
class Deadline:
    """By when to be done, and the cancellation that may come first; without `ends` there is no hurry."""

    clock: Clock
    cancellation: Cancellation = NEVER
    ends: float = math.inf
    """Seconds of the clock's monotonic time."""

    @classmethod
    def after(cls, clock: Clock, seconds: float, cancellation: Cancellation = NEVER) -> "Deadline":
        return cls(clock, cancellation).sooner(seconds)

    def sooner(self, seconds: float) -> "Deadline":
        """The same, but so many seconds from now at the latest."""
        return replace(self, ends=min(self.ends, self.clock.monotonic() + seconds))

    def parting(self, seconds: float) -> "Deadline":
        """For writing down how far it came: at least so many seconds, and only those once it is cancelled."""
        now = self.clock.monotonic()
        ends = now if self.cancellation.reason is not None else self.ends
        return Deadline(self.clock, NEVER, max(ends, now + seconds))

    def remaining(self) -> float:
        """Seconds that are left: zero when none are, infinity without an end."""
        return max(0.0, self.ends - self.clock.monotonic())

    def check(self) -> None:
        """Raises CancelledError when it is not wanted any more, DeadlineError when no time is left."""
        reason = self.cancellation.reason
        if reason is not None:
            raise CancelledError(reason)
        if self.remaining() <= 0:
            raise DeadlineError("the time given for it is used up")

    def limit(self, usual: float) -> float:
        """Seconds that one request may take: the usual ones, or what is left. Raises as `check`."""
        self.check()
        return min(usual, self.remaining())

    def wait(self, seconds: float) -> None:
        """Let time pass. Raises as `check`, before it is over when it has to be."""
        until, look = self.sooner(seconds), math.inf if self.cancellation is NEVER else LOOK_SECONDS
        self.check()
        while (left := until.remaining()) > 0:
            self.clock.sleep(min(left, look))
            self.check()
