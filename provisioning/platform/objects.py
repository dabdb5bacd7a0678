"""The plain Kubernetes objects that every part is made of, with our labels and without privileges."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.meta import LABEL_COMPONENT, LABEL_INSTANCE, LABEL_MANAGED_BY, LABEL_NAME, Manifest

INSTANCE = "shopfleet"
FIELD_MANAGER = "shopfleet-installer"
CHECKSUM = "shopfleet.dev/configuration"


def selector(component: str) -> dict[str, str]:
    """The labels that never change, because a selector is immutable."""
    return {LABEL_NAME: component, LABEL_INSTANCE: INSTANCE}


def labels(component: str) -> dict[str, str]:
    return {**selector(component), LABEL_COMPONENT: component, LABEL_MANAGED_BY: FIELD_MANAGER}


def metadata(name: str, namespace: str | None, component: str, **extra: Any) -> Manifest:
    place = {"namespace": namespace} if namespace else {}
    return {"name": name, **place, "labels": labels(component), **extra}


def service_account(name: str, namespace: str, component: str) -> Manifest:
    """Without a mounted token: a pod that calls the API server asks for it itself."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(name, namespace, component),
        "automountServiceAccountToken": False,
    }


def config_map(name: str, namespace: str, component: str, data: Mapping[str, str]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(name, namespace, component),
        "data": dict(data),
    }


def service(
    name: str,
    namespace: str,
    component: str,
    ports: Mapping[str, tuple[int, int]],
    *,
    select: Mapping[str, str] | None = None,
    cluster_ip: str | None = None,
    unready: bool = False,
) -> Manifest:
    """A Service; `ports` maps a name to (port, target port), `unready` publishes pods before they are ready."""
    spec: Manifest = {
        "selector": {**selector(component), **(select or {})},
        "ports": [
            {"name": port_name, "port": port, "targetPort": target, "protocol": "TCP"}
            for port_name, (port, target) in ports.items()
        ],
    }
    if cluster_ip is not None:
        spec["clusterIP"] = cluster_ip
    if unready:
        spec["publishNotReadyAddresses"] = True
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(name, namespace, component),
        "spec": spec,
    }


def deployment(
    name: str, namespace: str, component: str, template: Manifest, *, replicas: int = 1, surge: bool = True
) -> Manifest:
    """A Deployment; without `surge` the old pod goes first, because two of it may not run at once."""
    strategy: Manifest = {"type": "RollingUpdate"} if surge else {"type": "Recreate"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(name, namespace, component),
        "spec": {
            "replicas": replicas,
            "revisionHistoryLimit": 2,
            "strategy": strategy,
            "selector": {"matchLabels": selector(component)},
            "template": template,
        },
    }


def claim(name: str, storage_class: str, size: str, modes: Sequence[str] = ("ReadWriteOnce",)) -> Manifest:
    """A claim template of a StatefulSet. Nothing in it can be changed later."""
    return {
        "metadata": {"name": name},
        "spec": {
            "accessModes": list(modes),
            "storageClassName": storage_class,
            "resources": {"requests": {"storage": size}},
        },
    }


def checksum(*contents: Any) -> str:
    """Identifies a configuration, so that pods are replaced when what they read at start has changed."""
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:16]
