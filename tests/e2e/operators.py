"""The operator's pods on the real cluster: which leads, and ways for it to die or freeze."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from controller.core.ports import Ref
from provisioning.meta import LABEL_NAME, SYSTEM_NAMESPACE, Manifest
from provisioning.names import OPERATOR_LEASE
from provisioning.platform.scraping import OPERATOR
from tests.e2e.conftest import Fleet
from tests.support.eventually import eventually
from tests.support.node_processes import container_status, main_of

DEPLOYMENT = Ref("apps/v1", "Deployment", OPERATOR, SYSTEM_NAMESPACE)
CONTAINER = "operator"


def pods(fleet: Fleet) -> list[Manifest]:
    """Those that are not going away."""
    found = fleet.kube.list("v1", "Pod", SYSTEM_NAMESPACE, {LABEL_NAME: OPERATOR})
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def generation(fleet: Fleet) -> int:
    """Number of the present leadership."""
    return int(_lease(fleet)["leaseTransitions"])


def leader(fleet: Fleet) -> Manifest | None:
    """The pod that the lease names, None while that one is gone."""
    # A process adds its own random end to its pod's name.
    holder = _lease(fleet).get("holderIdentity", "").rpartition("-")[0]
    return next((pod for pod in pods(fleet) if pod["metadata"]["name"] == holder), None)


def kill(fleet: Fleet) -> None:
    """SIGKILL the only one, so that it can neither finish anything nor let go of its lease."""
    pod, process = _only_one(fleet)
    os.kill(process, signal.SIGKILL)
    if container_status(pod, CONTAINER)["restartCount"]:
        # The kubelet would wait 10 s, then 20 s. A new pod starts at once, and a dead process hears no SIGTERM.
        fleet.kube.delete(Ref("v1", "Pod", pod["metadata"]["name"], SYSTEM_NAMESPACE))


@contextmanager
def frozen(pod: Manifest) -> Iterator[None]:
    """Stop it, and let it go on at the end whatever happens."""
    process = main_of(pod, CONTAINER)
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def exit_code(fleet: Fleet, pod: Manifest) -> int | None:
    """Of the process that ran in this pod when `pod` was read; None while it runs."""
    now = fleet.kube.get(Ref("v1", "Pod", pod["metadata"]["name"], SYSTEM_NAMESPACE))
    assert now is not None, "the pod is gone"
    process, status = container_status(pod, CONTAINER)["containerID"], container_status(now, CONTAINER)
    # The next one may not be there yet: the kubelet waits before it starts one again and again.
    ended = [status[when].get("terminated", {}) for when in ("state", "lastState")]
    return next((int(each["exitCode"]) for each in ended if each.get("containerID") == process), None)


def _only_one(fleet: Fleet) -> tuple[Manifest, int]:
    """Its pod and its process on this machine; the kubelet may be late to say which container runs."""
    found: list[tuple[Manifest, int]] = []

    def is_found() -> bool:
        with suppress(LookupError):
            (pod,) = pods(fleet)
            found.append((pod, main_of(pod, CONTAINER)))
        return bool(found)

    eventually(is_found)
    return found[0]


def _lease(fleet: Fleet) -> Manifest:
    found = fleet.kube.get(Ref("coordination.k8s.io/v1", "Lease", OPERATOR_LEASE, SYSTEM_NAMESPACE))
    assert found is not None
    spec: Manifest = found["spec"]
    return spec
