"""Starts the operator: `python3 -m controller.operator`."""

import asyncio
import threading

import kopf
import structlog
from prometheus_client import start_http_server

from controller.config import OperatorSettings
from controller.factory import operator_runtime
from controller.logs import configure
from controller.operator import handlers
from controller.operator.dispatch import Dispatch
from controller.operator.queue import WorkQueue

log = structlog.get_logger()


def main() -> None:
    """Watch from the start, act only as the leader, and end when the leadership is lost."""
    settings = OperatorSettings()
    configure(settings.log_level)
    runtime = operator_runtime(settings)
    stop = threading.Event()
    queue = WorkQueue(Dispatch(runtime.services), runtime.clock, stop.set, settings.threads)
    start_http_server(settings.metrics_port)
    leading = threading.Thread(target=_lead, args=(runtime.leadership, queue, stop), daemon=True)
    leading.start()
    asyncio.run(_watch(queue, stop, settings.health_port))
    queue.close()
    runtime.leadership.stop()


def _lead(leadership, queue: WorkQueue, stop: threading.Event) -> None:  # type: ignore[no-untyped-def]
    """Start working once this process is the leader; a process that stops leading ends, and starts afresh."""
    leadership.start()
    leadership.wait_until_held()
    log.info("this operator leads", generation=leadership.generation)
    queue.start()
    leadership.wait_until_lost()
    log.warning("leadership is lost; ending, so that nothing half-done goes on")
    stop.set()


async def _watch(queue: WorkQueue, stop: threading.Event, health_port: int) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=lambda: (stop.wait(), loop.call_soon_threadsafe(stopping.set)), daemon=True).start()
    await kopf.operator(
        registry=handlers.registry(queue),
        settings=handlers.settings(),
        clusterwide=True,
        standalone=True,
        liveness_endpoint=f"http://0.0.0.0:{health_port}/healthz",
        stop_flag=stopping,
    )


if __name__ == "__main__":
    main()
