"""Names every object that a tenant would consist of, for a dry run. Builds them all and sends nothing."""

from controller.core.ports import Kube, Ref
from controller.errors import ShopfleetError
from controller.services.platform_settings import settings_from_cluster
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets

_NO_SECRETS = TenantSecrets("-", "-")


def object_names(kube: Kube, tenant: Tenant) -> list[str]:
    """Kind and name of each object, in the order in which they are applied; the database first.

    Empty when something that the tenant refers to is missing: the plan's problems say what.
    """
    if tenant.spec.id is None:
        return []
    database = f"PostgreSQL database and role {tenant.names.database}"
    try:
        settings = settings_from_cluster(kube)
        resources = Resources(kube)
        plan = resources.find(Plan, tenant.spec.plan)
        release = resources.find(Release, tenant.spec.release)
        server = resources.find(DatabaseServer, tenant.spec.database_server)
    except ShopfleetError:
        return [database]
    if settings is None or plan is None or release is None or server is None:
        return [database]
    # Only here, because most commands build nothing, and this loads the templates of Odoo's configuration.
    from provisioning.bundle import build  # noqa: PLC0415

    objects = build(tenant, plan.spec, release.spec, server.spec, settings, _NO_SECRETS, server_ca="-")
    return [database, *(str(Ref.of(manifest)) for manifest in objects.all())]
