"""Every right of the operator, with the reason it cannot do its work without it.

Tenants' namespaces come and go, so what it may do inside them has to be granted for all namespaces. It can make
no Role and no binding, and it cannot change or delete a line of the audit log.
"""

from provisioning.meta import GROUP
from provisioning.platform.rbac import READ, Grant

_APPLY = ("create", "patch")

CLUSTER_GRANTS = (
    Grant(
        GROUP,
        ("tenants",),
        (*READ, *_APPLY),
        "reconciles them, holds their finaliser, and a clone is a new tenant",
    ),
    Grant(
        GROUP,
        ("procedures",),
        (*READ, *_APPLY, "delete"),
        "runs them, starts them for a changed spec, forgets old ones",
    ),
    Grant(
        GROUP,
        ("partners", "plans", "databaseservers", "releases"),
        (*READ, "patch"),
        "decides by them; kopf keeps its last-seen state in their annotations",
    ),
    Grant(
        GROUP,
        (
            "tenants/status",
            "procedures/status",
            "partners/status",
            "plans/status",
            "databaseservers/status",
            "releases/status",
        ),
        ("patch",),
        "reports what it observed and why it acts",
    ),
    Grant(GROUP, ("auditrecords",), ("create", "get", "list"), "appends to the audit log; nobody may change it"),
    Grant(
        "apiextensions.k8s.io",
        ("customresourcedefinitions",),
        READ,
        "kopf waits for kinds that are still being installed",
    ),
    Grant("", ("namespaces",), (*READ, *_APPLY, "delete"), "each tenant has one, and loses it when it is deleted"),
    Grant(
        "",
        ("secrets",),
        ("get", "list", *_APPLY, "delete"),
        "makes the tenant's credentials, keeps its first password in its partner's namespace until it is shown; "
        "reads those of database servers and of the object store",
    ),
    Grant(
        "",
        ("configmaps",),
        ("get", "list", *_APPLY, "delete"),
        "brings the CA and settings into tenants' namespaces",
    ),
    Grant(
        "",
        ("services", "serviceaccounts", "resourcequotas", "limitranges"),
        ("get", "list", *_APPLY, "delete"),
        "parts of every tenant",
    ),
    Grant(
        "",
        ("persistentvolumeclaims",),
        ("get", "list", *_APPLY, "delete"),
        "the tenant's files; gone only with the tenant",
    ),
    Grant(
        "", ("pods",), (*READ, "delete"), "says why a tenant is not ready; replaces a pod whose start went wrong"
    ),
    Grant("", ("pods/log",), ("get",), "puts a failed job's last words into the procedure's status"),
    Grant("storage.k8s.io", ("storageclasses",), ("get",), "tells before a change whether a volume can grow"),
    Grant("", ("events",), ("create", "get", "patch"), "tells on the object what it did"),
    Grant(
        "apps",
        ("deployments",),
        (*READ, *_APPLY, "delete"),
        "web and cron of every tenant; scaled to suspend and resume",
    ),
    Grant("batch", ("jobs",), (*READ, *_APPLY, "delete"), "templates, dumps and restores run as jobs"),
    Grant(
        "policy",
        ("poddisruptionbudgets",),
        ("get", "list", *_APPLY, "delete"),
        "keeps a pod of each shop while nodes drain",
    ),
    Grant(
        "networking.k8s.io",
        ("networkpolicies",),
        ("get", "list", *_APPLY, "delete"),
        "shuts tenants off from each other",
    ),
    Grant(
        "gateway.networking.k8s.io",
        ("httproutes",),
        (*READ, *_APPLY, "delete"),
        "leads the tenant's hostnames to it, and waits until the gateway has accepted them",
    ),
    Grant(
        "gateway.envoyproxy.io",
        ("backendtrafficpolicies", "httproutefilters", "securitypolicies"),
        ("get", "list", *_APPLY, "delete"),
        "limits of each traffic class; replaced, never edited",
    ),
)

NAMESPACE_GRANTS = (
    Grant(
        "coordination.k8s.io",
        ("leases",),
        ("get", "list", "watch", "create", "update", "patch"),
        "one operator acts at a time",
    ),
)
