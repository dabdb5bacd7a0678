"""Waiting for what a server does in its own time."""

import time
from collections.abc import Callable

from controller.errors import ShopfleetError


def eventually(holds: Callable[[], object], timeout: float = 30.0) -> None:
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
