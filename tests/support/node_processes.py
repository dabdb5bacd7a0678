"""Processes of the node under test as this machine sees them, for tests that kill or stop one.

Never found by name alone: another node's components have the same names.
"""

from pathlib import Path

from provisioning.meta import Manifest


def component(name: str) -> int | None:
    """Process id of a component of the node, such as containerd; None while there is none.

    Told by the network namespace, which the test shares with its node.
    """
    mine = Path("/proc/self/ns/net").readlink()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().strip() == name and (entry / "ns/net").readlink() == mine:
                return int(entry.name)
        except OSError:
            continue  # It ended while we looked.
    return None


def main_of(pod: Manifest, container: str) -> int:
    """Process id of the first process of a pod's container. Raises LookupError while there is none.

    Told by the container's id, which no other node has.
    """
    status = container_status(pod, container)
    container_id = status.get("containerID", "").rpartition("/")[2]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            inside = bool(container_id) and container_id in (entry / "cgroup").read_text()
            if inside and _number_inside(entry) == 1:
                return int(entry.name)
        except OSError:
            continue  # It ended while we looked.
    raise LookupError(f"no process of {pod['metadata']['name']}/{container} is found on this machine")


def container_status(pod: Manifest, container: str) -> Manifest:
    """What the kubelet says of a container; empty before it said anything."""
    found: list[Manifest] = pod["status"].get("containerStatuses", [])
    return next((each for each in found if each["name"] == container), {})


def _number_inside(entry: Path) -> int:
    """The process's number in its innermost process namespace."""
    (line,) = (line for line in (entry / "status").read_text().splitlines() if line.startswith("NSpid:"))
    return int(line.split()[-1])
