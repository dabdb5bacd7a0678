"""A small operator for tests of fencing: leads, then counts in a ConfigMap until it no longer leads.

Usage: operator_process.py KUBECONFIG NAMESPACE IDENTITY. Prints one line per thing that happens to it. After
SIGUSR1 it stops between its next look at the lease and the request, where nothing in the process helps any more.
"""

import os
import signal
import sys
import time
from pathlib import Path

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Fenced, Unfenced
from controller.adapters.kube import connect
from controller.adapters.lease import Election, Timing
from controller.errors import LostLeadershipError
from provisioning.names import OPERATOR_LEASE


class StopOnce:
    """An observer that stops the process, as the kernel would at any moment, when it was asked to."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGUSR1, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def before(self, number: int, action: str, target: str) -> None:
        if self._asked:
            self._asked = False
            print("stopping", flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)

    def after(self, number: int, action: str, target: str) -> None:
        """What is done is done."""


def main(kubeconfig: Path, namespace: str, identity: str) -> None:
    election = Election(
        connect(kubeconfig, effects=Unfenced(), read_timeout=15),
        SystemClock(),
        namespace=namespace,
        name=OPERATOR_LEASE,
        identity=identity,
        # Long, so that a leader on a busy machine stays one until it is stopped.
        timing=Timing(duration=24, every=0.5, margin=3),
    )
    election.start()
    election.wait()
    print("leading", election.generation, flush=True)
    kube = connect(kubeconfig, effects=Fenced(election, [StopOnce()]))
    count = 0
    try:
        while True:
            count += 1
            kube.apply(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": f"written-by-{identity}", "namespace": namespace},
                    "data": {"count": str(count)},
                }
            )
            time.sleep(0.02)
    except LostLeadershipError as error:
        print("lost", error.message, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
