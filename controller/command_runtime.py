"""Wires adapters for one run of the command line; the operator's wiring is controller.factory.

Apart from it, because a command should be there at once and not first load clients of databases and buckets.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.kube_review import ClusterReview
from controller.core.ports import Clock, Kube, Review, Streams, Web
from provisioning.local.errors import LocalError
from provisioning.local.paths import ClusterPaths

if TYPE_CHECKING:
    from provisioning.local.cluster import LocalCluster

DEMO = "demo"
"""Name of the local cluster that commands talk to when nothing else is named."""


@dataclass(frozen=True)
class CommandRuntime:
    """What one run of the command line works with; nothing is opened before it is needed."""

    kubeconfig: Path | None
    context: str | None

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()

    @cached_property
    def _adapter(self) -> KubeAdapter:
        # A person acts for themselves, not as the one operator, so there is no lease to hold.
        return connect(self.kubeconfig or _demo_kubeconfig(), self.context, effects=Unfenced())

    @property
    def kube(self) -> Kube:
        """Raises UserError when the kubeconfig cannot be used."""
        return self._adapter

    @cached_property
    def review(self) -> Review:
        return ClusterReview(self._adapter.connection)

    @cached_property
    def streams(self) -> Streams:
        # Loading it takes a second, because the client's pod API brings every model of Kubernetes along.
        from controller.adapters.kube_streams import PodStreams  # noqa: PLC0415

        return PodStreams(self._adapter.connection, Unfenced())

    def web(self, authority: Path, gateway: str) -> Web:
        """Shops as a customer sees them who reaches the gateway at this address."""
        # Loading the HTTP client takes longer than most commands.
        from controller.adapters.web import Address, GatewayWeb  # noqa: PLC0415

        return GatewayWeb(authority, Address(gateway))

    def at(self, kubeconfig: Path) -> "CommandRuntime":
        """The same for another cluster."""
        return CommandRuntime(kubeconfig, None)

    def local(self, name: str) -> "LocalCluster":
        """The cluster of this name on this machine. Raises LocalError when it cannot name one."""
        # Most commands have nothing to do with this machine, and it is half of what there is to load.
        from provisioning.local.cluster import LocalCluster  # noqa: PLC0415

        return LocalCluster(name)

    def local_of_kubeconfig(self) -> "LocalCluster | None":
        """The local cluster that the kubeconfig is of; None for a cluster elsewhere.

        Where nothing names a cluster, it is the demo, whether it was ever brought up or not.
        """
        named = os.environ.get("KUBECONFIG")
        chosen = self.kubeconfig or (Path(named) if named else None)
        if chosen is None:
            return None if _has_own_kubeconfig() else self.local(DEMO)
        try:
            cluster = self.local(chosen.resolve().parent.name)
        except LocalError:
            return None
        return cluster if cluster.kubeconfig.resolve() == chosen.resolve() else None


def _has_own_kubeconfig() -> bool:
    """Whether kubectl's own places name a cluster."""
    return bool(os.environ.get("KUBECONFIG")) or Path("~/.kube/config").expanduser().exists()


def _demo_kubeconfig() -> Path | None:
    """The demo's, for whoever names no cluster and has none in kubectl's own places."""
    if _has_own_kubeconfig():
        return None
    demo = ClusterPaths.of(DEMO, os.environ).kubeconfig
    return demo if demo.exists() else None
