"""Who asks for a change, for whom and why; how that travels to the operator on the object that is changed.

It travels as annotations, and they stay when the change is over. So they say for which one they are meant, and
speak for no other: a later `kubectl edit` or `kubectl delete` must not go on in an earlier person's name, past
open tills, or without a final backup.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.core.lifecycle import procedure_name
from provisioning.meta import GROUP, LABEL_TENANT, Manifest, Metadata
from provisioning.procedure import Procedure, ProcedureKind, ProcedureSpec, ProcedureStatus
from provisioning.tenant import Tenant

ANNOTATION_REQUESTED_BY = f"{GROUP}/requested-by"
ANNOTATION_ON_BEHALF_OF = f"{GROUP}/on-behalf-of"
ANNOTATION_REASON = f"{GROUP}/reason"
ANNOTATION_REQUEST_ID = f"{GROUP}/request-id"
ANNOTATION_FORCE = f"{GROUP}/force"
ANNOTATION_PURGE = f"{GROUP}/purge"
ANNOTATION_MEANT_FOR = f"{GROUP}/request-for"

ANNOUNCED = "a deletion that comes next"
"""What a request is meant for until its deletion has happened: this alone entitles to nothing."""

PATIENCE = timedelta(seconds=10)
"""How long a deletion that was announced waits for its request. The command line needs a few milliseconds."""

# Characters, as ProcedureSpec has them. Anybody can annotate at any length, and a text that is too long must not
# keep the work from starting.
USER_LIMIT, REASON_LIMIT, REQUEST_ID_LIMIT = 253, 500, 63


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

    def annotations(self, meant_for: str) -> dict[str, str | None]:
        """As a merge patch: what this request does not say is taken away, so that no earlier one speaks for it."""
        return {
            ANNOTATION_MEANT_FOR: meant_for,
            ANNOTATION_REQUESTED_BY: self.requested_by,
            ANNOTATION_REQUEST_ID: self.request_id,
            ANNOTATION_REASON: self.reason or None,
            ANNOTATION_ON_BEHALF_OF: self.on_behalf_of,
            ANNOTATION_FORCE: self.force,
            ANNOTATION_PURGE: "true" if self.purge else None,
        }

    def parameters(self) -> dict[str, str]:
        """What of it a procedure acts upon."""
        return {**({"force": self.force} if self.force else {}), **({"purge": "true"} if self.purge else {})}


def creation(tenant: Tenant, kind: ProcedureKind, request: Request) -> Manifest:
    """The new tenant, which has its id, as it is sent to the API server."""
    manifest = tenant.manifest()
    # It has no uid yet; its id is as much its own.
    said = request.annotations(_change(kind, 1, tenant.spec.id))
    present = {key: value for key, value in said.items() if value is not None}
    manifest["metadata"]["annotations"] = {**manifest["metadata"].get("annotations", {}), **present}
    return manifest


def edit(before: Tenant, after: Tenant, kind: ProcedureKind, request: Request) -> Manifest:
    """The merge patch from one spec to the other; refused by the API server if `before` is outdated."""
    meant_for = _change(kind, before.metadata.generation + 1, before.metadata.uid)
    return {
        "metadata": {
            "resourceVersion": before.metadata.resource_version,
            "annotations": request.annotations(meant_for),
        },
        "spec": changed_fields(before, after),
    }


def announcement(tenant: Tenant, request: Request) -> Manifest:
    """The merge patch that goes before a deletion, so that the operator waits for what comes after it.

    A deletion carries no annotations, and one that fails leaves the tenant as it was. Had this said already what
    was asked, it would hold for whoever deletes the tenant next.
    """
    return {
        "metadata": {
            "resourceVersion": tenant.metadata.resource_version,
            "annotations": request.annotations(ANNOUNCED),
        }
    }


def farewell(deleted: Tenant, request: Request) -> Manifest:
    """The merge patch that follows a deletion: this is what was asked of it."""
    metadata = deleted.metadata
    return {
        "metadata": {
            "annotations": request.annotations(_change(ProcedureKind.DELETE, metadata.generation, metadata.uid))
        }
    }


def heard(tenant: Tenant, kind: ProcedureKind, procedure: str) -> Request | None:
    """What was asked of this procedure, which is about to be created; None when nobody asked for just this.

    The same change may be brought about once more in the same generation; that was not asked for.
    """
    metadata, said = tenant.metadata, tenant.metadata.annotations
    if procedure != procedure_name(tenant, kind):
        return None
    own = {_change(kind, metadata.generation, each) for each in (metadata.uid, tenant.spec.id) if each}
    if said.get(ANNOTATION_MEANT_FOR) not in own:
        return None
    return Request(
        requested_by=said.get(ANNOTATION_REQUESTED_BY, "")[:USER_LIMIT] or "kubectl",
        request_id=said.get(ANNOTATION_REQUEST_ID, "")[:REQUEST_ID_LIMIT],
        reason=said.get(ANNOTATION_REASON, "")[:REASON_LIMIT],
        on_behalf_of=said.get(ANNOTATION_ON_BEHALF_OF, "")[:USER_LIMIT] or None,
        force=said.get(ANNOTATION_FORCE, "")[:REASON_LIMIT] or None,
        purge=said.get(ANNOTATION_PURGE) == "true",
    )


def is_awaited(tenant: Tenant, now: datetime) -> bool:
    """Whether the tenant was deleted a moment ago by somebody who is about to say how."""
    deleted = tenant.metadata.deletion_timestamp
    if deleted is None or tenant.metadata.annotations.get(ANNOTATION_MEANT_FOR) != ANNOUNCED:
        return False
    # The API server's clock may differ from ours, in either direction.
    return abs(now - deleted) < PATIENCE


def _change(kind: ProcedureKind, generation: int, of: str | None) -> str:
    """One change of one tenant, never to come again. `of` is its uid: names, and generations, do come again."""
    return f"{kind.value} {generation} of {of}"


def changed_fields(before: Tenant, after: Tenant) -> Manifest:
    """Fields of the spec that differ, in camelCase, as a merge patch; None for those that are taken away."""
    old, new = (each.spec.model_dump(mode="json", by_alias=True, exclude_none=True) for each in (before, after))
    return _merge_patch(old, new)


def _merge_patch(old: Manifest, new: Manifest) -> Manifest:
    """From one object to the other: what it does not name in an object stays, so what is taken away is null."""
    patch: Manifest = {}
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if isinstance(before, dict) and isinstance(after, dict):
            after = _merge_patch(before, after)
            if after:
                patch[key] = after
        elif before != after:
            patch[key] = after
    return patch


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
            parameters=request.parameters(),
            requested_by=request.requested_by,
            on_behalf_of=request.on_behalf_of,
            reason=request.reason,
            request_id=request.request_id,
        ),
        status=ProcedureStatus(),
    )
