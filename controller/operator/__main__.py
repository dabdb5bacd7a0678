"""Starts the operator: `python3 -m controller.operator`."""

import asyncio
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from queue import SimpleQueue

import kopf
import structlog
from prometheus_client import start_http_server

from controller.config import OperatorSettings
from controller.core import limits
from controller.factory import OperatorRuntime, operator_runtime
from controller.logs import configure
from controller.operator import handlers
from controller.operator.dispatch import OBJECT_STORE, Dispatch
from controller.operator.queue import WorkQueue

log = structlog.get_logger()

# How often a standby looks whether it leads now, and a leader whether it still does. The lease itself is renewed
# by its own thread, and every effect checks it again.
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class End:
    """Why this process ends, and its exit code."""

    reason: str
    code: int


ASKED = End("the operator ends", 0)
LOST = End("leadership is lost", 1)
BLIND = End("watching has ended", 1)

Ends = SimpleQueue[End]
"""Of which the first counts. Other than an Event it can be told from a signal handler, whatever is interrupted."""


def main() -> None:
    """Watch from the start, act only as the leader, and end when that is over or somebody asks for it."""
    settings = OperatorSettings()
    configure(settings.log_level.upper())
    ends: Ends = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ends.put(ASKED))
    runtime = operator_runtime(settings)
    dispatch = Dispatch(runtime.services, runtime.clock, runtime.cancellation)
    queue = WorkQueue(dispatch, runtime.clock, lambda: ends.put(LOST), settings.threads)
    start_http_server(settings.metrics_port)
    threading.Thread(target=_lead, args=(runtime, queue, ends), daemon=True).start()
    # kopf takes seconds to end, and in the main thread it would take the signals for itself. Elsewhere it only
    # warns that it does not.
    threading.Thread(target=_watch, args=(queue, ends, settings.health_port), daemon=True).start()
    end = ends.get()
    log.info("ending", reason=end.reason)
    _finish(runtime, queue, end)
    # Neither watches nor a request that hangs must keep this process alive.
    sys.stdout.flush()
    os._exit(end.code)


def _finish(runtime: OperatorRuntime, queue: WorkQueue, end: End) -> None:
    """Cut off what is under way, and let the next operator in once nothing is."""
    runtime.cancellation.cancel(end.reason)
    if queue.close(limits.DRAIN):
        runtime.leadership.stop()
    else:
        # Nobody must be let in early while a request of ours may still arrive; the lease runs out by itself.
        log.warning("a pass hangs in a request that cannot be cancelled; ending without it")


def _lead(runtime: OperatorRuntime, queue: WorkQueue, ends: Ends) -> None:
    """Start working once this process leads; one that stops leading ends, and starts afresh."""
    leadership, cancellation = runtime.leadership, runtime.cancellation
    leadership.start()
    while not leadership.held():
        time.sleep(LOOK_SECONDS)
        if cancellation.reason is not None:
            return
    log.info("this operator leads", generation=leadership.generation)
    queue.add(OBJECT_STORE)
    queue.start()
    while leadership.held():
        time.sleep(LOOK_SECONDS)
    if cancellation.reason is None:
        log.warning("leadership is lost; ending, so that nothing half-done goes on")
        ends.put(LOST)


def _watch(queue: WorkQueue, ends: Ends, health_port: int) -> None:
    try:
        asyncio.run(
            kopf.operator(
                registry=handlers.registry(queue),
                settings=handlers.settings(),
                clusterwide=True,
                standalone=True,
                liveness_endpoint=f"http://0.0.0.0:{health_port}/healthz",
            )
        )
    finally:
        ends.put(BLIND)


if __name__ == "__main__":
    main()
