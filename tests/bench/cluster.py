"""The cluster that is measured, its command line, and its gateway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubernetes.client import ApiClient
from kubernetes.config import new_client_from_config

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.kube_connection import Call
from controller.adapters.web import Address, GatewayWeb
from controller.core.ports import Ref
from controller.errors import ShopfleetError
from provisioning.meta import SYSTEM_NAMESPACE

REPOSITORY = Path(__file__).resolve().parents[2]


class NoClusterError(Exception):
    """A sentence saying why nothing can be measured, and what to do."""


@dataclass(frozen=True)
class Cluster:
    """`web` asks the gateway as a customer's browser does."""

    kubeconfig: Path
    kube: KubeAdapter
    web: GatewayWeb

    def command(self, *words: str) -> list[str]:
        """`shopfleet WORDS` with this cluster, for subprocess."""
        return [sys.executable, "-m", "controller.cli", "--kubeconfig", str(self.kubeconfig), *words]

    def run(self, *words: str, timeout: float = 900.0) -> str:
        """What the command printed. Raises RuntimeError with all that it said when it failed."""
        done = subprocess.run(
            self.command(*words), cwd=REPOSITORY, capture_output=True, text=True, timeout=timeout, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"shopfleet {' '.join(words)} exited {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def new_client(self) -> ApiClient:
        """For conversations with a container, which take over the client that they use."""
        return new_client_from_config(config_file=str(self.kubeconfig))

    def need(self, ref: Ref) -> dict[str, Any]:
        """Raises NoClusterError when it is absent."""
        found = self.kube.get(ref)
        if found is None:
            raise NoClusterError(
                f"{ref} does not exist: is this a cluster with Shopfleet, and its own PostgreSQL?"
            )
        return found

    def page(self, path: str) -> Iterator[str]:
        """Lines of a text page of the API server."""
        return self.kube.connection.lines(Call("get", "page", path, "GET", path))

    def cadvisor(self) -> list[str]:
        """What every kubelet says about its pods' control groups."""
        names = [node["metadata"]["name"] for node in self.kube.list("v1", "Node")]
        return [line for name in names for line in self.page(f"/api/v1/nodes/{name}/proxy/metrics/cadvisor")]


def find(candidates: Sequence[str]) -> Cluster:
    """The one that the environment names as for the end-to-end tests, else the first running local one.

    Raises NoClusterError.
    """
    facts = _from_environment() or next(filter(None, map(_local, candidates)), None)
    if facts is None:
        raise NoClusterError(
            f"There is no cluster to measure on: no local cluster ({', '.join(candidates)}) runs. "
            "Start one: make demo"
        )
    kubeconfig, gateway = Path(facts[0]), facts[1]
    kube = connect(kubeconfig, effects=Unfenced())
    try:
        platform = kube.get(Ref("v1", "ConfigMap", "platform-ca", SYSTEM_NAMESPACE))
    except ShopfleetError as error:
        raise NoClusterError(f"The cluster cannot be used: {error.message}") from error
    if platform is None:
        raise NoClusterError("Shopfleet is not installed in this cluster. Install it: shopfleet install")
    with tempfile.NamedTemporaryFile("w", suffix=".crt") as authority:
        authority.write(platform["data"]["ca.crt"])
        authority.flush()
        return Cluster(kubeconfig, kube, GatewayWeb(Path(authority.name), Address(gateway, _port())))


def _port() -> int:
    return int(os.environ.get("SHOPFLEET_E2E_PORT", "443"))


def _from_environment() -> tuple[str, str] | None:
    """Path of the kubeconfig and address of the gateway."""
    kubeconfig, gateway = (os.environ.get(f"SHOPFLEET_E2E_{name}") for name in ("KUBECONFIG", "GATEWAY"))
    if kubeconfig and not gateway:
        raise NoClusterError("SHOPFLEET_E2E_GATEWAY must be set together with SHOPFLEET_E2E_KUBECONFIG")
    return (kubeconfig, gateway) if kubeconfig and gateway else None


def _local(name: str) -> tuple[str, str] | None:
    words = [sys.executable, "-m", "controller.cli", "--output", "json", "local", "status", "--cluster", name]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    try:
        facts = json.loads(done.stdout)
    except ValueError:
        return None
    return (facts["kubeconfig"], facts["nodeAddress"]) if facts.get("running") else None
