"""One run: the benchmarks share their tenants, so that each has as many as it needs and none is made twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from controller.core.ports import Ref
from provisioning.meta import API_VERSION
from provisioning.plan import PlanSpec
from provisioning.release import ReleaseSpec
from tests.bench import measure, provision_create, provision_memory, provision_operator
from tests.bench.cluster import Cluster
from tests.bench.provision_create import Others
from tests.bench.provision_operator import OperatorWatch
from tests.bench.report import Benchmarks, Row
from tests.bench.room import check_room
from tests.bench.scratch import Scratch
from tests.bench.shops import PLAN, Shops

MEMORY_TENANTS = 5
RELEASE = "14.0"


@dataclass(frozen=True)
class Wish:
    """What is to be measured: names of benchmarks, tenants at most, seconds of each idle window."""

    benchmarks: Collection[str]
    tenants: int
    window: float

    def has(self, name: str) -> bool:
        return name in self.benchmarks


class Session:
    """`run` hands each benchmark's rows to `keep` as soon as they are complete, so that a later failure costs only
    what was to come. Whatever it made in the cluster is gone at its end.
    """

    def __init__(self, cluster: Cluster, wish: Wish, keep: Callable[[str, Sequence[Row]], None]) -> None:
        self._cluster = cluster
        self._wish = wish
        self._keep = keep
        self._few = min(MEMORY_TENANTS, wish.tenants // 2)
        needs_all = wish.has(provision_create.NAME) or wish.has(provision_operator.NAME)
        self._most = wish.tenants if needs_all else self._few
        # Other work on the machine makes everything slower, ours most of all: it has the most processes.
        machine = f"{measure.machine()}, load {measure.load():.0f} before the run"
        self._benchmarks = Benchmarks(machine=machine, date=datetime.now(UTC).date().isoformat())
        self._shops = Shops(cluster)
        self._watch: OperatorWatch | None = None
        self._others: Others | None = None

    def run(self) -> None:
        """Raises NoClusterError when the cluster cannot take it."""
        release = ReleaseSpec.model_validate(self._spec("Release", RELEASE))
        plan = PlanSpec.model_validate(self._spec("Plan", PLAN))
        with ExitStack() as stack:
            self._shops.remove()
            stack.callback(self._shops.remove)
            kube = self._cluster.kube
            check_room(kube.list("v1", "Node"), kube.list("v1", "Pod"), plan, self._most)
            _say("making sure that the golden template is there")
            provision_create.ensure_template(self._cluster, self._shops, release)
            if self._wish.has(provision_operator.NAME):
                self._watch = stack.enter_context(OperatorWatch(self._cluster, self._wish.window))
            if self._wish.has(provision_create.NAME):
                self._others = Others(stack.enter_context(Scratch(self._cluster, release)), release, plan)
                self._others.sweep()
                stack.callback(self._others.sweep)
            self._without_tenants()
            self._with_few()
            self._with_all()
            _say("cleaning up")

    def _without_tenants(self) -> None:
        # Installing keeps the machine busy, but not the operator: both can be measured at once.
        if self._watch:
            _say("the operator without tenants")
            self._watch.begin()
        if self._others:
            _say("installing Odoo's modules the usual ways")
            self._others.measure_installations()
        if self._watch:
            self._watch.end(0)

    def _with_few(self) -> None:
        self._grow(self._few)
        if self._watch:
            _say(f"the operator with {self._few} idle tenants")
            self._watch.begin()
            self._watch.end(self._few)
        if self._wish.has(provision_memory.NAME):
            measured = provision_memory.measure(self._cluster, self._shops.made)
            self._keep(provision_memory.NAME, provision_memory.rows(self._benchmarks, measured))

    def _with_all(self) -> None:
        self._grow(self._most)
        if self._others:
            rows = provision_create.rows(self._benchmarks, self._shops.creations, self._others)
            self._keep(provision_create.NAME, rows)
        if self._watch:
            _say(f"the operator with {self._most} idle tenants")
            self._watch.begin()
            self._watch.end(self._most)
            self._keep(provision_operator.NAME, provision_operator.rows(self._benchmarks, self._watch.windows))

    def _grow(self, count: int) -> None:
        _say(f"creating tenants up to {count}")
        self._shops.grow(count, self._others.measure_floor if self._others else None)

    def _spec(self, kind: str, name: str) -> dict[str, object]:
        return dict(self._cluster.need(Ref(API_VERSION, kind, name))["spec"])


def _say(text: str) -> None:
    print(f"── {datetime.now(UTC):%H:%M:%S} {text}; load {measure.load():.1f}", flush=True)
