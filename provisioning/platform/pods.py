"""Pods as Pod Security `restricted` wants them; a part says only in what it differs."""

from collections.abc import Mapping, Sequence
from typing import Any

from provisioning.meta import Manifest
from provisioning.platform.objects import CHECKSUM, labels

NOBODY = 65532
"""For images of one static binary, which own no files."""


def resources(cpu: str, memory: str, memory_request: str | None = None) -> Manifest:
    """What a container asks for. No CPU limit: throttling a shared part slows every tenant at once."""
    return {"requests": {"cpu": cpu, "memory": memory_request or memory}, "limits": {"memory": memory}}


def container(name: str, image: str, resource_needs: Manifest, **fields: Any) -> Manifest:
    """A container without privileges on a read-only root; `fields` are those of the API and win."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "resources": resource_needs,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "terminationMessagePolicy": "FallbackToLogsOnError",
        **fields,
    }


def template(
    component: str,
    containers: Sequence[Manifest],
    *,
    user: int = NOBODY,
    group: int | None = None,
    configuration: str = "",
    extra_labels: Mapping[str, str] | None = None,
    **fields: Any,
) -> Manifest:
    """A pod template that runs as `user`; `configuration` is a checksum that replaces pods when it changes."""
    group = user if group is None else group
    annotations = {"annotations": {CHECKSUM: configuration}} if configuration else {}
    return {
        "metadata": {"labels": {**labels(component), **(extra_labels or {})}, **annotations},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": user,
                "runAsGroup": group,
                "fsGroup": group,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": list(containers),
            **fields,
        },
    }


def probe(
    path: str, port: int, *, period: int = 10, failures: int = 3, timeout: int = 2, scheme: str = "HTTP"
) -> Manifest:
    """An HTTP probe; gives up after period times failures seconds."""
    return {
        "httpGet": {"path": path, "port": port, "scheme": scheme},
        "periodSeconds": period,
        "failureThreshold": failures,
        "timeoutSeconds": timeout,
    }


def ports(**numbers: int) -> list[Manifest]:
    """Container ports by name."""
    return [{"name": name, "containerPort": number, "protocol": "TCP"} for name, number in numbers.items()]


def from_secret(variable: str, secret: str, key: str) -> Manifest:
    """An environment variable out of a Secret of the same namespace."""
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def from_field(variable: str, path: str) -> Manifest:
    """An environment variable out of the pod's own fields."""
    return {"name": variable, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def config_volume(name: str, config_map: str) -> Manifest:
    return {"name": name, "configMap": {"name": config_map}}


def secret_volume(name: str, secret: str, mode: int = 0o440) -> Manifest:
    """Readable by the pod's group only; PostgreSQL refuses a key that more can read."""
    return {"name": name, "secret": {"secretName": secret, "defaultMode": mode}}


def scratch(name: str, limit: str = "64Mi", *, memory: bool = False) -> Manifest:
    medium = {"medium": "Memory"} if memory else {}
    return {"name": name, "emptyDir": {"sizeLimit": limit, **medium}}


def mount(name: str, path: str, *, writable: bool = False, sub_path: str | None = None) -> Manifest:
    below = {"subPath": sub_path} if sub_path else {}
    return {"name": name, "mountPath": path, "readOnly": not writable, **below}
