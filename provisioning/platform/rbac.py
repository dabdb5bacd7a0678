"""Rights as data: every grant says why it exists, and the RBAC objects are rendered from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.platform.objects import metadata

RBAC = "rbac.authorization.k8s.io"
READ = ("get", "list", "watch")


@dataclass(frozen=True)
class Grant:
    """Some verbs on some resources of one API group, and the reason nobody could do without."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    reason: str
    names: tuple[str, ...] = ()
    """Only these objects. Cannot limit create, list, watch or deletecollection."""

    def rule(self) -> Manifest:
        only = {"resourceNames": list(self.names)} if self.names else {}
        return {
            "apiGroups": [self.group],
            "resources": list(self.resources),
            "verbs": list(self.verbs),
            **only,
        }


def cluster_role(name: str, component: str, grants: Sequence[Grant]) -> Manifest:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": metadata(name, None, component),
        "rules": [grant.rule() for grant in grants],
    }


def role(name: str, namespace: str, component: str, grants: Sequence[Grant]) -> Manifest:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": metadata(name, namespace, component),
        "rules": [grant.rule() for grant in grants],
    }


def cluster_binding(name: str, component: str, account: str, namespace: str) -> Manifest:
    """Gives the ClusterRole `name` to a service account."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": metadata(name, None, component),
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [_subject(account, namespace)],
    }


def binding(name: str, namespace: str, component: str, account: str) -> Manifest:
    """Gives the Role `name` to a service account of the same namespace."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": metadata(name, namespace, component),
        "roleRef": {"apiGroup": RBAC, "kind": "Role", "name": name},
        "subjects": [_subject(account, namespace)],
    }


def _subject(account: str, namespace: str) -> Manifest:
    return {"kind": "ServiceAccount", "name": account, "namespace": namespace}
