"""What all commands share: the global options, the world, and where to print."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import typer
from rich.console import Console

from controller.core.deadline import Deadline
from controller.core.ports import Clock, Kube, Review, Streams, Web
from controller.services.changes import Changes
from controller.services.tenant_queries import Queries

if TYPE_CHECKING:
    from provisioning.local.cluster import LocalCluster

WIDTH_WITHOUT_TERMINAL = 240
"""Columns when the output is a pipe or a file, where cutting a line off would lose it."""


class Output(StrEnum):
    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


class Runtime(Protocol):
    """What the factory gives to commands; tests give fakes."""

    @property
    def clock(self) -> Clock: ...
    @property
    def kube(self) -> Kube: ...
    @property
    def review(self) -> Review: ...
    @property
    def streams(self) -> Streams: ...
    @property
    def kubeconfig(self) -> Path | None: ...
    @property
    def context(self) -> str | None: ...
    def at(self, kubeconfig: Path) -> "Runtime": ...
    def web(self, authority: Path, gateway: str) -> Web: ...
    def local(self, name: str) -> "LocalCluster": ...
    def local_of_kubeconfig(self) -> "LocalCluster | None": ...


@dataclass
class State:
    """One run of the command line."""

    runtime: Runtime
    partner: str
    output: Output
    verbose: bool
    out: Console = field(default_factory=lambda: _console(stderr=False))
    """Results."""
    err: Console = field(default_factory=lambda: _console(stderr=True))
    """Everything said on the way: progress, questions, errors."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def cores(self) -> int:
        return os.cpu_count() or 1

    def deadline(self, timeout: float | None = None) -> Deadline:
        """So many seconds from now; without, until Ctrl-C."""
        return Deadline(self.runtime.clock) if timeout is None else Deadline.after(self.runtime.clock, timeout)

    @property
    def changes(self) -> Changes:
        return Changes(self.runtime.kube, self.runtime.clock, self.partner)

    def queries(self, *, all_partners: bool = False) -> Queries:
        partner = None if all_partners else self.partner
        return Queries(self.runtime.kube, self.runtime.clock.now(), partner)


def state_of(context: typer.Context) -> State:
    """The state that the root command made."""
    return cast("State", context.find_root().obj)


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console
