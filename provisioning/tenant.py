"""A tenant: one retailer's Odoo, as its owner declares it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model, Observed, Resource, Status
from provisioning.names import ID_PATTERN, TenantNames
from provisioning.partner import Hostname
from provisioning.person import HeadOfficePerson
from provisioning.plan import Quantity
from provisioning.policies import Policies
from provisioning.release import BundleName, Country, Currency, Language, Variant
from provisioning.store import Decider, Region, Store, TimeZone
from provisioning.validation import AS_SET, both, cel, checked, distinct, immutable, kept, keyed

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
    {"id", "databaseServer", "country", "languages", "currency", "timeZone", "environment", "cloneOf", "bundles"}
)
"""Of a tenant's spec, in the names of the API: what nobody can edit once the tenant exists; bundles only grow."""

_TRANSITIONS = checked(
    cel("!has(oldSelf.id) || has(self.id)", "id cannot be removed once it is set"),
    kept("cloneOf", f"cloneOf cannot change after creation: clone again under another name, {_ANEW}"),
    cel(
        "!has(oldSelf.storage) || (has(self.storage) && "
        "quantity(self.storage).compareTo(quantity(oldSelf.storage)) >= 0)",
        "storage cannot shrink: a volume cannot be made smaller; clone into a new tenant instead",
    ),
    kept("currency", f"currency cannot change: the books are kept in it; {_ANEW}"),
    cel(
        "!has(oldSelf.bundles) || (has(self.bundles) && oldSelf.bundles.all(old, old in self.bundles))",
        "bundles can only be added: taking one out would delete the data of its modules; name it again, or, if "
        "these data may go, uninstall the modules inside Odoo (Apps) after you have tried it in a clone",
    ),
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
    bundles: tuple[BundleName, ...] | None = Field(
        default=None,
        max_length=20,
        json_schema_extra=AS_SET,
        description="Which of the release's bundles it has, beside the modules that all have. When absent, those "
        "that the release has as default; an empty list for none. Further ones can be added, none taken out.",
    )
    stores: tuple[Store, ...] = Field(
        default=(),
        max_length=2000,
        json_schema_extra=keyed("code"),
        description="Set up inside Odoo when bundles names storeNetwork. What is taken out stays there.",
    )
    regions: tuple[Region, ...] = Field(default=(), max_length=200, json_schema_extra=keyed("name"))
    head_office: tuple[HeadOfficePerson, ...] = Field(
        default=(),
        max_length=200,
        json_schema_extra=keyed("login"),
        description="People who work for no store in particular, and who approves what. Set up with the stores; "
        "nobody loses a role or duty by being taken out.",
    )
    who_decides: dict[str, Annotated[dict[str, Decider], Field(max_length=200)]] = Field(
        default_factory=dict,
        max_length=50,
        description="By Odoo's model and field, such as pos.config and receipt_header: who may change a store's.",
    )
    policies: Policies = Field(
        default=Policies(),
        description="Set up inside Odoo with the stores. What is taken out stays there.",
    )
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
            ("bundles", self.bundles or ()),
            ("stores' codes", tuple(store.code for store in self.stores)),
            ("regions' names", tuple(region.name for region in self.regions)),
            ("head office's logins", tuple(person.login for person in self.head_office)),
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

    _OF_THE_SPEC: ClassVar[tuple[str, ...]] = (
        "display_name", "hostnames", "plan", "release", "storage", "suspended", "bundles",
    )  # fmt: skip

    display_name: str
    hostnames: tuple[str, ...]
    plan: str
    release: str
    storage: str | None = None
    suspended: bool = False
    bundles: tuple[str, ...] | None = Field(
        default=None, max_length=20, description="Absent for those that its release has as default."
    )
    network: str = Field(
        default="", description="Digest of the store network that was set up last; empty when there is none."
    )

    @classmethod
    def of(cls, spec: TenantSpec) -> "AppliedSpec":
        """As if the spec was applied, but for its store network, of which only its own step knows."""
        return cls(**{name: getattr(spec, name) for name in cls._OF_THE_SPEC})

    def overlay(self, spec: TenantSpec) -> TenantSpec:
        """The spec with these values in place of its own."""
        return spec.model_copy(update={name: getattr(self, name) for name in self._OF_THE_SPEC})


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
