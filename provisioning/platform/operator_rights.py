"""Every right of the operator, with the reason it cannot do its work without it.

Tenants' namespaces come and go, so what it may do inside them has to be granted for all namespaces. It can make
no Role and no binding, and it cannot change or delete a line of the audit log.
"""

from provisioning.meta import GROUP
from provisioning.platform.rbac import READ, Grant

_APPLY = ("create", "patch")

CLUSTER_GRANTS = (
    Grant(GROUP, ("tenants",), (*READ, "patch"), "reconciles them, gives each its id and holds its finaliser"),
    Grant(
        GROUP,
        ("procedures",),
        (*READ, *_APPLY, "delete"),
        "runs and cancels them, starts them for a changed spec, removes that of a template which is built anew",
    ),
    Grant(
        GROUP,
        ("partners", "databaseservers", "releases", "plans"),
        READ,
        "decides by them, and notices their changes",
    ),
    Grant(
        GROUP,
        (
            "tenants/status",
            "procedures/status",
            "partners/status",
            "databaseservers/status",
            "releases/status",
            "plans/status",
        ),
        ("patch",),
        "reports what it observed and why it acts",
    ),
    Grant(GROUP, ("auditrecords",), ("create",), "appends to the audit log; nobody may change it"),
    Grant(
        "apiextensions.k8s.io",
        ("customresourcedefinitions",),
        ("list", "watch"),
        "kopf waits for kinds that are still being installed",
    ),
    Grant(
        "",
        ("namespaces",),
        ("get", *_APPLY, "delete"),
        "each tenant has one, and loses it with all that is in it when it is deleted",
    ),
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
        ("get", "list", *_APPLY),
        "brings the CA and settings into tenants' namespaces",
    ),
    Grant(
        "",
        ("services", "serviceaccounts", "resourcequotas", "limitranges"),
        ("get", "list", *_APPLY),
        "parts of every tenant; gone only with its namespace",
    ),
    Grant(
        "",
        ("persistentvolumeclaims",),
        ("get", "list", *_APPLY),
        "the tenant's files; gone only with its namespace",
    ),
    Grant("", ("pods",), ("list",), "says why a tenant is not ready, and how a job ended"),
    Grant("", ("pods/log",), ("get",), "puts a failed job's last words into the procedure's status"),
    Grant("storage.k8s.io", ("storageclasses",), ("get",), "tells before a change whether a volume can grow"),
    Grant(
        "",
        ("events",),
        ("create", "get", "patch", "list"),
        "tells on the object what it did; reads why the cluster takes no pod of a job",
    ),
    Grant(
        "apps",
        ("deployments",),
        (*READ, *_APPLY),
        "web and cron of every tenant; scaled to suspend and resume",
    ),
    Grant("batch", ("jobs",), ("get", "list", "create", "delete"), "templates, dumps and restores run as jobs"),
    Grant(
        "policy",
        ("poddisruptionbudgets",),
        ("get", "list", *_APPLY),
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
        ("get", "list", *_APPLY, "delete"),
        "leads the tenant's hostnames to it, and waits until the gateway has accepted them",
    ),
    Grant(
        "gateway.envoyproxy.io",
        ("backendtrafficpolicies", "httproutefilters"),
        ("get", "list", *_APPLY, "delete"),
        "limits of each traffic class; replaced, never edited",
    ),
)

NAMESPACE_GRANTS = (
    Grant(
        "coordination.k8s.io",
        ("leases",),
        ("get", "create", "patch"),
        "one operator acts at a time",
    ),
)
