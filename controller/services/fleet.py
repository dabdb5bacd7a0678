"""The whole fleet at once: phases, releases, plans, what is under way, and what drifted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from controller.core.conditions import told_drift
from controller.core.drift import differences
from controller.core.lifecycle import effective
from controller.core.ports import Kube, Ref
from controller.errors import NotFoundError, RefusedError, Unknown
from controller.services.platform_settings import settings_from_cluster
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import LABEL_MANAGED_BY, MANAGED_BY, Manifest
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets

# Their content is generated or secret: only that they are there is compared here, the rest by the operator.
NOT_COMPARED = frozenset({"Secret", "ConfigMap"})

_NO_SECRETS = TenantSecrets("-", "-")


@dataclass(frozen=True)
class Drift:
    """One difference between a tenant's declaration and what runs, or why that is not known."""

    tenant: str
    object: str
    difference: str
    unknown: bool = False


def counts(tenants: Iterable[Tenant]) -> dict[str, dict[str, int]]:
    """How many tenants are in each phase, on each release and on each plan."""
    found = list(tenants)
    return {
        "phases": dict(Counter(each.status.phase.value for each in found)),
        "releases": dict(Counter(each.status.release or each.spec.release for each in found)),
        "plans": dict(Counter(each.spec.plan for each in found)),
    }


class DriftReport:
    """Compares tenants with the cluster; one list request per kind, however many tenants there are."""

    def __init__(self, kube: Kube) -> None:
        self._kube = kube
        self._resources = Resources(kube)
        self._running: dict[tuple[str, str], dict[Ref, Manifest]] = {}

    def of(self, tenants: Iterable[Tenant]) -> list[Drift] | Unknown:
        """All differences of settled tenants; Unknown when the cluster may not be read."""
        settled = [each for each in tenants if each.status.applied is not None and each.status.lock is None]
        try:
            found = [drift for tenant in settled for drift in self._tenant(tenant)]
        except RefusedError as error:
            return Unknown(error.message)
        return found

    def _tenant(self, tenant: Tenant) -> Iterable[Drift]:
        name = tenant.metadata.name
        try:
            wanted = self._declared(effective(tenant))
        except NotFoundError as error:
            return [Drift(name, "Tenant", error.message)]
        found: list[Drift] = []
        for manifest in wanted:
            where = Ref.of(manifest)
            running = self._look(where)
            if running is None:
                found.append(Drift(name, str(where), "is missing"))
            elif where.kind not in NOT_COMPARED:
                found += [Drift(name, str(where), each) for each in differences(manifest, running)]
        return [*found, *_told(tenant)]

    def _declared(self, tenant: Tenant) -> tuple[Manifest, ...]:
        settings = settings_from_cluster(self._kube)
        if settings is None:
            raise RefusedError("the platform's settings are not there")
        plan = self._resources.need(Plan, tenant.spec.plan)
        release = self._resources.need(Release, tenant.spec.release)
        server = self._resources.need(DatabaseServer, tenant.spec.database_server)
        authority = None if server.spec.ca_config_map is None else "-"
        # Only here, because most commands build nothing, and this loads the templates of Odoo's configuration.
        from provisioning.bundle import build  # noqa: PLC0415

        objects = build(tenant, plan.spec, release.spec, server.spec, settings, _NO_SECRETS, server_ca=authority)
        return tuple(each for each in objects.all() if each["kind"] != "Secret")

    def _look(self, where: Ref) -> Manifest | None:
        kind = (where.api_version, where.kind)
        if kind not in self._running:
            found = self._kube.list(where.api_version, where.kind, labels={LABEL_MANAGED_BY: MANAGED_BY})
            self._running[kind] = {Ref.of(each): each for each in found}
        return self._running[kind].get(where)


def _told(tenant: Tenant) -> list[Drift]:
    """What the operator found where people may not look: content of Secrets, and modules in the database."""
    name, told = tenant.metadata.name, told_drift(tenant)
    if isinstance(told, Unknown):
        return [Drift(name, "configuration and modules", told.reason, unknown=True)]
    return [Drift(name, where, difference) for where, _, difference in (each.partition(": ") for each in told)]
