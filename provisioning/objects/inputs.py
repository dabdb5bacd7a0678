"""Everything that a tenant's objects are built from."""

from dataclasses import dataclass

from provisioning.databaseserver import DatabaseServerSpec
from provisioning.names import TenantNames
from provisioning.plan import PlanSpec, quantity
from provisioning.release import ReleaseSpec
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets


@dataclass(frozen=True)
class Inputs:
    tenant: Tenant
    plan: PlanSpec
    release: ReleaseSpec
    server: DatabaseServerSpec
    settings: PlatformSettings
    secrets: TenantSecrets
    server_ca: str | None

    @property
    def names(self) -> TenantNames:
        return self.tenant.names

    @property
    def storage(self) -> str:
        """Size of the volume: the larger of what plan and tenant say, because the tenant may only add."""
        return storage_of(self.tenant, self.plan)


def storage_of(tenant: Tenant, plan: PlanSpec) -> str:
    """Size of a tenant's volume as a quantity."""
    own = tenant.spec.storage
    return own if own and quantity(own) > quantity(plan.storage) else plan.storage
