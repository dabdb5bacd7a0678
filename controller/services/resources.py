"""Reads and writes our own resources as typed values."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from controller.core.ports import Kube, Ref
from controller.core.problem import Catalogue
from controller.errors import NotFoundError, RefusedError
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, LABEL_TENANT, Manifest, Resource
from provisioning.names import partner_namespace
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import Procedure, ProcedureStatus
from provisioning.release import Release
from provisioning.tenant import Tenant

Kind = TypeVar("Kind", bound=Resource[Any, Any])


class Resources:
    """Our resources in one cluster."""

    def __init__(self, kube: Kube) -> None:
        self._kube = kube

    def find(self, kind: type[Kind], name: str, namespace: str | None = None) -> Kind | None:
        """The named object, None when it does not exist."""
        found = self._kube.get(ref(kind, name, namespace))
        return None if found is None else parse(kind, found)

    def need(self, kind: type[Kind], name: str, namespace: str | None = None) -> Kind:
        """The named object. Raises NotFoundError when it does not exist."""
        found = self.find(kind, name, namespace)
        if found is None:
            place = f" in namespace {namespace}" if namespace else ""
            raise NotFoundError(
                f"there is no {kind.KIND.lower()} {name!r}{place}",
                hint=f"list them: kubectl get {kind.PLURAL} -A",
            )
        return found

    def all(
        self, kind: type[Kind], namespace: str | None = None, labels: Mapping[str, str] | None = None
    ) -> list[Kind]:
        """All objects of a kind, in every namespace when none is named."""
        found = self._kube.list(API_VERSION, kind.KIND, namespace, labels)
        return [parse(kind, manifest) for manifest in found]

    def procedures_of(self, tenant: Tenant) -> list[Procedure]:
        """All procedures that name the tenant, finished ones included."""
        labels = {LABEL_TENANT: tenant.metadata.name}
        return self.all(Procedure, tenant.metadata.namespace, labels)

    def tenant_of(self, procedure: Procedure) -> Tenant:
        """The tenant that the procedure was meant for.

        Raises NotFoundError when it is gone, even when a new one has its name by now.
        """
        name, namespace = procedure.spec.tenant, procedure.metadata.namespace
        tenant = self.need(Tenant, name, namespace)
        meant, created = procedure.metadata.creation_timestamp, tenant.metadata.creation_timestamp
        if meant is not None and created is not None and meant < created:
            raise NotFoundError(f"the tenant {name!r} that this was meant for is gone; the present one is younger")
        return tenant

    def catalogue(self, namespace: str | None) -> Catalogue:
        """What a tenant in this namespace can refer to, and all tenants there are."""
        partners = {partner_namespace(partner.metadata.name): partner for partner in self.all(Partner)}
        return Catalogue(
            partner=partners.get(namespace or ""),
            partners=partners,
            plans={plan.metadata.name: plan for plan in self.all(Plan)},
            releases={release.metadata.name: release for release in self.all(Release)},
            servers={server.metadata.name: server for server in self.all(DatabaseServer)},
            tenants=self.all(Tenant),
        )

    def write_procedure_status(self, procedure: Procedure, status: ProcedureStatus) -> Procedure:
        """Record progress on top of what was read. Raises ConflictError when somebody recorded in between."""
        wire = status.model_dump(mode="json", by_alias=True)
        target = ref(Procedure, procedure.metadata.name, procedure.metadata.namespace)
        return parse(Procedure, self._kube.patch_status(target, wire, procedure.metadata.resource_version))

    def write_tenant_status(self, tenant: Tenant, changes: Manifest) -> Tenant:
        """Merge into the tenant's status; camelCase keys. Raises ConflictError when it was changed since."""
        target = ref(Tenant, tenant.metadata.name, tenant.metadata.namespace)
        return parse(Tenant, self._kube.patch_status(target, changes, tenant.metadata.resource_version))


def ref(kind: type[Resource[Any, Any]], name: str, namespace: str | None = None) -> Ref:
    return Ref(API_VERSION, kind.KIND, name, namespace if kind.NAMESPACED else None)


def about(resource: Resource[Any, Any]) -> Manifest:
    """The object as an event names it: with its uid, or `kubectl describe` would not show the event."""
    metadata = resource.metadata
    return {
        "apiVersion": API_VERSION,
        "kind": resource.KIND,
        "metadata": {
            "name": metadata.name,
            "namespace": metadata.namespace,
            "uid": metadata.uid,
            "resourceVersion": metadata.resource_version,
        },
    }


def parse(kind: type[Kind], manifest: Manifest) -> Kind:
    """Raises RefusedError naming the field when the object does not fit our schema."""
    try:
        return kind.model_validate({"status": {}, **manifest})
    except ValidationError as error:
        name = manifest.get("metadata", {}).get("name")
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise RefusedError(f"{kind.KIND} {name}: {field}: {first['msg']}") from error
