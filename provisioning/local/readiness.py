"""Waits for an answer, and says what went wrong when it does not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from provisioning.local.apiclient import Answer
from provisioning.local.commands import log_tail
from provisioning.local.errors import LocalError

POLL_INTERVAL_S = 0.2


def wait_for(
    question: Callable[[], Answer],
    *,
    alive: Callable[[], bool],
    timeout_s: float,
    log: Path,
    death_log: Path,
) -> None:
    """Ask until the answer is yes.

    Raises:
        LocalError: it is still no after `timeout_s` (with the end of `log`), or
            the processes are gone (with the end of `death_log`).
    """
    deadline = time.monotonic() + timeout_s
    while not (answer := question()).ready:
        if not alive():
            raise LocalError(f"Ended while starting. Log: {death_log}", hint=log_tail(death_log))
        if time.monotonic() > deadline:
            raise LocalError(f"Not up after {timeout_s:.0f} s: {answer.reason}. Log: {log}", hint=log_tail(log))
        time.sleep(POLL_INTERVAL_S)
