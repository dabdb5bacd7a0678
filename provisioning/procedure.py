"""A procedure: one long operation on a tenant, with ordered steps whose progress its status records."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from provisioning.meta import Model, Observed, Resource, Status
from provisioning.validation import cel, checked, immutable, kept, keyed


class ProcedureKind(StrEnum):
    CREATE = "Create"
    CLONE = "Clone"
    DELETE = "Delete"
    SUSPEND = "Suspend"
    RESUME = "Resume"
    SET_PLAN = "SetPlan"
    RENAME = "Rename"
    SET_STORES = "SetStores"
    ADD_BUNDLES = "AddBundles"
    ROTATE_PASSWORD = "RotatePassword"  # noqa: S105 a kind of procedure
    BUILD_TEMPLATE = "BuildTemplate"


class ProcedurePhase(StrEnum):
    """Where a procedure stands; Succeeded, Failed and Cancelled are final until somebody retries."""

    QUEUED = "Queued"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELLED = "Cancelled"

    @property
    def final(self) -> bool:
        return self in (ProcedurePhase.SUCCEEDED, ProcedurePhase.FAILED, ProcedurePhase.CANCELLED)


class StepPhase(StrEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    DONE = "Done"
    FAILED = "Failed"
    UNDONE = "Undone"


class ProcedureSpec(Model):
    kind: ProcedureKind = Field(json_schema_extra=immutable("kind cannot change"))
    tenant: str = Field(
        max_length=63,
        description="Name of the Tenant in the same namespace; of the template for BuildTemplate.",
        json_schema_extra=immutable("tenant cannot change"),
    )
    # Long enough for the AppliedSpec of a tenant with the most and longest hostnames.
    parameters: dict[str, Annotated[str, Field(max_length=6000)]] = Field(
        default_factory=dict, max_length=50, description="What this kind of procedure asks for."
    )
    requested_by: str = Field(
        min_length=1,
        max_length=253,
        json_schema_extra=immutable("requestedBy cannot change: the audit log has it"),
    )
    on_behalf_of: str | None = Field(default=None, max_length=253)
    reason: str = Field(default="", max_length=500)
    request_id: str = Field(min_length=1, max_length=63)
    cancel: bool = Field(default=False, description="Ask for a stop at the next step and for what can be undone.")
    retries: int = Field(
        default=0,
        ge=0,
        le=100,
        json_schema_extra=checked(cel("self >= oldSelf", "retries can only grow")),
        description="Raise by one to take a failed procedure up again.",
    )

    model_config = ConfigDict(
        json_schema_extra=checked(kept("onBehalfOf", "onBehalfOf cannot change: the audit log has it"))
    )


class StepStatus(Status):
    name: str
    phase: StepPhase = StepPhase.PENDING
    attempts: int = 0
    message: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None


class ProcedureStatus(Observed):
    phase: ProcedurePhase = ProcedurePhase.QUEUED
    message: str = ""
    progress: str = ""
    steps: tuple[StepStatus, ...] = Field(default=(), json_schema_extra=keyed("name"))
    retries_seen: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    outputs: dict[str, str] = Field(default_factory=dict)


class Procedure(Resource[ProcedureSpec, ProcedureStatus]):
    KIND: ClassVar[str] = "Procedure"
    PLURAL: ClassVar[str] = "procedures"
    NAMESPACED: ClassVar[bool] = True
    SHORT_NAMES: ClassVar[tuple[str, ...]] = ("proc",)
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("Kind", "string", ".spec.kind"),
        ("Tenant", "string", ".spec.tenant"),
        ("Phase", "string", ".status.phase"),
        ("Progress", "string", ".status.progress"),
        ("Message", "string", ".status.message"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )
