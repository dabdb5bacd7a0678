"""Whether the tenants of a benchmark fit: one that waits for room would be measured as a slow one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provisioning.meta import Manifest
from provisioning.objects.resources import CRON, prefork, web_pod
from provisioning.plan import PlanSpec, quantity
from tests.bench.cluster import NoClusterError

# Phases in which a pod's requests hold nothing any more.
ENDED = ("Succeeded", "Failed")


def check_room(nodes: Sequence[Manifest], pods: Iterable[Manifest], plan: PlanSpec, tenants: int) -> None:
    """Raises NoClusterError saying how much CPU is missing."""
    # One more web container: the pods that are compared with run one after another.
    needed = tenants * (web_pod(plan) + CRON).cpu_request + prefork(plan).cpu_request
    free = round(1000 * (sum(quantity(node["status"]["allocatable"]["cpu"]) for node in nodes) - _requested(pods)))
    if free < needed:
        raise NoClusterError(
            f"{tenants} tenants need {needed}m CPU, and {free}m of the cluster's is not requested yet. Suspend "
            "others, measure fewer (--tenants), or use a cluster of its own: shopfleet local up --cluster bench, "
            "then: make bench CLUSTER=bench"
        )


def _requested(pods: Iterable[Manifest]) -> float:
    """Cores."""
    return sum(
        quantity(container.get("resources", {}).get("requests", {}).get("cpu", "0"))
        for pod in pods
        if pod.get("status", {}).get("phase") not in ENDED
        for container in pod["spec"]["containers"]
    )
