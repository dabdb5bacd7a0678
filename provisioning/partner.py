"""A partner: whose tenants these are, under which domains and limits."""

from typing import Annotated, ClassVar

from pydantic import Field

from provisioning.meta import Model, Observed, Resource
from provisioning.validation import AS_SET

DEFAULT_PARTNER = "default"

Hostname = Annotated[
    str,
    Field(
        max_length=253,
        pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
        description="A lower-case DNS name with at least two labels.",
    ),
]


class PartnerSpec(Model):
    display_name: str = Field(min_length=1, max_length=80)
    domains: tuple[Hostname, ...] = Field(
        min_length=1,
        max_length=50,
        json_schema_extra=AS_SET,
        description="Tenants of this partner may only use hostnames under these domains.",
    )
    contact_email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    brand: str | None = Field(default=None, max_length=63)
    max_tenants: int = Field(default=500, ge=1, le=100_000, description="No further tenant above this number.")


class PartnerStatus(Observed):
    namespace: str | None = None
    tenants: int | None = None


class Partner(Resource[PartnerSpec, PartnerStatus]):
    KIND: ClassVar[str] = "Partner"
    PLURAL: ClassVar[str] = "partners"
    NAMESPACED: ClassVar[bool] = False
    # 55 characters, so that the namespace named after it has at most 63.
    NAME_PATTERN: ClassVar[str] = r"^[a-z0-9]([a-z0-9-]{0,53}[a-z0-9])?$"
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("Display Name", "string", ".spec.displayName"),
        ("Namespace", "string", ".status.namespace"),
        ("Tenants", "integer", ".status.tenants"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )
