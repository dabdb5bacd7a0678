"""A tenant: one retailer's Odoo, as its owner declares it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model, Observed, Resource, Status
from provisioning.names import ID_PATTERN, TenantNames
from provisioning.partner import Hostname
from provisioning.plan import Quantity
from provisioning.release import Country, Currency, Language, Variant
from provisioning.validation import both, cel, checked, distinct, immutable, kept, keyed

ObjectName = Annotated[
    str,
    Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", description="A DNS label."),
]
ReleaseName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=63,
        pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        description="Name of a Release, such as 14.0.",
    ),
]
TimeZone = Annotated[
    str, Field(max_length=64, pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$", description="An IANA time zone.")
]
OpeningHours = Annotated[
    str,
    Field(
        pattern=r"^(closed|([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00))$",
        description="Local time such as 09:00-19:00, or closed. An end before the begin is past midnight.",
    ),
]


class ShopKind(StrEnum):
    CHAIN = "chain"
    BOUTIQUE = "boutique"
    OMNICHANNEL = "omnichannel"
    WHOLESALE = "wholesale"
    WEB = "web"


class ShopSize(StrEnum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Ring(StrEnum):
    """In which order releases reach tenants."""

    INTERNAL = "internal"
    EARLY = "early"
    BROAD = "broad"
    LATE = "late"


class Environment(StrEnum):
    PRODUCTION = "production"
    STAGING = "staging"


class Week(Model):
    """Opening hours of one store; a day that is not named is closed."""

    mon: OpeningHours = "closed"
    tue: OpeningHours = "closed"
    wed: OpeningHours = "closed"
    thu: OpeningHours = "closed"
    fri: OpeningHours = "closed"
    sat: OpeningHours = "closed"
    sun: OpeningHours = "closed"


class Store(Model):
    code: str = Field(pattern=r"^[A-Z0-9]{1,5}$", description="Odoo's warehouse code: at most five characters.")
    name: str = Field(min_length=1, max_length=80)
    time_zone: TimeZone | None = Field(default=None, description="The tenant's when absent.")
    opening_hours: Week = Week()


class Shop(Model):
    kind: ShopKind = ShopKind.BOUTIQUE
    size: ShopSize = ShopSize.SMALL


class CloneSource(Model):
    tenant: ObjectName
    as_production: bool = Field(
        default=False,
        description="Skip neutralising. The clone then mails customers and takes money for real.",
    )


_ANEW = "or, if nothing is in it yet, delete the tenant and create it anew"

FINAL_FIELDS = frozenset(
    {"id", "databaseServer", "country", "languages", "currency", "timeZone", "environment", "cloneOf"}
)
"""Of a tenant's spec, in the names of the API: what nobody can edit once the tenant exists."""

_TRANSITIONS = checked(
    cel("!has(oldSelf.id) || has(self.id)", "id cannot be removed once it is set"),
    kept("cloneOf", f"cloneOf cannot change after creation: clone again under another name, {_ANEW}"),
    cel(
        "!has(oldSelf.storage) || (has(self.storage) && "
        "quantity(self.storage).compareTo(quantity(oldSelf.storage)) >= 0)",
        "storage cannot shrink: a volume cannot be made smaller; clone into a new tenant instead",
    ),
    kept("currency", f"currency cannot change: the books are kept in it; {_ANEW}"),
)


