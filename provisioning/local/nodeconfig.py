"""All configuration files of a node, as text, and their way into its folder."""

from __future__ import annotations

import hashlib
import resource
from dataclasses import dataclass
from pathlib import Path

from provisioning.local import network
from provisioning.local.apiserver import apiserver_flags
from provisioning.local.kubeconfig import kubeconfig
from provisioning.local.paths import ClusterPaths
from provisioning.local.privatefile import write_private
from provisioning.local.render import render
from provisioning.local.spec import (
    API_PORT,
    CLUSTER_DOMAIN,
    DNS_IP,
    KUBERNETES_SERVICE_IP,
    POD_NETWORK,
    ClusterSpec,
)

MACHINE_NETWORK_VARIABLE = "SHOPFLEET_MACHINE_NETWORK"
"""Tells the first process where it finds the machine's network namespace."""

MEMORY_FOLDERS = ("/run", "/var/lib/cni", "/var/lib/kubelet", "/var/log/containers")
"""Paths fixed inside of programs; in the node's view each is an empty file system in memory."""

KUBECONFIG_OWNERS = ("kubelet", "kube-proxy", "controller-manager", "scheduler")

_OPEN_FILES = 65536
"""Plenty for one node; supervisord closes each of them before it starts a program."""


@dataclass(frozen=True)
class NodeInputs:
    """What the configuration of a node depends on besides its spec."""

    binaries: Path
    pause_image: str
    cgroup_folders: tuple[Path, ...]
    resolv_conf: str


def api_addresses(spec: ClusterSpec) -> list[str]:
    """Names and addresses under which the API server answers."""
    return [
        spec.node_address,
        KUBERNETES_SERVICE_IP,
        "127.0.0.1",
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        f"kubernetes.default.svc.{CLUSTER_DOMAIN}",
    ]


def config_files(spec: ClusterSpec, paths: ClusterPaths, inputs: NodeInputs) -> dict[Path, str]:
    """Every file of the configuration folder with its content. Needs the certificates."""
    values = {
        "spec": spec,
        "paths": paths,
        "pod_network": POD_NETWORK,
        "dns_ip": DNS_IP,
        "cluster_domain": CLUSTER_DOMAIN,
    }
    folder = paths.config
    files = {
        folder / "containerd.toml": render("containerd.toml.j2", pause_image=inputs.pause_image, **values),
        folder / "kubelet.yaml": render("kubelet.yaml.j2", **values),
        folder / "kube-proxy.yaml": render("kube-proxy.yaml.j2", **values),
        folder / "hosts": render("hosts.j2", **values),
        folder / "resolv.conf": inputs.resolv_conf,
        folder / "nftables.conf": render("nftables.conf.j2", node_link=network.NODE_LINK, **values),
        paths.cni_config / "10-shopfleet.conflist": render("cni.conflist.j2", **values),
        paths.init_script: render(
            "init.sh.j2",
            cgroup_folders=inputs.cgroup_folders,
            memory_folders=MEMORY_FOLDERS,
            machine_network=f"${MACHINE_NETWORK_VARIABLE}",
            network_settings=network.NODE_SETTINGS,
            **values,
        ),
        paths.supervisor_config: render(
            "supervisord.conf.j2",
            binaries=inputs.binaries,
            apiserver_flags=_apiserver_flags(spec, paths),
            open_files=min(_OPEN_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),
            **values,
        ),
    }
    for owner in KUBECONFIG_OWNERS:
        content = kubeconfig(paths.pki, owner, spec.api_url, spec.name)
        files[folder / f"{owner}.kubeconfig"] = content
    return files


def write_config(files: dict[Path, str]) -> None:
    for path, content in files.items():
        write_private(path, content)


def digest(files: dict[Path, str]) -> str:
    """Tells whether a running node still has the configuration it should have."""
    parts = [f"{path}\0{content}\0" for path, content in sorted(files.items())]
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def node_resolv_conf(machine: str) -> str:
    """The machine's resolver settings without what means another thing inside of a node.

    Search domains would add lookups to every name; a resolver on the machine's
    loopback is not on the node's.
    """
    servers = [line.split() for line in machine.splitlines() if line.startswith("nameserver")]
    usable = [row[1] for row in servers if len(row) > 1 and not row[1].startswith(("127.", "::1"))]
    return "".join(f"nameserver {server}\n" for server in usable)


def _apiserver_flags(spec: ClusterSpec, paths: ClusterPaths) -> list[str]:
    return apiserver_flags(
        pki=paths.pki,
        # The loopback too: `nsenter` into the node's network is how tests come in.
        bind_address="0.0.0.0",  # noqa: S104
        advertise_address=spec.node_address,
        port=API_PORT,
        etcd_url="http://127.0.0.1:2379",
        durable=not spec.throwaway,
    )
