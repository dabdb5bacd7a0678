"""Waiting for what a server does in its own time."""

import time
from collections.abc import Callable

from controller.errors import ShopfleetError

PATIENCE = 120.0
"""Seconds. Only what hangs takes so long; a busy machine may stand still for some of them."""


def eventually(holds: Callable[[], object], timeout: float = PATIENCE) -> None:
    """Return once `holds()` is true; the last failure or a plain AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            if holds():
                return
            failure: Exception = AssertionError(f"still not so after {timeout:.0f} s")
        except (AssertionError, ShopfleetError) as error:
            failure = error
        if time.monotonic() > deadline:
            raise failure
        time.sleep(0.1)
