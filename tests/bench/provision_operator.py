"""`provision.operator`: what an idle tenant costs the operator and the API server."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from controller.core.ports import Ref
from controller.services.tenants import RESYNC_SECONDS
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform.scraping import OPERATOR
from tests.bench.cluster import Cluster
from tests.bench.measure import samples, slope
from tests.bench.report import Benchmarks, Row

NAME = "provision.operator"
# Seconds. Every tenant is looked at once per period, so a window of one period sees each of them once.
WINDOW = RESYNC_SECONDS
# Seconds after the last change, until its events have passed.
SETTLE = 20.0
# A second half of tenants that costs so much more than the first half is growth, not noise.
GROWTH_GOAL = 1.5
# Calls a minute, and CPU seconds a minute, below which a difference between windows says nothing: the operator
# also looks after everything else in the cluster.
NOISE = {"calls": 6.0, "cpu": 0.3}
UNITS = {"calls": "calls/min", "cpu": "CPU seconds/min"}
NOTE = f"""
The operator's process while nothing happens, with no tenant of the benchmark, half of them and all, over
{WINDOW:.0f} s each, which is the period in which it looks at every tenant once. CPU is from the pod's control
group. API calls are all requests of the operator's service account, as the API server counts them in a flow schema
of its own: watches and lease renewals included. `ours` of `{NAME}.calls` and `{NAME}.cpu` is the slope, which is
the cost of one idle tenant a minute; `{NAME}.calls.0` and so on are what was measured with so many tenants.
"""
SCHEMA = Ref("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "bench-operator")


@dataclass(frozen=True)
class Counters:
    """CPU seconds and API calls so far, each with the time in seconds at which it was read."""

    cpu: float
    cpu_at: float
    calls: float
    calls_at: float


@dataclass(frozen=True)
class Window:
    """What happened a minute while there were so many idle tenants."""

    tenants: int
    cpu: float
    calls: float


class OperatorWatch:
    """While it is open, the API server counts the operator's calls apart from everybody else's."""

    def __init__(self, cluster: Cluster, window: float = WINDOW) -> None:
        self._cluster = cluster
        self._window = window
        self._begun: Counters | None = None
        self.windows: list[Window] = []

    def __enter__(self) -> OperatorWatch:
        self._cluster.kube.apply(_flow_schema())
        return self

    def __exit__(self, *_: object) -> None:
        self._cluster.kube.delete(SCHEMA)

    def begin(self) -> None:
        time.sleep(SETTLE)
        self._begun = self._read()

    def end(self, tenants: int) -> None:
        """Waits until the window has passed since `begin`."""
        before = self._begun
        if before is None:
            raise ValueError("begin comes first")
        time.sleep(max(before.calls_at + self._window - time.time(), 0.0))
        after = self._read()
        self.windows.append(
            Window(
                tenants,
                cpu=60 * (after.cpu - before.cpu) / (after.cpu_at - before.cpu_at),
                calls=60 * (after.calls - before.calls) / (after.calls_at - before.calls_at),
            )
        )
        print(f"   {self.windows[-1]}", flush=True)

    def _read(self) -> Counters:
        dispatched = samples(self._cluster.page("/metrics"), "apiserver_flowcontrol_dispatched_requests_total")
        calls = sum(one.value for one in dispatched if one.labels["flow_schema"] == SCHEMA.name)
        calls_at = time.time()
        used = [
            one
            for one in samples(self._cluster.cadvisor(), "container_cpu_usage_seconds_total")
            if one.labels.get("namespace") == SYSTEM_NAMESPACE
            and one.labels.get("pod", "").startswith(f"{OPERATOR}-")
            and not one.labels.get("container")
        ]
        if len(used) != 1:
            raise RuntimeError(f"{len(used)} operators run; one is needed whose CPU can be told")
        return Counters(used[0].value, used[0].at or time.time(), calls, calls_at)


def rows(benchmarks: Benchmarks, windows: Sequence[Window]) -> list[Row]:
    found = []
    for kind, unit in UNITS.items():
        points = [(float(window.tenants), float(getattr(window, kind))) for window in windows]
        found.append(
            benchmarks.row(
                f"{NAME}.{kind}", unit, slope(points), goal="grows no faster than the tenants",
                met=grows_no_faster(points, NOISE[kind]),
            )
        )  # fmt: skip
        found += [benchmarks.row(f"{NAME}.{kind}.{count:.0f}", unit, value) for count, value in points]
    return found


def grows_no_faster(points: Sequence[tuple[float, float]], noise: float) -> bool:
    """Whether the last tenants cost about what the first ones cost; `points` by rising number of tenants."""
    (x0, y0), (x1, y1), (x2, y2) = points[0], points[len(points) // 2], points[-1]
    expected = (y1 - y0) / (x1 - x0) * (x2 - x1)
    return y2 - y1 <= GROWTH_GOAL * max(expected, 0.0) + noise


def _flow_schema() -> Manifest:
    everything = {"verbs": ["*"]}
    account = {"kind": "ServiceAccount", "serviceAccount": {"name": OPERATOR, "namespace": SYSTEM_NAMESPACE}}
    return {
        "apiVersion": SCHEMA.api_version,
        "kind": SCHEMA.kind,
        "metadata": {"name": SCHEMA.name},
        "spec": {
            # Before all others, with the priority that service accounts have anyway.
            "matchingPrecedence": 50,
            "priorityLevelConfiguration": {"name": "workload-low"},
            "distinguisherMethod": {"type": "ByUser"},
            "rules": [
                {
                    "subjects": [account],
                    "nonResourceRules": [{**everything, "nonResourceURLs": ["*"]}],
                    "resourceRules": [
                        {
                            **everything,
                            "apiGroups": ["*"],
                            "resources": ["*"],
                            "namespaces": ["*"],
                            "clusterScope": True,
                        }
                    ],
                }
            ],
        },
    }
