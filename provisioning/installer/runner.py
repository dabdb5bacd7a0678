"""Runs stages: each as soon as what it needs is done, all others beside it, until every check holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from provisioning.installer.errors import InstallError, UnreachableError
from provisioning.installer.progress import Listener, Progress, State
from provisioning.installer.trouble import Trouble, find_trouble
from provisioning.meta import Manifest
from provisioning.platform.install import Stage
from provisioning.platform.inventory import Removal
from provisioning.platform.readiness import Check, Failed, Ready

T = TypeVar("T")

# Seconds. A check is one small read, and the stages that wait are few.
POLL = 0.5

PATIENCE = 45.0
"""Seconds that the same trouble may last: a first start often crashes once, until what it needs is there."""

OUTAGE = 30.0
"""Seconds without an answer from the API server; its restart takes about 7."""

WORTH_TELLING = 5.0
"""Seconds; every pod has trouble for a moment, until its volume is there, or its successor."""

LOG_LINES = 20


@dataclass(frozen=True)
class Clock:
    """Seconds that never go back, and waiting."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class ClusterApi(Protocol):
    """What running needs of a cluster; see installer.cluster."""

    def apply(self, manifest: Manifest) -> None: ...

    def remove(self, removal: Removal) -> None: ...

    def read(self, api_version: str, kind: str, name: str, namespace: str | None) -> Manifest | None: ...

    def pods(self, namespace: str, labels: Mapping[str, str]) -> list[Manifest]: ...

    def last_words(self, namespace: str, pod: str, container: str, lines: int) -> str: ...


class Runner:
    """One installation into one cluster."""

    def __init__(
        self, cluster: ClusterApi, listener: Listener, timeout: float, clock: Clock | None = None
    ) -> None:
        self._cluster = cluster
        self._listener = listener
        self._clock = clock or Clock()
        self._deadline = self._clock.now() + timeout
        self._telling = threading.Lock()
        self._stopped = threading.Event()

    def run(self, stages: Sequence[Stage]) -> None:
        """Bring all stages to their end.

        Raises InstallError of the first that fails; stages under way then stop at their next step.
        """
        todo = {stage.name: stage for stage in stages}
        done: set[str] = set()
        with ThreadPoolExecutor(max_workers=max(1, len(stages)), thread_name_prefix="install") as pool:
            running: dict[Future[None], str] = {}
            try:
                while todo or running:
                    for stage in [stage for stage in todo.values() if stage.needs <= done]:
                        running[pool.submit(self._stage, todo.pop(stage.name))] = stage.name
                    if not running:
                        raise InstallError(f"No stage can begin of: {', '.join(todo)}. Their needs form a circle.")
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        name = running.pop(future)
                        future.result()
                        done.add(name)
            finally:
                self._stopped.set()

    def _stage(self, stage: Stage) -> None:
        begun = self._clock.now()

        def tell(state: State, detail: str) -> None:
            with self._telling:
                self._listener(Progress(stage.name, state, detail, self._clock.now() - begun))

        try:
            tell(State.APPLYING, f"{len(stage.manifests)} objects")
            for removal in stage.removals:
                self._go_on(stage)
                self._patiently(stage, partial(self._cluster.remove, removal))
            for manifest in stage.manifests:
                self._go_on(stage)
                self._patiently(stage, partial(self._cluster.apply, manifest))
            for check in stage.checks:
                self._until_ready(stage, check, tell)
        except InstallError as error:
            tell(State.FAILED, str(error))
            raise
        tell(State.READY, "")

    def _until_ready(self, stage: Stage, check: Check, tell: Callable[[State, str], None]) -> None:
        told = ""
        since: tuple[Trouble, float] | None = None
        while True:
            self._go_on(stage, waiting_for=f"{check}: {told}" if told else str(check))
            manifest = self._patiently(
                stage,
                partial(self._cluster.read, check.api_version, check.kind, check.name, check.namespace),
            )
            verdict = check.verdict(manifest)
            if isinstance(verdict, Ready):
                return
            labels = check.pod_selector(manifest) if manifest else {}
            pods: list[Manifest] = []
            if labels and check.namespace:
                pods = self._patiently(stage, partial(self._cluster.pods, check.namespace, labels))
            trouble = find_trouble(pods)
            if isinstance(verdict, Failed):
                raise self._failure(stage, check, verdict.reason, trouble)
            since = _lasting(since, trouble, self._clock.now())
            lasting = self._clock.now() - since[1] if since else 0.0
            if trouble and lasting >= (WORTH_TELLING if trouble.hopeless else PATIENCE):
                raise self._failure(stage, check, verdict.reason, trouble)
            detail = f"{verdict.reason} ({trouble})" if lasting >= WORTH_TELLING else verdict.reason
            if detail != told:
                tell(State.WAITING, f"{check}: {detail}")
                told = detail
            self._clock.sleep(POLL)

    def _patiently(self, stage: Stage, call: Callable[[], T]) -> T:
        """Ask again while the API server is away for a moment: its own restart must not end an installation."""
        until = self._clock.now() + OUTAGE
        while True:
            try:
                return call()
            except UnreachableError:
                if self._clock.now() >= until:
                    raise
                self._go_on(stage)
                self._clock.sleep(POLL)

    def _failure(self, stage: Stage, check: Check, reason: str, trouble: Trouble | None) -> InstallError:
        message = f"Stage '{stage.name}' cannot finish: {check}: {reason}."
        if trouble is None:
            return InstallError(message)
        message += f" {trouble}"
        if trouble.has_log and check.namespace:
            words = self._cluster.last_words(check.namespace, trouble.pod, trouble.container, LOG_LINES)
            message += f"\nIts last lines:\n{words.rstrip()}" if words else ""
        return InstallError(message)

    def _go_on(self, stage: Stage, waiting_for: str = "") -> None:
        if self._stopped.is_set():
            raise InstallError(f"Stage '{stage.name}' was stopped because another one failed.")
        if self._clock.now() > self._deadline:
            reason = f" It waited for {waiting_for}." if waiting_for else ""
            raise InstallError(
                f"Stage '{stage.name}' was not done in time.{reason}",
                hint="Installing again goes on where this ended.",
            )


def _lasting(
    since: tuple[Trouble, float] | None, trouble: Trouble | None, now: float
) -> tuple[Trouble, float] | None:
    """Since when a pod has had this sort of trouble; its wording may change with every restart."""
    if trouble is None:
        return None
    if since and (since[0].pod, since[0].container, since[0].reason) == (
        trouble.pod,
        trouble.container,
        trouble.reason,
    ):
        return since
    return trouble, now
