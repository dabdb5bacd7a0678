"""A small operator for tests of fencing: leads, then counts in a ConfigMap until it no longer leads.

Usage: operator_process.py KUBECONFIG NAMESPACE IDENTITY. Prints one line per thing that happens to it.
"""

import sys
import time
from pathlib import Path

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Fenced, Unfenced
from controller.adapters.kube import connect
from controller.adapters.lease import Election, Timing
from controller.errors import LostLeadershipError


def main(kubeconfig: Path, namespace: str, identity: str) -> None:
    election = Election(
        connect(kubeconfig, effects=Unfenced(), read_timeout=2),
        SystemClock(),
        namespace=namespace,
        name="operator",
        identity=identity,
        timing=Timing(duration=4, every=0.5, margin=1.5),
    )
    election.start()
    election.wait()
    print("leading", election.generation, flush=True)
    kube = connect(kubeconfig, effects=Fenced(election))
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
        print("lost", type(error).__name__, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
