"""Services in front of the web pods, and how many of those may be taken away at once."""

from provisioning.meta import Manifest
from provisioning.names import PUSH_SERVICE, WEB
from provisioning.objects import ports
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata, selector


def services(inputs: Inputs) -> tuple[Manifest, ...]:
    return (
        _service(inputs, WEB, ports.HTTP, "http"),
        _service(inputs, PUSH_SERVICE, ports.PUSH, "push"),
    )


def _service(inputs: Inputs, name: str, port: int, port_name: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(inputs.tenant, name, component=WEB),
        "spec": {
            "type": "ClusterIP",
            "selector": selector(inputs.tenant, WEB),
            "ports": [{"name": port_name, "port": port, "targetPort": port_name, "protocol": "TCP"}],
        },
    }


def disruption_budget(inputs: Inputs) -> Manifest:
    """One pod at a time may be evicted.

    Not `minAvailable: 1`: with one replica that would block every node's maintenance for ever. A pod that is
    not ready serves nobody, so it may always go.
    """
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(inputs.tenant, WEB, component=WEB),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector(inputs.tenant, WEB)},
        },
    }
