"""What kopf calls: every event becomes a key in the queue, and nothing is decided here."""

from collections.abc import Mapping
from typing import Any

import kopf

from controller.core import references
from controller.operator.dispatch import REFERENCES
from controller.operator.queue import Key, WorkQueue
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import GROUP, LABEL_PARTNER, LABEL_TENANT, LABEL_TENANT_ID, VERSION
from provisioning.names import partner_namespace
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant

# A procedure writes its status several times a second, and only the tenant's own status follows from that: one
# look at the tenant for a few of those writes leaves the processor to the procedure.
GATHER_SECONDS = 0.2

OWN_KINDS = (Partner, Plan, Release, DatabaseServer, Tenant, Procedure)

REFERENCED = frozenset(kind.KIND for kind in references.KINDS)
NEW = (None, "ADDED")
"""Types of events of what was there when the watch began, or came since."""


def registry(queue: WorkQueue) -> kopf.OperatorRegistry:
    """Handlers for all our kinds, and for the Deployments whose pods make a tenant ready or not."""
    handlers = kopf.OperatorRegistry()

    @kopf.on.login(id="login", registry=handlers)
    def _login(**context: Any) -> kopf.ConnectionInfo | None:
        return kopf.login_via_client(**context)

    for kind in OWN_KINDS:
        _watch_own(handlers, queue, kind.KIND, kind.PLURAL)
    _watch_workloads(handlers, queue)
    return handlers


def _watch_own(handlers: kopf.OperatorRegistry, queue: WorkQueue, kind: str, plural: str) -> None:
    @kopf.on.event(GROUP, VERSION, plural, id=f"watch-{plural}", registry=handlers)
    def _changed(*, name: str, namespace: str | None, spec: kopf.Spec, type: str | None, **_: Any) -> None:  # noqa: A002
        if kind != Plan.KIND:
            queue.add(Key(kind, namespace or "", name))
        # Each count of users is an event of the counted as well, and must not ask for the next one.
        if kind == Tenant.KIND or (kind in REFERENCED and type in NEW):
            queue.add(REFERENCES)
        if kind == Procedure.KIND and spec.get("tenant"):
            queue.add(Key(Tenant.KIND, namespace or "", spec["tenant"]), delay=GATHER_SECONDS)


def _watch_workloads(handlers: kopf.OperatorRegistry, queue: WorkQueue) -> None:
    @kopf.on.event(
        "apps",
        "v1",
        "deployments",
        id="watch-workloads",
        labels={LABEL_TENANT_ID: kopf.PRESENT},
        registry=handlers,
    )
    def _changed(*, labels: Mapping[str, str], **_: Any) -> None:
        name, partner = labels.get(LABEL_TENANT), labels.get(LABEL_PARTNER)
        if name and partner:
            queue.add(Key(Tenant.KIND, partner_namespace(partner), name))


def settings() -> kopf.OperatorSettings:
    """kopf as a watcher only: no finalisers, annotations, events or peering of its own."""
    chosen = kopf.OperatorSettings()
    chosen.posting.enabled = False
    chosen.scanning.disabled = False
    # A watch that went silent behind a dead connection is opened anew; the API server closes idle ones anyway.
    chosen.watching.server_timeout = 300
    chosen.watching.client_timeout = 330
    chosen.networking.request_timeout = 30
    return chosen
