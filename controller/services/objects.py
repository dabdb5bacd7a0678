"""Applies, repairs, prunes and watches the Kubernetes objects of one tenant."""

from collections.abc import Iterable

from provisioning.bundle import PRUNABLE, TenantObjects, build

from controller.core.ports import Ref
from controller.errors import ConflictError, NotFoundError
from controller.services.outside import Outside
from controller.services.resources import Resources
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import (
    LABEL_MANAGED_BY,
    LABEL_TENANT_ID,
    MANAGED_BY,
    SYSTEM_NAMESPACE,
    Manifest,
)
from provisioning.names import DATABASE_SECRET
from provisioning.objects.namespace import namespace as build_namespace
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import TenantSecrets, new_tenant_secrets

GATEWAY_API = "gateway.networking.k8s.io/v1"


class TenantObjectService:
    """The objects that follow from a tenant's spec, in the cluster."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._resources = Resources(outside.kube)

    def secrets(self, tenant: Tenant) -> TenantSecrets | None:
        """The tenant's generated passwords, None before they were made."""
        found = self._outside.kube.get(Ref("v1", "Secret", DATABASE_SECRET, tenant.names.namespace))
        return None if found is None else TenantSecrets.from_manifest(found)

    def ensure_secrets(self, tenant: Tenant) -> TenantSecrets:
        """The tenant's passwords; made once, with their namespace, and never overwritten."""
        present = self.secrets(tenant)
        if present is not None:
            return present
        self._outside.kube.apply(build_namespace(tenant))
        try:
            self._outside.kube.create(new_tenant_secrets().manifest(tenant))
        except ConflictError:
            pass  # Made by an earlier attempt; whoever was first is right.
        return self._need_secrets(tenant)

    def build(self, tenant: Tenant) -> TenantObjects:
        """All objects of the tenant. Raises NotFoundError when it has no secrets yet, or refers to nothing."""
        server = self._resources.need(DatabaseServer, tenant.spec.database_server)
        return build(
            tenant,
            self._resources.need(Plan, tenant.spec.plan).spec,
            self._resources.need(Release, tenant.spec.release).spec,
            server.spec,
            self._outside.settings,
            self._need_secrets(tenant),
            server_ca=self._server_ca(server),
        )

    def apply(self, manifests: Iterable[Manifest]) -> None:
        for manifest in manifests:
            self._outside.kube.apply(manifest)

    def prune(self, tenant: Tenant, wanted: TenantObjects) -> None:
        """Delete our objects in the tenant's namespace that its spec does not ask for any more."""
        keep = {Ref.of(manifest) for manifest in wanted.all()}
        labels = {LABEL_MANAGED_BY: MANAGED_BY, LABEL_TENANT_ID: tenant.names.id}
        for api_version, kind in PRUNABLE:
            for found in self._outside.kube.list(api_version, kind, tenant.names.namespace, labels):
                present = Ref(api_version, kind, found["metadata"]["name"], found["metadata"].get("namespace"))
                if present not in keep:
                    self._outside.kube.delete(present)

    def repair(self, tenant: Tenant) -> None:
        """Re-create what is missing of a settled tenant.

        Only absent objects are applied: what differs in its fields is drift that a person or an autoscaler may
        have meant, and is reported by `shopfleet fleet status`, not undone behind their backs.
        """
        if self.secrets(tenant) is None:
            raise NotFoundError(
                f"the secrets of tenant {tenant.metadata.name} are gone from namespace {tenant.names.namespace}",
                hint="restore the Secret `database` before anything else; a new password would lock Odoo out",
            )
        for manifest in self.build(tenant).all():
            if self._outside.kube.get(Ref.of(manifest)) is None:
                self._outside.kube.apply(manifest)

    def route_accepted(self, namespace: str) -> bool | None:
        """Whether the gateway took all of the tenant's routes; None when there is none."""
        routes = self._outside.kube.list(GATEWAY_API, "HTTPRoute", namespace)
        if not routes:
            return None
        return all(_accepted(route) for route in routes)

    def _need_secrets(self, tenant: Tenant) -> TenantSecrets:
        present = self.secrets(tenant)
        if present is None:
            raise NotFoundError(f"tenant {tenant.metadata.name} has no secrets in {tenant.names.namespace}")
        return present

    def _server_ca(self, server: DatabaseServer) -> str | None:
        if server.spec.ca_config_map is None:
            return None
        where = Ref("v1", "ConfigMap", server.spec.ca_config_map, SYSTEM_NAMESPACE)
        found = self._outside.kube.get(where)
        if found is None:
            raise NotFoundError(
                f"DatabaseServer {server.metadata.name} names {where}, which does not exist",
                hint="create it with key ca.crt, or set spec.caConfigMap to null",
            )
        return str(found["data"]["ca.crt"])


def _accepted(route: Manifest) -> bool:
    parents = route.get("status", {}).get("parents", [])
    wanted = {"Accepted", "ResolvedRefs"}
    return bool(parents) and all(
        wanted <= {c["type"] for c in parent.get("conditions", []) if c["status"] == "True"} for parent in parents
    )
