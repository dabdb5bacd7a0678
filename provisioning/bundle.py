"""The whole desired state of a tenant, as one typed bundle. Pure: the same inputs give the same objects."""

from dataclasses import dataclass

from provisioning.databaseserver import DatabaseServerSpec
from provisioning.meta import Manifest
from provisioning.objects.configuration import ca_config_map, conf_secret
from provisioning.objects.cron import cron_deployment
from provisioning.objects.filestore import volume_claim
from provisioning.objects.inputs import Inputs
from provisioning.objects.namespace import namespace, service_account
from provisioning.objects.network import network_policies
from provisioning.objects.quota import limit_range, resource_quota
from provisioning.objects.route import HTTP_ROUTE, ROUTE_FILTER, TRAFFIC_POLICY, RouteObjects, route_objects
from provisioning.objects.services import disruption_budget, services
from provisioning.objects.web import web_deployment
from provisioning.plan import PlanSpec
from provisioning.release import ReleaseSpec
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant, TenantSpec
from provisioning.tenant_secrets import TenantSecrets

# Kinds of which a tenant may have had other objects before: another plan's route and policies, a redirect of
# a hostname that is gone, a policy that no longer applies. After an apply, those of these kinds in the
# tenant's namespace that carry our labels and are not in the bundle are removed, routes before policies.
PRUNABLE: tuple[tuple[str, str], ...] = (
    HTTP_ROUTE,
    TRAFFIC_POLICY,
    ROUTE_FILTER,
    ("networking.k8s.io/v1", "NetworkPolicy"),
)


@dataclass(frozen=True)
class TenantObjects:
    namespace: Manifest
    service_account: Manifest
    quota: Manifest
    limits: Manifest
    network_policies: tuple[Manifest, ...]
    ca: Manifest
    credentials: Manifest
    conf: Manifest
    volume: Manifest
    services: tuple[Manifest, ...]
    web: Manifest
    cron: Manifest
    disruption_budget: Manifest
    route: RouteObjects

    def foundation(self) -> tuple[Manifest, ...]:
        """What must be there before the database is: limits come before anything that they limit."""
        return (
            self.namespace,
            self.service_account,
            self.quota,
            self.limits,
            *self.network_policies,
            self.ca,
            self.credentials,
            self.conf,
            self.volume,
        )

    def workloads(self) -> tuple[Manifest, ...]:
        """What needs the database."""
        return (*self.services, self.disruption_budget, self.web, self.cron)

    def routes(self) -> tuple[Manifest, ...]:
        """What lets customers in: together, in this order."""
        return self.route.all()

    def serving(self) -> tuple[Manifest, ...]:
        return self.workloads() + self.routes()

    def all(self) -> tuple[Manifest, ...]:
        """Everything, in the order in which it is applied."""
        return self.foundation() + self.serving()


def build(  # noqa: PLR0917 the six things a tenant is made of
    tenant: Tenant,
    plan: PlanSpec,
    release: ReleaseSpec,
    server: DatabaseServerSpec,
    settings: PlatformSettings,
    secrets: TenantSecrets,
    *,
    server_ca: str | None = None,
) -> TenantObjects:
    """All objects of a tenant.

    `server_ca` is the PEM of the authority that signed the database server's certificate; None when the server
    is verified by the public authorities that the images bring.

    Raises ValueError while the tenant has no id, and series.UnknownSeriesError for a release of a series that
    the platform does not know.
    """
    inputs = Inputs(tenant, plan, release, server, settings, secrets, server_ca)
    return TenantObjects(
        namespace=namespace(inputs),
        service_account=service_account(inputs),
        quota=resource_quota(inputs),
        limits=limit_range(inputs),
        network_policies=network_policies(inputs),
        ca=ca_config_map(inputs),
        credentials=secrets.manifest(tenant),
        conf=conf_secret(inputs),
        volume=volume_claim(inputs),
        services=services(inputs),
        web=web_deployment(inputs),
        cron=cron_deployment(inputs),
        disruption_budget=disruption_budget(inputs),
        route=route_objects(inputs),
    )


def tenant_url(spec: TenantSpec) -> str:
    """Where customers find the shop."""
    return f"https://{spec.hostnames[0]}"
