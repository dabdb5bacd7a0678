"""An API server and its database as ordinary processes: no root, no kubelet, no namespaces.

For tests of what talks to Kubernetes but needs no running pod.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from provisioning.local import pki
from provisioning.local.apiclient import ApiClient
from provisioning.local.apiserver import apiserver_flags
from provisioning.local.errors import LocalError
from provisioning.local.kubeconfig import kubeconfig
from provisioning.local.ports import free_port
from provisioning.local.privatefile import write_private
from provisioning.local.readiness import wait_for
from provisioning.local.spec import KUBERNETES_SERVICE_IP

LOOPBACK = "127.0.0.1"
START_TIMEOUT_S = 180.0
"""About 3 s on an idle machine; many times that on a busy one."""
STOP_TIMEOUT_S = 10.0

CONTROLLERS = (
    "namespace-controller",
    "garbage-collector-controller",
    "serviceaccount-controller",
    "clusterrole-aggregation-controller",
    "persistentvolume-binder-controller",
    "persistentvolume-protection-controller",
    "persistentvolumeclaim-protection-controller",
)
"""Without these a deleted namespace stays for ever, owned objects outlive their owner, roles that are put together
from others stay empty, and claims are neither bound nor let go."""


class _ApiServer:
    """The process, which can be ended and started again on the same data."""

    def __init__(self, argv: Sequence[str], url: str, certificates: Path, folder: Path) -> None:
        self._argv, self._url, self._certificates, self._folder = argv, url, certificates, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._running = ExitStack()

    def start(self) -> None:
        name = "kube-apiserver"
        process = self._running.enter_context(_process(name, self._argv, self._folder))
        self._process = process
        with ApiClient(self._url, self._certificates) as api:
            wait_for(
                api.is_ready,
                alive=lambda: process.poll() is None,
                timeout_s=START_TIMEOUT_S,
                log=_log(self._folder, name),
                death_log=_log(self._folder, name),
            )

    def stop(self, *, at_once: bool = False) -> None:
        """Otherwise it lets those finish who are connected."""
        if at_once and self._process is not None:
            self._process.kill()
        self._running.close()


@dataclass(frozen=True)
class ControlPlane:
    """A running one."""

    url: str
    kubeconfig: Path
    folder: Path
    """Certificates, database and logs."""
    _server: _ApiServer

    @contextmanager
    def away(self) -> Iterator[None]:
        """Its API server crashes, and is back with all data after the block."""
        self._server.stop(at_once=True)
        try:
            yield
        finally:
            self._server.start()


@contextmanager
def start_control_plane_only(
    binaries: Path, folder: Path, *, with_controllers: bool = False
) -> Iterator[ControlPlane]:
    """Run a control plane on free loopback ports for the length of the block.

    Its processes end with the calling thread, even when that is killed. The
    folder must be empty or from an earlier run, whose data then are kept.

    Raises:
        LocalError: a program is missing or does not come up (with its log's end).
    """
    port, etcd_port, peer_port = free_port(), free_port(), free_port()
    url = f"https://{LOOPBACK}:{port}"
    certificates = folder / "pki"
    names = [LOOPBACK, "localhost", KUBERNETES_SERVICE_IP, "kubernetes.default.svc"]
    leaves = pki.cluster_leaves("none", names, [LOOPBACK])
    pki.ensure_pki(certificates, leaves, dt.datetime.now(dt.UTC))
    for owner, file in (("admin", "kubeconfig"), ("controller-manager", "controller-manager.kubeconfig")):
        write_private(folder / file, kubeconfig(certificates, owner, url, "integration"))
    flags = apiserver_flags(
        pki=certificates,
        bind_address=LOOPBACK,
        advertise_address=LOOPBACK,
        port=port,
        etcd_url=f"http://{LOOPBACK}:{etcd_port}",
        durable=False,
    )
    with ExitStack() as stack:
        stack.enter_context(_process("etcd", _etcd(folder, etcd_port, peer_port), folder))
        # The loopback is no valid address of the `kubernetes` service, which nobody uses here.
        argv = [str(binaries / "kube-apiserver"), *flags, "--endpoint-reconciler-type=none"]
        server = _ApiServer(argv, url, certificates, folder)
        stack.callback(server.stop)
        server.start()
        if with_controllers:
            stack.enter_context(_process("kube-controller-manager", _controller_manager(binaries, folder), folder))
        yield ControlPlane(url, folder / "kubeconfig", folder, server)


def _etcd(folder: Path, port: int, peer_port: int) -> list[str]:
    client, peer = f"http://{LOOPBACK}:{port}", f"http://{LOOPBACK}:{peer_port}"
    return [
        "etcd",
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--logger=zap",
        "--log-level=warn",
        "--unsafe-no-fsync",
    ]


def _controller_manager(binaries: Path, folder: Path) -> list[str]:
    return [
        str(binaries / "kube-controller-manager"),
        f"--kubeconfig={folder / 'controller-manager.kubeconfig'}",
        f"--controllers={','.join(CONTROLLERS)}",
        f"--service-account-private-key-file={folder / 'pki' / 'service-account.key'}",
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--secure-port=0",
    ]


@contextmanager
def _process(name: str, argv: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with a log of its own; ends it with the block."""
    log = _log(folder, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        try:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *argv],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
            )
        except FileNotFoundError:
            raise LocalError("The program 'setpriv' of util-linux is missing.") from None
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _log(folder: Path, name: str) -> Path:
    return folder / "logs" / f"{name}.log"
