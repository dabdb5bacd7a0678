"""The network of one node: a namespace of its own and one cable to the machine.

The node has no route to anywhere else. What a pod sends to the internet is
refused at once, so nothing on a local cluster can reach a real customer.
"""

from __future__ import annotations

import json
from pathlib import Path

from provisioning.local.commands import CommandError, run
from provisioning.local.errors import LocalError
from provisioning.local.spec import SERVICE_NETWORK, ClusterSpec

NODE_LINK = "eth0"
NAMESPACES = Path("/run/netns")

NODE_SETTINGS = {
    "ipv4/ip_forward": 1,
    # Answers of a pod to a service address return on another way than they came.
    "ipv4/conf/all/rp_filter": 0,
    "ipv4/conf/default/rp_filter": 0,
}
"""Below /proc/sys/net, inside of the namespace only."""


def namespace_path(spec: ClusterSpec) -> Path:
    return NAMESPACES / spec.network_namespace


def create(spec: ClusterSpec) -> None:
    """Make namespace and cable from nothing.

    Raises:
        LocalError: the cluster's addresses are in use, or the kernel refuses.
    """
    _refuse_foreign_address(spec)
    name, link = spec.network_namespace, spec.host_link
    run("ip", "netns", "add", name)
    run("ip", "link", "add", link, "type", "veth", "peer", "name", NODE_LINK, "netns", name)
    run("ip", "address", "add", f"{spec.host_address}/30", "dev", link)
    run("ip", "link", "set", link, "up")
    inside = ("ip", "-n", name)
    run(*inside, "link", "set", "lo", "up")
    run(*inside, "address", "add", f"{spec.node_address}/30", "dev", NODE_LINK)
    run(*inside, "link", "set", NODE_LINK, "up")
    # A process of the node needs some route to a service address before the proxy can rewrite it.
    run(*inside, "route", "add", SERVICE_NETWORK, "dev", NODE_LINK, "src", spec.node_address)
    run(*inside, "route", "add", "unreachable", "default")


def remove(spec: ClusterSpec) -> None:
    """Remove the cable and the namespace; what is already gone is fine."""
    # First the cable: the namespace itself lives on while any process still looks at it.
    if Path("/sys/class/net", spec.host_link).exists():
        run("ip", "link", "delete", spec.host_link)
    if namespace_path(spec).exists():
        _delete_namespace(spec)


def _delete_namespace(spec: ClusterSpec) -> None:
    try:
        run("ip", "netns", "delete", spec.network_namespace)
    except CommandError:
        # After a restart of the machine only an empty file is left where the namespace was mounted.
        namespace_path(spec).unlink(missing_ok=True)


def _refuse_foreign_address(spec: ClusterSpec) -> None:
    for link in json.loads(run("ip", "-json", "-4", "address", "show")):
        addresses = {address["local"] for address in link.get("addr_info", [])}
        if spec.host_address in addresses and link["ifname"] != spec.host_link:
            raise LocalError(
                f"Cluster '{spec.name}' needs the address {spec.host_address}, which '{link['ifname']}' has.",
                hint="Choose another cluster name, or free that address.",
            )
