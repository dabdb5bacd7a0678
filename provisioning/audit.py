"""An audit record: one line of the log of who did what. Written once, changed never."""

from datetime import datetime
from typing import ClassVar

from pydantic import ConfigDict, Field

from provisioning.meta import Model, Resource, Status
from provisioning.validation import immutable


class AuditSpec(Model):
    who: str = Field(max_length=253, description="User name as the API server knows it; checked at admission.")
    on_behalf_of: str | None = Field(default=None, max_length=253)
    component: str = Field(max_length=20, pattern=r"^(cli|operator|console|runbook)$")
    action: str = Field(max_length=100)
    tenant: str | None = Field(default=None, max_length=63)
    reason: str = Field(default="", max_length=500)
    result: str = Field(max_length=1000)
    request_id: str = Field(max_length=63)
    at: datetime

    model_config = ConfigDict(
        json_schema_extra=immutable("an audit record cannot change: write a further one instead")
    )


class AuditStatus(Status):
    """Audit records have no status: nothing about them may change."""


class AuditRecord(Resource[AuditSpec, AuditStatus]):
    KIND: ClassVar[str] = "AuditRecord"
    PLURAL: ClassVar[str] = "auditrecords"
    NAMESPACED: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("At", "date", ".spec.at"),
        ("Who", "string", ".spec.who"),
        ("Action", "string", ".spec.action"),
        ("Tenant", "string", ".spec.tenant"),
        ("Result", "string", ".spec.result"),
    )
