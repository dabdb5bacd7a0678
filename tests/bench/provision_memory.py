"""`provision.memory`: what one more idle tenant takes of the cluster's memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from kubernetes.client import CoreV1Api
from kubernetes.stream import stream

from provisioning.tenant import Tenant
from tests.bench.cluster import Cluster
from tests.bench.measure import samples
from tests.bench.report import Benchmarks, Row

NAME = "provision.memory"
MEBIBYTE = 2**20
SCRIPT = Path(__file__).parent / "inside" / "memory.py"
NOTE = """
The pods of an idle tenant (plan `small`: one web pod with two workers and the push process, one cron pod), up to a
few minutes after its first page; medians over the tenants.

- `provision.memory.tenant`: the pods' control groups without page cache (usage minus cache): what only this tenant
  keeps from others. A control group counts a page once however many of its processes share it.
- `provision.memory.working_set`: what the kubelet evicts by: with the page cache that is in active use.
- `provision.memory.pss` and `.rss`: sums over all processes of the containers. PSS divides a shared page among
  those that share it, also across pods of one image; RSS counts it in full for each, and so counts what forked
  workers have in common several times.
"""


def measure(cluster: Cluster, tenants: Sequence[Tenant]) -> dict[str, float]:
    """Medians per tenant in MiB, by the names of the rows."""
    namespaces = [tenant.names.namespace for tenant in tenants]
    page = samples(
        cluster.cadvisor(),
        "container_memory_usage_bytes", "container_memory_cache", "container_memory_working_set_bytes",
    )  # fmt: skip

    def total(name: str, namespace: str) -> float:
        # The pod's own control group holds those of its containers.
        return sum(
            one.value
            for one in page
            if one.name == name and one.labels.get("namespace") == namespace and _is_pod(one.labels)
        )

    usage = [
        total("container_memory_usage_bytes", one) - total("container_memory_cache", one) for one in namespaces
    ]
    working = [total("container_memory_working_set_bytes", one) for one in namespaces]
    processes = [_processes(cluster, one) for one in namespaces]
    return {
        "tenant": median(usage) / MEBIBYTE,
        "working_set": median(working) / MEBIBYTE,
        "pss": median(one["Pss"] for one in processes) / MEBIBYTE,
        "rss": median(one["Rss"] for one in processes) / MEBIBYTE,
    }


def rows(benchmarks: Benchmarks, measured: dict[str, float]) -> list[Row]:
    return [benchmarks.row(f"{NAME}.{name}", "MiB", value) for name, value in measured.items()]


def _is_pod(labels: dict[str, str]) -> bool:
    return bool(labels.get("pod")) and not labels.get("container") and not labels.get("name")


def _processes(cluster: Cluster, namespace: str) -> dict[str, int]:
    """RSS and PSS of all processes of all containers, in bytes."""
    found = {"Rss": 0, "Pss": 0}
    for pod in cluster.kube.list("v1", "Pod", namespace):
        if pod["status"].get("phase") != "Running":
            continue
        for container in pod["spec"]["containers"]:
            for kind, value in _inside(cluster, namespace, pod["metadata"]["name"], container["name"]).items():
                found[kind] += value
    return found


def _inside(cluster: Cluster, namespace: str, pod: str, container: str) -> dict[str, int]:
    answer = stream(
        # A client of its own: the stream replaces its way of sending requests.
        CoreV1Api(cluster.new_client()).connect_get_namespaced_pod_exec,
        pod, namespace, container=container, command=["python3", "-c", SCRIPT.read_text()],
        stdout=True, stderr=False, _preload_content=False,
    )  # fmt: skip
    answer.run_forever(timeout=30)
    return dict(json.loads(answer.read_stdout()))
