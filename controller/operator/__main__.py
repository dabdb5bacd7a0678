"""Starts the operator: `python3 -m controller.operator`."""

import asyncio
import os
import threading

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


def main() -> None:
    """Watch from the start, act only as the leader, and end when the leadership is lost or the pod is to end."""
    settings = OperatorSettings()
    configure(settings.log_level.upper())
    runtime = operator_runtime(settings)
    ending = threading.Event()
    dispatch = Dispatch(runtime.services, runtime.clock, runtime.cancellation)
    queue = WorkQueue(dispatch, runtime.clock, ending.set, settings.threads)
    start_http_server(settings.metrics_port)
    threading.Thread(target=_lead, args=(runtime, queue, ending), daemon=True).start()
    asyncio.run(_watch(queue, ending, settings.health_port))
    lost = ending.is_set()
    ending.set()
    runtime.cancellation.cancel("leadership is lost" if lost else "the operator ends")
    idle = queue.close(limits.DRAIN)
    if idle:
        runtime.leadership.stop()
    else:
        # Another operator must not be let in early while a request of ours is under way; the lease runs out.
        log.warning("a pass hangs in a request that cannot be cancelled; ending without it")
    if lost or not idle:
        # Threads that hang in a call of the old leadership must not keep this process alive.
        os._exit(1 if lost else 0)


def _lead(runtime: OperatorRuntime, queue: WorkQueue, ending: threading.Event) -> None:
    """Start working once this process leads; one that stops leading ends, and starts afresh."""
    leadership = runtime.leadership
    leadership.start()
    while not leadership.held():
        if ending.wait(LOOK_SECONDS):
            return
    log.info("this operator leads", generation=leadership.generation)
    queue.add(OBJECT_STORE)
    queue.start()
    while leadership.held():
        if ending.wait(LOOK_SECONDS):
            return
    log.warning("leadership is lost; ending, so that nothing half-done goes on")
    ending.set()


async def _watch(queue: WorkQueue, ending: threading.Event, health_port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def forward() -> None:
        ending.wait()
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=forward, daemon=True).start()
    await kopf.operator(
        registry=handlers.registry(queue),
        settings=handlers.settings(),
        clusterwide=True,
        standalone=True,
        liveness_endpoint=f"http://0.0.0.0:{health_port}/healthz",
        stop_flag=stop,
    )


if __name__ == "__main__":
    main()
