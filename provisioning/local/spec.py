"""What one local cluster is called, where it lives on the network, what it may lose."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from provisioning.local.errors import LocalError

POD_NETWORK = "10.244.0.0/16"
SERVICE_NETWORK = "10.96.0.0/16"
KUBERNETES_SERVICE_IP = "10.96.0.1"
DNS_IP = "10.96.0.10"
CLUSTER_DOMAIN = "cluster.local"
API_PORT = 6443

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_KNOWN_INDEXES = {"demo": 1, "test": 2}
_FIRST_HASHED, _LAST_HASHED = 3, 250


@dataclass(frozen=True)
class Forward:
    """A port of the machine's loopback that leads to the same port of the node."""

    port: int
    address: str = "127.0.0.1"


@dataclass(frozen=True)
class ClusterSpec:
    """One local cluster."""

    name: str
    index: int
    throwaway: bool
    """Its data may be lost with the machine: etcd does not wait for the disk."""
    forwards: tuple[Forward, ...] = ()

    @property
    def node_name(self) -> str:
        return f"shopfleet-{self.name}"

    @property
    def network_namespace(self) -> str:
        return f"shopfleet-{self.name}"

    @property
    def cgroup(self) -> str:
        """Below the root of every cgroup hierarchy."""
        return f"/shopfleet-{self.name}"

    @property
    def host_link(self) -> str:
        """Name of the machine's end of the cable; interface names have at most 15 characters."""
        return f"shopfleet{self.index}"

    @property
    def host_address(self) -> str:
        return f"10.213.{self.index}.1"

    @property
    def node_address(self) -> str:
        return f"10.213.{self.index}.2"

    @property
    def gateway_address(self) -> str:
        """Where this machine reaches the shops."""
        return self.forwards[0].address if self.forwards else self.node_address

    @property
    def api_url(self) -> str:
        return f"https://{self.node_address}:{API_PORT}"


def cluster_index(name: str) -> int:
    """The third number of a cluster's addresses, 1 to 250, the same on every machine."""
    if name in _KNOWN_INDEXES:
        return _KNOWN_INDEXES[name]
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
    return _FIRST_HASHED + digest % (_LAST_HASHED - _FIRST_HASHED + 1)


def cluster_spec(name: str) -> ClusterSpec:
    """The spec of a cluster by its name.

    Only `demo` keeps its data through a power cut and owns the machine's ports
    80 and 443; every other cluster is for tests.

    Raises:
        LocalError: the name is not usable in host and interface names.
    """
    if not _NAME.fullmatch(name):
        raise LocalError(
            f"'{name}' cannot name a cluster:",
            hint="use 1 to 20 lower-case letters, digits and dashes, starting with a letter.",
        )
    demo = name == "demo"
    return ClusterSpec(
        name=name,
        index=cluster_index(name),
        throwaway=not demo,
        forwards=(Forward(443), Forward(80)) if demo else (),
    )
