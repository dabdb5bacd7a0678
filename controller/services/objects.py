"""Applies, repairs, prunes and watches the Kubernetes objects of one tenant."""

from collections.abc import Iterable, Sequence

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError, NotFoundError
from controller.services.outside import Outside
from controller.services.present import Kind, Present
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
from provisioning.objects.route import HTTP_ROUTE
from provisioning.plan import Plan, quantity
from provisioning.release import Release
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import MissingSecretError, TenantSecrets, new_tenant_secrets

SECRET: Kind = ("v1", "Secret")
DEPLOYMENT: Kind = ("apps/v1", "Deployment")


class TenantObjectService:
    """The objects that follow from a tenant's spec, in the cluster."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._resources = Resources(outside.kube)

    def secrets(self, tenant: Tenant) -> TenantSecrets | None:
        """The tenant's generated passwords, None before they were made."""
        return _secrets_in(self._outside.kube.get(_secrets_of(tenant)))

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
        for unwanted in self.unwanted(tenant, wanted):
            self._outside.kube.delete(Ref.of(unwanted), unwanted["metadata"]["uid"])

    def unwanted(self, tenant: Tenant, wanted: TenantObjects) -> list[Manifest]:
        """Those objects, in the order in which they may be removed."""
        keep = {Ref.of(manifest) for manifest in wanted.all()}
        labels = {LABEL_MANAGED_BY: MANAGED_BY, LABEL_TENANT_ID: tenant.names.id}
        found = [
            {"apiVersion": api_version, "kind": kind, **present}
            for api_version, kind in PRUNABLE
            for present in self._outside.kube.list(api_version, kind, tenant.names.namespace, labels)
        ]
        return [present for present in found if Ref.of(present) not in keep]

    def repair(self, tenant: Tenant) -> Present:
        """Re-create what is missing of a settled tenant; returns what there is then.

        Only absent objects are applied: what differs in its fields is drift that a person or an autoscaler may
        have meant, and is reported by `shopfleet fleet status`, not undone behind their backs.

        Every tenant is looked at like this for as long as it exists, so it costs a request per kind and none per
        object. All is read before anything is made: what could not be read is not missing.
        """
        kube, namespace = self._outside.kube, tenant.names.namespace
        present = Present().and_read(kube, namespace, [SECRET])
        secrets = _secrets_in(present.get(_secrets_of(tenant)))
        if secrets is None:
            raise NotFoundError(
                f"the secrets of tenant {tenant.metadata.name} are gone from namespace {namespace}",
                hint="restore the Secret `database` before anything else; a new password would lock Odoo out",
            )
        # The namespace need not be asked for: something was just read in it.
        wanted = [each for each in self._build(tenant, secrets).all() if each["kind"] != "Namespace"]
        kinds = dict.fromkeys((each["apiVersion"], each["kind"]) for each in wanted)
        present = present.and_read(kube, namespace, [kind for kind in kinds if kind != SECRET])
        return present.and_made([kube.apply(each) for each in wanted if Ref.of(each) not in present])

    def serving(self, tenant: Tenant) -> Present:
        """Deployments and, when there are any, routes: what a tenant's readiness follows from."""
        kube, namespace = self._outside.kube, tenant.names.namespace
        workloads = Present().and_read(kube, namespace, [DEPLOYMENT])
        return workloads.and_read(kube, namespace, [HTTP_ROUTE]) if workloads.objects else workloads

    def need_secrets(self, tenant: Tenant) -> TenantSecrets:
        """The tenant's passwords. Raises NotFoundError when there are none."""
        present = self.secrets(tenant)
        if present is None:
            raise NotFoundError(f"tenant {tenant.metadata.name} has no secrets in {tenant.names.namespace}")
        return present


def _secrets_of(tenant: Tenant) -> Ref:
    return Ref(*SECRET, DATABASE_SECRET, tenant.names.namespace)


def _secrets_in(found: Manifest | None) -> TenantSecrets | None:
    if found is None:
        return None
    try:
        return TenantSecrets.from_manifest(found)
    except MissingSecretError as error:
        raise NotFoundError(
            f"{Ref.of(found)}: {error}", hint="restore the key from a copy of the Secret"
        ) from error


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


def routes_accepted(routes: Sequence[Manifest]) -> bool | None:
    """Whether the gateway took all of a tenant's routes; None when there is none."""
    return all(_accepted(route) for route in routes) if routes else None


def _accepted(route: Manifest) -> bool:
    parents = route.get("status", {}).get("parents", [])
    wanted = {"Accepted", "ResolvedRefs"}
    return bool(parents) and all(
        wanted <= {c["type"] for c in parent.get("conditions", []) if c["status"] == "True"} for parent in parents
    )
