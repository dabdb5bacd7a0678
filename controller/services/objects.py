"""Applies, repairs, prunes and watches the Kubernetes objects of one tenant."""

from collections.abc import Iterable

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError, NotFoundError
from controller.services.outside import Outside
from controller.services.resources import Resources
from provisioning.bundle import PRUNABLE, TenantObjects, build
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import (
    LABEL_MANAGED_BY,
    LABEL_PARTNER,
    LABEL_TENANT,
    LABEL_TENANT_ID,
    MANAGED_BY,
    SYSTEM_NAMESPACE,
    Manifest,
)
from provisioning.names import DATABASE_SECRET
from provisioning.objects.labels import tenant_labels as build_labels
from provisioning.plan import Plan, quantity
from provisioning.release import Release
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import MissingSecretError, TenantSecrets, new_tenant_secrets

GATEWAY_API = "gateway.networking.k8s.io/v1"


class TenantObjectService:
    """The objects that follow from a tenant's spec, in the cluster."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._resources = Resources(outside.kube)

    def secrets(self, tenant: Tenant) -> TenantSecrets | None:
        """The tenant's generated passwords, None before they were made."""
        where = Ref("v1", "Secret", DATABASE_SECRET, tenant.names.namespace)
        found = self._outside.kube.get(where)
        if found is None:
            return None
        try:
            return TenantSecrets.from_manifest(found)
        except MissingSecretError as error:
            raise NotFoundError(f"{where}: {error}", hint="restore the key from a copy of the Secret") from error

    def foreign_namespace(self, tenant: Tenant) -> str | None:
        """Why the tenant's namespace is not its own, None when it is, or does not exist yet."""
        found = self._outside.kube.get(Ref("v1", "Namespace", tenant.names.namespace))
        if found is None:
            return None
        labels = found["metadata"].get("labels", {})
        own = build_labels(tenant)
        if all(labels.get(key) == own.get(key) for key in (LABEL_TENANT_ID, LABEL_TENANT, LABEL_PARTNER)):
            return None
        return (
            f"spec.id: namespace {tenant.names.namespace} exists and is not this tenant's; "
            "leave spec.id out and create the tenant again"
        )

    def ensure_secrets(self, tenant: Tenant) -> None:
        """The tenant's passwords; made once, with their namespace, and never overwritten."""
        if self.secrets(tenant) is not None:
            return
        drawn = new_tenant_secrets()
        self._outside.kube.apply(self._build(tenant, drawn).namespace)
        try:
            self._outside.kube.create(drawn.manifest(tenant))
        except ConflictError:
            pass  # Made by an earlier attempt; whoever was first is right.

    def build(self, tenant: Tenant) -> TenantObjects:
        """All objects of the tenant. Raises NotFoundError when it has no secrets yet, or refers to nothing."""
        return self._build(tenant, self.need_secrets(tenant))

    def _build(self, tenant: Tenant, secrets: TenantSecrets) -> TenantObjects:
        server = self._resources.need(DatabaseServer, tenant.spec.database_server)
        return build(
            tenant,
            self._resources.need(Plan, tenant.spec.plan).spec,
            self._resources.need(Release, tenant.spec.release).spec,
            server.spec,
            self._outside.settings,
            secrets,
            server_ca=server_ca(self._outside.kube, server),
        )

    def apply(self, manifests: Iterable[Manifest]) -> None:
        """Apply in order. A volume that has grown keeps its size, because nobody can make it smaller again."""
        for manifest in manifests:
            if manifest["kind"] == "PersistentVolumeClaim":
                self._outside.kube.apply(never_smaller(manifest, self._outside.kube.get(Ref.of(manifest))))
            else:
                self._outside.kube.apply(manifest)

    def prune(self, tenant: Tenant, wanted: TenantObjects) -> None:
        """Delete our objects in the tenant's namespace that its spec does not ask for any more."""
        keep = {Ref.of(manifest) for manifest in wanted.all()}
        labels = {LABEL_MANAGED_BY: MANAGED_BY, LABEL_TENANT_ID: tenant.names.id}
        for api_version, kind in PRUNABLE:
            for found in self._outside.kube.list(api_version, kind, tenant.names.namespace, labels):
                present = Ref(api_version, kind, found["metadata"]["name"], found["metadata"].get("namespace"))
                if present not in keep:
                    self._outside.kube.delete(present, found["metadata"]["uid"])

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

    def need_secrets(self, tenant: Tenant) -> TenantSecrets:
        """The tenant's passwords. Raises NotFoundError when there are none."""
        present = self.secrets(tenant)
        if present is None:
            raise NotFoundError(f"tenant {tenant.metadata.name} has no secrets in {tenant.names.namespace}")
        return present


def never_smaller(claim: Manifest, present: Manifest | None) -> Manifest:
    """The claim as wanted, but not for less storage than it has, nor of another class.

    The platform's default class may have changed since; a volume stays where it is.
    """
    if present is None:
        return claim
    wanted, has = (each["spec"]["resources"]["requests"]["storage"] for each in (claim, present))
    larger = wanted if quantity(wanted) >= quantity(has) else has
    fixed = {key: present["spec"][key] for key in ("accessModes", "storageClassName") if key in present["spec"]}
    resources = {**claim["spec"]["resources"], "requests": {"storage": larger}}
    return {**claim, "spec": {**claim["spec"], **fixed, "resources": resources}}


def server_ca(kube: Kube, server: DatabaseServer) -> str | None:
    """PEM of the authority behind a server's certificate; None when the public ones are meant.

    Raises NotFoundError when the server names a ConfigMap that does not exist.
    """
    if server.spec.ca_config_map is None:
        return None
    where = Ref("v1", "ConfigMap", server.spec.ca_config_map, SYSTEM_NAMESPACE)
    found = kube.get(where)
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
