"""The kinds that the fake cluster serves, and how."""

from dataclasses import dataclass

from provisioning.audit import AuditRecord
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant


@dataclass(frozen=True)
class Kind:
    api_version: str
    kind: str
    namespaced: bool = True
    # With a status subresource, ordinary writes cannot change the status.
    status: bool = False
    # metadata.generation counts changes of the specification.
    generation: bool = False

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]


def _plain(api_version: str, *kinds: str, namespaced: bool = True) -> list[Kind]:
    return [Kind(api_version, kind, namespaced) for kind in kinds]


def _full(api_version: str, *kinds: str, namespaced: bool = True) -> list[Kind]:
    return [Kind(api_version, kind, namespaced, status=True, generation=True) for kind in kinds]


OURS = [
    Kind(API_VERSION, each.KIND, each.NAMESPACED, status=True, generation=True)
    for each in (DatabaseServer, Partner, Plan, Procedure, Release, Tenant)
]

KINDS = [
    *OURS,
    Kind(API_VERSION, AuditRecord.KIND),
    Kind("v1", "Namespace", namespaced=False, status=True),
    *_plain("v1", "ConfigMap", "Event", "Secret", "ServiceAccount", "LimitRange"),
    *[Kind("v1", each, status=True) for each in ("PersistentVolumeClaim", "ResourceQuota", "Service")],
    # The API server counts generations of pods since 1.33.
    Kind("v1", "Pod", status=True, generation=True),
    *[Kind("v1", each, namespaced=False, status=True) for each in ("Node", "PersistentVolume")],
    *_full("apps/v1", "DaemonSet", "Deployment", "StatefulSet"),
    *_full("batch/v1", "CronJob", "Job"),
    *_full("autoscaling/v2", "HorizontalPodAutoscaler"),
    *_full("policy/v1", "PodDisruptionBudget"),
    *[Kind("networking.k8s.io/v1", each, generation=True) for each in ("NetworkPolicy",)],
    *_plain("rbac.authorization.k8s.io/v1", "Role", "RoleBinding"),
    *_plain("rbac.authorization.k8s.io/v1", "ClusterRole", "ClusterRoleBinding", namespaced=False),
    *_plain(
        "admissionregistration.k8s.io/v1",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        namespaced=False,
    ),
    *_plain("coordination.k8s.io/v1", "Lease"),
    *_plain("discovery.k8s.io/v1", "EndpointSlice"),
    *_plain("storage.k8s.io/v1", "StorageClass", namespaced=False),
    *_plain("scheduling.k8s.io/v1", "PriorityClass", namespaced=False),
    *_full("apiextensions.k8s.io/v1", "CustomResourceDefinition", namespaced=False),
    *_full("apiregistration.k8s.io/v1", "APIService", namespaced=False),
    *_full("gateway.networking.k8s.io/v1", "Gateway", "HTTPRoute"),
    *_full("gateway.networking.k8s.io/v1", "GatewayClass", namespaced=False),
    *_full(
        "gateway.envoyproxy.io/v1alpha1",
        "BackendTrafficPolicy",
        "ClientTrafficPolicy",
        "EnvoyProxy",
        "HTTPRouteFilter",
        "SecurityPolicy",
    ),
]