class TenantSpec(Model):
    id: str | None = Field(
        default=None,
        pattern=ID_PATTERN,
        description="Opaque and final: namespace, database and role are named after it. Chosen when absent.",
        json_schema_extra=immutable("id cannot change: the tenant's database and namespace are named after it"),
    )
    display_name: str = Field(min_length=1, max_length=80)
    hostnames: tuple[Hostname, ...] = Field(
        min_length=1,
        # One that serves, and as many that redirect as one HTTPRoute can name.
        max_length=17,
        json_schema_extra=distinct("hostnames"),
        description="The first one serves; the others redirect to it.",
    )
    plan: ObjectName
    release: ReleaseName
    database_server: ObjectName = Field(
        default="default",
        json_schema_extra=immutable(f"databaseServer cannot change here: the database would stay behind; {_ANEW}"),
    )
    country: Country = Field(
        json_schema_extra=immutable(
            f"country cannot change: its chart of accounts is in the books already; {_ANEW}"
        )
    )
    languages: tuple[Language, ...] = Field(
        min_length=1,
        max_length=20,
        json_schema_extra=both(
            distinct("languages"),
            immutable(
                "languages cannot change here: they came with the tenant's template; install further ones inside "
                f"Odoo, {_ANEW}"
            ),
        ),
        description="The first one is the default. Installed at creation.",
    )
    currency: Currency | None = Field(default=None, description="The country's own when absent.")
    time_zone: TimeZone = Field(
        default="UTC",
        json_schema_extra=immutable(f"timeZone cannot change here yet: set it inside Odoo, at each user; {_ANEW}"),
    )
    stores: tuple[Store, ...] = Field(default=(), max_length=2000, json_schema_extra=keyed("code"))
    shop: Shop = Shop()
    brand: ObjectName | None = None
    ring: Ring = Ring.BROAD
    recovery_priority: int = Field(default=3, ge=1, le=5, description="1 is recovered first.")
    environment: Environment = Field(
        default=Environment.PRODUCTION,
        json_schema_extra=immutable("environment cannot change: clone the tenant instead"),
    )
    clone_of: CloneSource | None = None
    storage: Quantity | None = Field(default=None, description="More than the plan's storage; can only grow.")
    suspended: bool = False

    model_config = ConfigDict(json_schema_extra=_TRANSITIONS)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, values in (
            ("hostnames", self.hostnames),
            ("languages", self.languages),
            ("stores' codes", tuple(store.code for store in self.stores)),
        ):
            if len(set(values)) != len(values):
                raise ValueError(f"{what} must not repeat: {', '.join(values)}")
        return self

    @property
    def variant(self) -> Variant:
        """Which golden template this tenant starts from."""
        return Variant(country=self.country, languages=self.languages, currency=self.currency)


class AppliedSpec(Model):
    """The part of a spec that changes only through a procedure, as the last procedure left it.

    Objects are always built from this and never from a spec that is still being changed, so that a half-made
    change is not mixed with the next one.
    """

    display_name: str
    hostnames: tuple[str, ...]
    plan: str
    release: str
    storage: str | None = None
    suspended: bool = False

    @classmethod
    def of(cls, spec: TenantSpec) -> "AppliedSpec":
        return cls(**{name: getattr(spec, name) for name in cls.model_fields})

    def overlay(self, spec: TenantSpec) -> TenantSpec:
        """The spec with these values in place of its own."""
        return spec.model_copy(update={name: getattr(self, name) for name in type(self).model_fields})


class TenantPhase(StrEnum):
    """One word for people; decisions look at conditions and observations, never at this."""

    PENDING = "Pending"
    PROVISIONING = "Provisioning"
    READY = "Ready"
    DEGRADED = "Degraded"
    SUSPENDED = "Suspended"
    DELETING = "Deleting"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class Lock(Status):
    """Who holds the tenant, why, and since when; at most one procedure at a time."""

    holder: str
    reason: str
    since: datetime


class TenantStatus(Observed):
    id: str | None = None
    phase: TenantPhase = TenantPhase.PENDING
    message: str = ""
    url: str | None = None
    release: str | None = None
    applied: AppliedSpec | None = None
    ready_replicas: int | None = None
    desired_replicas: int | None = None
    ready: str = ""
    provisioned_at: datetime | None = None
    lock: Lock | None = None


class Tenant(Resource[TenantSpec, TenantStatus]):
    KIND: ClassVar[str] = "Tenant"
    PLURAL: ClassVar[str] = "tenants"
    NAMESPACED: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("URL", "string", ".status.url"),
        ("Phase", "string", ".status.phase"),
        ("Release", "string", ".status.release"),
        ("Ready", "string", ".status.ready"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )

    @property
    def names(self) -> TenantNames:
        """Raises ValueError while the tenant has no id yet."""
        if self.spec.id is None:
            raise ValueError(f"tenant {self.metadata.namespace}/{self.metadata.name} has no id yet")
        return TenantNames(self.spec.id)
