"""What people ask about tenants and procedures, as plain rows that every output format prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from controller.core.choices import newer_release
from controller.core.ports import Kube
from controller.errors import NotFoundError, RefusedError
from controller.services.resources import Resources
from provisioning.audit import AuditRecord
from provisioning.meta import LABEL_TENANT, SYSTEM_NAMESPACE
from provisioning.names import TenantNames, partner_namespace, partner_of
from provisioning.procedure import Procedure
from provisioning.release import Release
from provisioning.tenant import Tenant

Row = dict[str, Any]
"""One line of a table; keys are column names in camelCase, as JSON shows them."""


@dataclass(frozen=True)
class Queries:
    """Questions about one partner, or about all when `partner` is None."""

    kube: Kube
    now: datetime
    partner: str | None

    def tenants(self) -> list[Tenant]:
        found = Resources(self.kube).all(Tenant, self._namespace)
        return sorted(found, key=lambda tenant: (tenant.metadata.namespace or "", tenant.metadata.name))

    def newer_release(self, tenant: Tenant) -> str | None:
        """What a new tenant would get instead of this one's; None also for people who may not read releases."""
        try:
            releases = {each.metadata.name: each for each in Resources(self.kube).all(Release)}
        except RefusedError:
            return None
        return newer_release(tenant.status.release or tenant.spec.release, releases)

    def procedures(self, tenant: str | None = None, *, only_open: bool = False) -> list[Procedure]:
        """The newest first."""
        labels = {LABEL_TENANT: tenant} if tenant else None
        found = Resources(self.kube).all(Procedure, self._namespace, labels)
        wanted = [each for each in found if not (only_open and each.status.phase.final)]
        return sorted(wanted, key=_created, reverse=True)

    def procedure(self, name: str) -> Procedure:
        """The partner's procedure, or the platform's own, such as the build of a template.

        Raises NotFoundError when there is none of this name.
        """
        resources = Resources(self.kube)
        found = resources.find(Procedure, name, self._namespace) or self._of_platform(name)
        if found is None:
            raise NotFoundError(
                f"partner {self.partner} has no procedure {name!r}", hint="list them: shopfleet procedure list"
            )
        return found

    def _of_platform(self, name: str) -> Procedure | None:
        try:
            return Resources(self.kube).find(Procedure, name, SYSTEM_NAMESPACE)
        except RefusedError:
            # A partner's own people may not look there, so for them there is nothing.
            return None

    def audit(
        self, tenant: str | None = None, who: str | None = None, since: timedelta | None = None
    ) -> list[AuditRecord]:
        """The newest first; `since` is how long ago the oldest one may be."""
        earliest = self.now - since if since else None
        found = [
            record
            for record in Resources(self.kube).all(AuditRecord, self._namespace)
            if (tenant is None or record.spec.tenant == tenant)
            and (who is None or who in (record.spec.who, record.spec.on_behalf_of))
            and (earliest is None or record.spec.at >= earliest)
        ]
        return sorted(found, key=lambda record: (record.spec.at, record.metadata.name), reverse=True)

    @property
    def _namespace(self) -> str | None:
        return partner_namespace(self.partner) if self.partner else None


def tenant_row(tenant: Tenant, now: datetime) -> Row:
    applied = tenant.status.applied
    return {
        "partner": partner_of(tenant.metadata.namespace or ""),
        "name": tenant.metadata.name,
        "url": tenant.status.url or f"https://{tenant.spec.hostnames[0]}",
        "phase": tenant.status.phase.value,
        "plan": applied.plan if applied else tenant.spec.plan,
        "release": tenant.status.release or tenant.spec.release,
        "ready": tenant.status.ready,
        "age": age(tenant.metadata.creation_timestamp, now),
        "message": tenant.status.message,
    }


def tenant_details(
    tenant: Tenant, procedures: Sequence[Procedure], now: datetime, newer: str | None = None
) -> Row:
    """Everything about one tenant that a person may look for; `newer` is a release that it could have."""
    lock = tenant.status.lock
    names = TenantNames(tenant.spec.id) if tenant.spec.id else None
    return {
        **tenant_row(tenant, now),
        "newerRelease": f"{newer}; this tenant keeps its own until there are rollouts" if newer else None,
        "displayName": tenant.spec.display_name,
        "id": tenant.spec.id,
        "namespace": names.namespace if names else None,
        "database": names.database if names else None,
        "hostnames": list(tenant.spec.hostnames),
        "country": tenant.spec.country,
        "languages": list(tenant.spec.languages),
        "timeZone": tenant.spec.time_zone,
        "environment": tenant.spec.environment.value,
        "databaseServer": tenant.spec.database_server,
        "bundles": None if tenant.spec.bundles is None else list(tenant.spec.bundles),
        "stores": len(tenant.spec.stores),
        "lock": f"{lock.holder} ({lock.reason}, since {lock.since:%Y-%m-%d %H:%M:%S} UTC)" if lock else None,
        "conditions": {
            each.type: f"{each.status.value} {each.reason} {each.message}".strip()
            for each in tenant.status.conditions
        },
        "procedures": [procedure_row(each, now) for each in procedures[:5]],
    }


def procedure_row(procedure: Procedure, now: datetime) -> Row:
    return {
        "name": procedure.metadata.name,
        "kind": procedure.spec.kind.value,
        "tenant": procedure.spec.tenant,
        "phase": procedure.status.phase.value,
        "progress": procedure.status.progress,
        "requestedBy": procedure.spec.requested_by,
        "age": age(procedure.metadata.creation_timestamp, now),
        "message": procedure.status.message,
    }


def procedure_details(procedure: Procedure, now: datetime) -> Row:
    spec, status = procedure.spec, procedure.status
    return {
        **procedure_row(procedure, now),
        "onBehalfOf": spec.on_behalf_of,
        "reason": spec.reason,
        "requestId": spec.request_id,
        "retries": spec.retries,
        "startedAt": _stamp(status.started_at),
        "finishedAt": _stamp(status.finished_at),
        "outputs": dict(status.outputs),
        "steps": [
            {
                "name": step.name,
                "phase": step.phase.value,
                "attempts": step.attempts,
                "seconds": seconds(step.started_at, step.finished_at, now),
                "message": step.message,
            }
            for step in status.steps
        ],
    }


def audit_row(record: AuditRecord) -> Row:
    spec = record.spec
    return {
        "at": _stamp(spec.at),
        "who": spec.who,
        "onBehalfOf": spec.on_behalf_of,
        "component": spec.component,
        "action": spec.action,
        "tenant": spec.tenant,
        "reason": spec.reason,
        "result": spec.result,
        "requestId": spec.request_id,
    }


def age(since: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that fits, as kubectl prints it; empty when unknown."""
    if since is None:
        return ""
    passed = max(0, int((now - since).total_seconds()))
    for length, unit in ((86_400, "d"), (3600, "h"), (60, "m")):
        if passed >= 2 * length or (length == 86_400 and passed >= length):
            return f"{passed // length}{unit}"
    return f"{passed}s"


def seconds(started: datetime | None, finished: datetime | None, now: datetime) -> float | None:
    """From start to end, or until now; None before the start."""
    return None if started is None else round(((finished or now) - started).total_seconds(), 1)


def _created(procedure: Procedure) -> tuple[float, str]:
    created = procedure.metadata.creation_timestamp
    return (created.timestamp() if created else 0.0, procedure.metadata.name)


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
