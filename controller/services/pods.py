"""Finds the pod and the container in which a process of a tenant runs."""

from dataclasses import dataclass

from controller.core.ports import Kube
from controller.errors import NotFoundError
from provisioning.meta import LABEL_COMPONENT, LABEL_TENANT_ID, Manifest
from provisioning.names import CRON, WEB
from provisioning.tenant import Tenant

# Part as people call it: component of the pod, and container inside of it.
PARTS = {"web": (WEB, "odoo"), "gevent": (WEB, "gevent"), "cron": (CRON, "cron")}


@dataclass(frozen=True)
class PodPlace:
    namespace: str
    pod: str
    container: str


def find_pod(kube: Kube, tenant: Tenant, part: str) -> PodPlace:
    """A ready pod if there is one, else the newest. Raises NotFoundError when there is none."""
    name = tenant.metadata.name
    if tenant.spec.id is None:
        raise NotFoundError(f"tenant {name} has no pods yet", hint=f"wait for it: shopfleet tenant show {name}")
    component, container = PARTS[part]
    labels = {LABEL_TENANT_ID: tenant.names.id, LABEL_COMPONENT: component}
    pods = kube.list("v1", "Pod", tenant.names.namespace, labels)
    if not pods:
        hint = f"start it: shopfleet tenant resume {name}" if tenant.spec.suspended else "see: shopfleet doctor"
        raise NotFoundError(f"tenant {name} has no {part} pod", hint=hint)
    best = max(pods, key=lambda pod: (_ready(pod), str(pod["metadata"].get("creationTimestamp", ""))))
    return PodPlace(tenant.names.namespace, best["metadata"]["name"], container)


def _ready(pod: Manifest) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
