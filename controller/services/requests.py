"""Who asks for a change, for whom and why; how that travels to the operator on the object that is changed."""

from dataclasses import dataclass

from controller.services.audit import why
from provisioning.meta import GROUP, LABEL_TENANT, Manifest, Metadata
from provisioning.procedure import Procedure, ProcedureKind, ProcedureSpec, ProcedureStatus
from provisioning.tenant import Tenant

ANNOTATION_REQUESTED_BY = f"{GROUP}/requested-by"
ANNOTATION_ON_BEHALF_OF = f"{GROUP}/on-behalf-of"
ANNOTATION_REASON = f"{GROUP}/reason"
ANNOTATION_REQUEST_ID = f"{GROUP}/request-id"
ANNOTATION_FORCE = f"{GROUP}/force"
ANNOTATION_PURGE = f"{GROUP}/purge"


@dataclass(frozen=True)
class Request:
    """One request of one person."""

    requested_by: str
    """User name as the API server knows it."""
    request_id: str
    reason: str = ""
    on_behalf_of: str | None = None
    force: str | None = None
    """Why the guard's objections are overridden; None when they count."""
    purge: bool = False
    """A deletion that keeps no final backup."""

    @property
    def why(self) -> str:
        """What the audit log keeps: an overridden guard is not passed over."""
        return why(self.reason, self.force)

    def annotations(self) -> dict[str, str | None]:
        """As a merge patch: what this request does not say is taken away, so that no earlier one speaks for it."""
        return {
            ANNOTATION_REQUESTED_BY: self.requested_by,
            ANNOTATION_REQUEST_ID: self.request_id,
            ANNOTATION_REASON: self.reason or None,
            ANNOTATION_ON_BEHALF_OF: self.on_behalf_of,
            ANNOTATION_FORCE: self.force,
            ANNOTATION_PURGE: "true" if self.purge else None,
        }


def creation(tenant: Tenant, request: Request) -> Manifest:
    """The new tenant as it is sent to the API server."""
    manifest = tenant.manifest()
    said = {key: value for key, value in request.annotations().items() if value is not None}
    manifest["metadata"]["annotations"] = {**manifest["metadata"].get("annotations", {}), **said}
    return manifest


def edit(before: Tenant, after: Tenant, request: Request) -> Manifest:
    """The merge patch from one spec to the other; refused by the API server if `before` is outdated."""
    return {
        "metadata": {"resourceVersion": before.metadata.resource_version, "annotations": request.annotations()},
        "spec": changed_fields(before, after),
    }


def farewell(tenant: Tenant, request: Request) -> Manifest:
    """The merge patch that goes before a deletion, which itself can carry no annotations."""
    return {
        "metadata": {"resourceVersion": tenant.metadata.resource_version, "annotations": request.annotations()}
    }


def changed_fields(before: Tenant, after: Tenant) -> Manifest:
    """Top-level fields of the spec that differ, in camelCase; None for those that are taken away."""
    old, new = (each.spec.model_dump(mode="json", by_alias=True, exclude_none=True) for each in (before, after))
    return {key: new.get(key) for key in sorted({*old, *new}) if old.get(key) != new.get(key)}


def errand(tenant: Tenant, kind: ProcedureKind, request: Request) -> Procedure:
    """A procedure that no change of the spec stands for, such as a new password."""
    metadata = tenant.metadata
    end = f"-{kind.value.lower()}-{metadata.uid[:5]}-{request.request_id[:8]}"
    return Procedure(
        metadata=Metadata(
            name=metadata.name[: 63 - len(end)].rstrip("-") + end,
            namespace=metadata.namespace,
            labels={LABEL_TENANT: metadata.name},
        ),
        spec=ProcedureSpec(
            kind=kind,
            tenant=metadata.name,
            parameters={"force": request.force} if request.force else {},
            requested_by=request.requested_by,
            on_behalf_of=request.on_behalf_of,
            reason=request.reason,
            request_id=request.request_id,
        ),
        status=ProcedureStatus(),
    )
