"""Tenants that exist for the benchmarks, made one after another by the command line, and how long each took."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning.meta import API_VERSION
from provisioning.names import partner_namespace
from provisioning.partner import DEFAULT_PARTNER
from provisioning.tenant import Tenant
from tests.bench.cluster import REPOSITORY, Cluster
from tests.bench.measure import seconds_between

PREFIX = "bench-"
PARTNER = partner_namespace(DEFAULT_PARTNER)
PLAN, COUNTRY, LANGUAGES, CURRENCY = "small", "PT", ("pt_PT", "en_US"), "EUR"
PAGE = "/web/login"
# Seconds between two questions to the gateway, and until a creation counts as failed.
LOOK = 0.1
PATIENCE = 900


@dataclass(frozen=True)
class Creation:
    """Seconds: `total` from the command's start to the first 200, `steps` by name as the procedure recorded them,
    among them `command`: from the command's start to the beginning of the first step."""

    total: float
    steps: Mapping[str, float]


class Shops:
    """`made` grows by `grow`; `remove` takes all away, also those that an interrupted run left."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.made: list[Tenant] = []
        self.creations: list[Creation] = []

    def grow(self, count: int, before_each: Callable[[], None] | None = None) -> None:
        """Until there are `count`; `before_each` runs something to compare with, at the same time of the day."""
        while len(self.made) < count:
            if before_each is not None:
                before_each()
            tenant, creation = self.create(f"{PREFIX}{len(self.made):02d}")
            self.made.append(tenant)
            self.creations.append(creation)
            print(f"   {tenant.metadata.name}: {creation.total:.1f} s", flush=True)

    def create(self, name: str) -> tuple[Tenant, Creation]:
        """One tenant. Raises RuntimeError with what the command said when it failed."""
        words = ["--plan", PLAN, "--country", COUNTRY, "--currency", CURRENCY, "--reason", "benchmark"]
        words += [word for language in LANGUAGES for word in ("--language", language)]
        hostname = f"{name}.shops.localhost"
        command = self._cluster.command(
            "--output", "json", "tenant", "create", name, "--hostname", hostname, *words
        )
        begun, wall = time.monotonic(), datetime.now(UTC)
        process = subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        served = self._first_page(hostname, process, begun)
        output, complaint = process.communicate(timeout=PATIENCE)
        if process.returncode != 0 or served is None:
            raise RuntimeError(f"tenant create {name} exited {process.returncode}: {complaint}")
        procedure = self._cluster.need(Ref(API_VERSION, "Procedure", json.loads(output)["procedure"], PARTNER))
        tenant = Tenant.parse(self._cluster.need(Ref(API_VERSION, "Tenant", name, PARTNER)))
        return tenant, Creation(served - begun, _steps(procedure, wall))

    def remove(self) -> None:
        """All tenants of benchmarks with their data and their procedures, and wait until they are gone."""
        mine = self._tenants()
        for name in mine:
            self._cluster.run("tenant", "delete", name, "--confirm", name, "--purge", "--no-wait")
        deadline = time.monotonic() + PATIENCE
        while self._tenants():
            if time.monotonic() > deadline:
                raise RuntimeError(f"still there after {PATIENCE} s: {', '.join(self._tenants())}")
            time.sleep(1.0)
        self.made, self.creations = [], []
        kube = self._cluster.kube
        for found in kube.list(API_VERSION, "Procedure", PARTNER):
            if str(found["spec"].get("tenant", "")).startswith(PREFIX):
                kube.delete(Ref(API_VERSION, "Procedure", found["metadata"]["name"], PARTNER))

    def _tenants(self) -> list[str]:
        found = self._cluster.kube.list(API_VERSION, "Tenant", PARTNER)
        return [one["metadata"]["name"] for one in found if one["metadata"]["name"].startswith(PREFIX)]

    def _first_page(self, hostname: str, process: subprocess.Popen[str], begun: float) -> float | None:
        """When the gateway first answered 200; None when the command failed before."""
        while time.monotonic() - begun < PATIENCE:
            try:
                if self._cluster.web.status(hostname, PAGE) == 200:
                    return time.monotonic()
            except ShopfleetError:
                # The gateway does not know the host yet.
                pass
            if process.poll() not in (None, 0):
                return None
            time.sleep(LOOK)
        process.terminate()
        return None


def _steps(procedure: Mapping[str, Any], begun: datetime) -> dict[str, float]:
    steps = procedure["status"]["steps"]
    first = datetime.fromisoformat(steps[0]["startedAt"])
    took = {step["name"]: seconds_between(step["startedAt"], step["finishedAt"]) for step in steps}
    return {"command": (first - begun).total_seconds(), **took}
