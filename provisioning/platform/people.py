"""What people may do: four roles, put together by Kubernetes from small pieces that each say why.

A piece carries a label for every role it belongs to, and a role collects the pieces with its label, so a later
part of the platform adds its rights to a role without editing it. `partner` is meant for a RoleBinding in the
partner's namespace; the other three for ClusterRoleBindings.
"""

from dataclasses import dataclass

from provisioning.meta import GROUP, Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.platform.objects import metadata
from provisioning.platform.operator import CONFIG as SETTINGS_CONFIG_MAP
from provisioning.platform.rbac import RBAC, READ, Grant, cluster_role

COMPONENT = "access"

ENGINEER = "platform-engineer"
PARTNER = "partner"
RELEASE_MANAGER = "release-manager"
ON_CALL = "on-call"
ROLES = (ENGINEER, PARTNER, RELEASE_MANAGER, ON_CALL)

_WRITE = ("create", "update", "patch")
_CATALOGUE = ("plans", "databaseservers", "partners")


@dataclass(frozen=True)
class Piece:
    name: str
    roles: tuple[str, ...]
    grants: tuple[Grant, ...]


PIECES = (
    Piece(
        "tenants-view",
        ROLES,
        (
            Grant(
                GROUP,
                ("tenants", "procedures"),
                READ,
                "everybody sees how their tenants are and what runs on them",
            ),
        ),
    ),
    Piece(
        "tenants-edit",
        (ENGINEER, PARTNER),
        (
            Grant(
                GROUP,
                ("tenants",),
                (*_WRITE, "delete"),
                "provisioning is their work, partners' in their own namespace",
            ),
            Grant(GROUP, ("procedures",), _WRITE, "clone, change of plan, retry and cancel are procedures"),
        ),
    ),
    Piece(
        "catalogue-view",
        (ENGINEER, RELEASE_MANAGER, ON_CALL),
        (Grant(GROUP, (*_CATALOGUE, "releases"), READ, "which plans, servers and releases there are"),),
    ),
    Piece(
        "catalogue-edit",
        (ENGINEER,),
        (
            Grant(
                GROUP, _CATALOGUE, (*_WRITE, "delete"), "plans, servers and partners are the platform's to define"
            ),
        ),
    ),
    Piece(
        "releases-edit",
        (RELEASE_MANAGER,),
        (
            Grant(GROUP, ("releases",), _WRITE, "promotes what has been tested"),
            Grant(GROUP, ("procedures",), _WRITE, "rehearses on clones, starts and halts waves"),
        ),
    ),
    Piece(
        "audit-view",
        ROLES,
        (Grant(GROUP, ("auditrecords",), READ, "who did what; a partner sees the records of its own namespace"),),
    ),
    Piece(
        "audit-append",
        ROLES,
        (
            Grant(
                GROUP, ("auditrecords",), ("create",), "every command leaves a record under its caller's own name"
            ),
        ),
    ),
    Piece(
        "procedures-steer",
        (ON_CALL,),
        (Grant(GROUP, ("procedures",), _WRITE, "runbooks retry, cancel and start procedures"),),
    ),
    Piece(
        "workloads-view",
        (ENGINEER, ON_CALL),
        (
            Grant(
                "",
                ("pods", "pods/log", "events", "services", "namespaces", "nodes"),
                READ,
                "finds out what is wrong",
            ),
            Grant("", ("persistentvolumeclaims", "resourcequotas"), READ, "is it full?"),
            Grant("apps", ("deployments", "statefulsets", "replicasets"), READ, "is it running?"),
            Grant("batch", ("jobs",), READ, "did it finish?"),
            Grant(
                "gateway.networking.k8s.io", ("gateways", "httproutes"), READ, "does the gateway know the shop?"
            ),
        ),
    ),
    Piece(
        "workloads-restart",
        (ENGINEER, ON_CALL),
        (Grant("", ("pods",), ("delete",), "a runbook's last resort; what owns the pod makes a new one"),),
    ),
    Piece(
        "settings-view",
        (ENGINEER, RELEASE_MANAGER, ON_CALL),
        (
            Grant(
                "",
                ("configmaps",),
                ("get",),
                "a dry run builds what the operator would, from its settings",
                names=(SETTINGS_CONFIG_MAP,),
            ),
        ),
    ),
    Piece(
        "first-passwords",
        (ENGINEER, PARTNER),
        (
            Grant(
                "",
                ("secrets",),
                ("get", "patch"),
                "shows a shop's first password once: reads it, and takes it out with the version that was read",
                names=(FIRST_PASSWORDS_SECRET,),
            ),
        ),
    ),
    Piece(
        "platform-view",
        (ENGINEER, ON_CALL),
        (
            Grant("coordination.k8s.io", ("leases",), READ, "which operator leads, and since when"),
            Grant(
                "storage.k8s.io",
                ("storageclasses",),
                READ,
                "`doctor`: are there volumes that several pods can write?",
            ),
            Grant("apps", ("daemonsets",), READ, "`doctor`: does anything enforce network policies?"),
            Grant(
                "apiextensions.k8s.io",
                ("customresourcedefinitions",),
                READ,
                "`doctor`: is the API of this version?",
            ),
            Grant(
                "admissionregistration.k8s.io",
                ("validatingadmissionpolicies", "validatingadmissionpolicybindings"),
                READ,
                "`doctor`: does the API server refuse what it is meant to?",
            ),
        ),
    ),
    Piece(
        "shell",
        (ENGINEER,),
        (Grant("", ("pods/exec",), ("create",), "`tenant shell`, which leaves an audit record"),),
    ),
)


def manifests() -> list[Manifest]:
    pieces = []
    for piece in PIECES:
        manifest = cluster_role(f"shopfleet:{piece.name}", COMPONENT, piece.grants)
        manifest["metadata"]["labels"] |= {_label(role): "true" for role in piece.roles}
        pieces.append(manifest)
    return pieces + [_role(name) for name in ROLES]


def _role(name: str) -> Manifest:
    # `rules` belongs to the controller that aggregates; naming it here would empty it at every installation.
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": metadata(f"shopfleet-{name}", None, COMPONENT),
        "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {_label(name): "true"}}]},
    }


def _label(role: str) -> str:
    return f"rbac.{GROUP}/aggregate-to-{role}"
