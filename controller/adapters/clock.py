"""The system's clock."""

import time
from datetime import UTC, datetime

from controller.core.deadline import Deadline


class SystemClock:
    """Implements controller.core.ports.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        # Not time.monotonic(): on Linux that stands still while the machine is suspended, and a laptop
        # waking up with a lease of yesterday must know at once that it expired. Both clocks run on while
        # the process alone is stopped. A frozen virtual machine may stop even this one; PostgreSQL's own
        # fence and the resource versions of the API server catch what is left.
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))


UNLIMITED = Deadline(SystemClock())
"""For whoever hands an adapter no deadline: each request has its usual limits, and nobody cancels it."""
