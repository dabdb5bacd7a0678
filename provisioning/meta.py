"""What every Shopfleet resource shares: API group, labels, metadata, conditions, the base of all models."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from provisioning.validation import keyed

GROUP = "shopfleet.dev"
VERSION = "v1alpha1"
API_VERSION = f"{GROUP}/{VERSION}"

SYSTEM_NAMESPACE = "shopfleet-system"
FINALIZER = f"{GROUP}/tenant"

LABEL_TENANT_ID = f"{GROUP}/tenant-id"
LABEL_TENANT = f"{GROUP}/tenant"
LABEL_PARTNER = f"{GROUP}/partner"
LABEL_COMPONENT = f"{GROUP}/component"
LABEL_ENVIRONMENT = f"{GROUP}/environment"
LABEL_PROCEDURE = f"{GROUP}/procedure"
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"
LABEL_NAME = "app.kubernetes.io/name"
LABEL_INSTANCE = "app.kubernetes.io/instance"
MANAGED_BY = "shopfleet"

# Written on everything an operator changes: under which leadership. The API server refuses an earlier leader's
# (provisioning.platform.fence).
ANNOTATION_OPERATOR_GENERATION = f"{GROUP}/operator-generation"
ANNOTATION_CONFIG_HASH = f"{GROUP}/config-hash"
# "true" on a Release: tenants that name none get it (controller.core.choices).
ANNOTATION_DEFAULT_RELEASE = f"{GROUP}/default-release"
# On a DatabaseServer: it may be deleted although tenants have it (provisioning.platform.references). Says why.
ANNOTATION_DELETE_ALTHOUGH_USED = f"{GROUP}/delete-although-used"

Manifest = dict[str, Any]
"""One Kubernetes object as the API server takes it."""


class Model(BaseModel):
    """Frozen, strict about unknown fields, snake_case in Python and camelCase on the wire."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, alias_generator=to_camel, use_enum_values=False
    )


class ConditionStatus(StrEnum):
    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


class Condition(Model):
    """One aspect of a resource's state, as the Kubernetes API conventions define it."""

    type: str
    status: ConditionStatus
    reason: str = Field(pattern=r"^[A-Z][A-Za-z0-9]*$")
    message: str = ""
    observed_generation: int | None = None
    last_transition_time: datetime | None = None


Conditions = Annotated[tuple[Condition, ...], Field(json_schema_extra=keyed("type"))]


class Status(BaseModel):
    """Base of all statuses; ignores unknown fields, because a newer operator may have written them."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, alias_generator=to_camel)


class Observed(Status):
    """What every status says that the operator writes: of which spec, under which leadership, and how it is."""

    observed_generation: int = 0
    # Written with every change of the status, for the same fence as ANNOTATION_OPERATOR_GENERATION.
    operator_generation: int = 0
    conditions: Conditions = ()


class Referenced(Observed):
    """Status of what tenants refer to; nobody can delete it under them (provisioning.platform.references)."""

    # None before the operator has counted.
    users: int | None = None
    used_by: tuple[str, ...] = Field(default=(), description="Some of them, as namespace/name.")


class Metadata(BaseModel):
    """The part of ObjectMeta that decisions look at."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, alias_generator=to_camel)

    name: str
    namespace: str | None = None
    uid: str = ""
    generation: int = 0
    resource_version: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    finalizers: tuple[str, ...] = ()


SpecT = TypeVar("SpecT", bound=Model)
StatusT = TypeVar("StatusT", bound=Status)


class Resource(BaseModel, Generic[SpecT, StatusT]):
    """A custom resource as read from the API server; subclasses name the kind and how the API serves it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    KIND: ClassVar[str]
    PLURAL: ClassVar[str]
    NAMESPACED: ClassVar[bool]
    SHORT_NAMES: ClassVar[tuple[str, ...]] = ()
    # A DNS label, because names end up in labels and in the names of other objects.
    NAME_PATTERN: ClassVar[str] = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
    # (column, type, JSONPath) as `kubectl get` prints them.
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = ()

    metadata: Metadata
    spec: SpecT
    status: StatusT

    @classmethod
    def parse(cls, manifest: Manifest) -> "Resource[SpecT, StatusT]":
        """Read a manifest.

        Raises pydantic.ValidationError naming the field, when it does not fit the schema.
        """
        return cls.model_validate({"status": {}, **manifest})

    def manifest(self) -> Manifest:
        """The object as `kubectl apply` would take it: kind, name and spec, without status."""
        metadata: dict[str, Any] = {"name": self.metadata.name}
        if self.metadata.namespace:
            metadata["namespace"] = self.metadata.namespace
        if self.metadata.labels:
            metadata["labels"] = dict(self.metadata.labels)
        if self.metadata.annotations:
            metadata["annotations"] = dict(self.metadata.annotations)
        return {
            "apiVersion": API_VERSION,
            "kind": self.KIND,
            "metadata": metadata,
            "spec": self.spec.model_dump(mode="json", by_alias=True, exclude_none=True),
        }
