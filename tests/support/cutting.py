"""What every adapter, and every fake, owes to whoever hands it a deadline."""

from collections.abc import Callable

import pytest

from controller.adapters.cancellation import ProcessCancellation
from controller.adapters.clock import SystemClock
from controller.core.deadline import Deadline
from controller.errors import CancelledError, DeadlineError

ENDS = "the operator ends"


def ample() -> Deadline:
    return Deadline.after(SystemClock(), 60)


def cancelled() -> Deadline:
    cancellation = ProcessCancellation()
    cancellation.cancel(ENDS)
    return Deadline.after(SystemClock(), 60, cancellation)


def refused(call: Callable[[Deadline], object]) -> None:
    """The call is not made when it is cancelled, nor when no time is left; and one can tell which it was."""
    with pytest.raises(CancelledError, match=ENDS):
        call(cancelled())
    with pytest.raises(DeadlineError, match="used up"):
        call(Deadline.after(SystemClock(), 0))
