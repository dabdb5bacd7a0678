"""Looks whether a settled tenant runs what was declared, as far as only the operator may look.

People's own rights reach neither Secrets nor databases, so `shopfleet fleet status` takes these from the tenant's
condition; all other fields it compares itself (controller/services/fleet.py).
"""

from collections.abc import Iterator

from controller.core import modules
from controller.core.drift import content_differences, other_configuration
from controller.core.ports import Ref
from controller.errors import CutOffError, ShopfleetError, Unknown
from controller.services.objects import TenantObjectService
from controller.services.outside import Looked, Outside
from controller.services.present import Present
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.release import Release
from provisioning.tenant import Tenant

# Each look at a database makes a throw-away login there and drops it again, so it is not part of every pass.
LOOK_SECONDS = 900.0


class DeclaredService:
    """Compares content of Secrets and ConfigMaps, the configuration that pods started with, and modules."""

    def __init__(self, outside: Outside, looked: Looked) -> None:
        """`looked` is of tenants, by uid."""
        self._outside = outside
        self._resources = Resources(outside.kube)
        self._looked = looked

    def differences(self, tenant: Tenant, present: Present) -> tuple[str, ...] | Unknown | None:
        """What differs, of a tenant as it was applied, from what was read in this pass.

        None when that was looked at not long ago.
        """
        uid, generation = tenant.metadata.uid, tenant.metadata.generation
        now = self._outside.clock.monotonic()
        if self._looked.age(uid, generation, now) < LOOK_SECONDS:
            return None
        try:
            found = (*self._objects(tenant, present), *self._modules(tenant))
        except CutOffError:
            raise
        except ShopfleetError as error:
            return Unknown(error.message)
        self._looked.note(uid, generation, now)
        return found

    def _objects(self, tenant: Tenant, present: Present) -> Iterator[str]:
        for wanted in TenantObjectService(self._outside).build(tenant).all():
            where = Ref.of(wanted)
            if where.kind not in ("Secret", "ConfigMap", "Deployment"):
                continue
            running = present.get(where)
            if running is None:
                continue  # Told by `fleet status`, should it be gone again.
            if where.kind == "Deployment" and other_configuration(wanted, running):
                yield f"{where}: its pods start with another configuration than the declared one"
            for key in content_differences(wanted, running):
                yield f"{where}: {key} has another content than the declared one"

    def _modules(self, tenant: Tenant) -> Iterator[str]:
        release = self._resources.need(Release, tenant.spec.release)
        server = self._resources.need(DatabaseServer, tenant.spec.database_server)
        database = tenant.names.database
        rows = self._outside.connect_server(server).query(database, modules.MODULES_QUERY)
        wanted = release.spec.modules_with(tenant.spec.bundles)
        for each in modules.differences(wanted, modules.read(rows)):
            yield f"modules of {database}: {each}"
