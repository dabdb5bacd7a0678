"""The places a retailer sells and keeps goods at, as a tenant's spec says them, and who works there."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model
from provisioning.person import Login, Person
from provisioning.release import Country
from provisioning.validation import cel, checked, keyed

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
StoreCode = Annotated[
    str,
    Field(max_length=5, pattern=r"^[A-Z0-9]{1,5}$", description="Odoo's warehouse code: at most five characters."),
]
RegionName = Annotated[str, Field(min_length=1, max_length=80)]

# Of one place; more is a slip of the pen.
TILLS_MAX = 50
PEOPLE_MAX = 50


class StoreKind(StrEnum):
    STORE = "store"
    WAREHOUSE = "warehouse"
    WEB = "web"


class Decider(StrEnum):
    """Who may change a setting of a store."""

    CENTRAL = "central"
    REGION = "region"
    STORE = "store"


class Week(Model):
    """Opening hours of one store; a day that is not named is closed."""

    mon: OpeningHours = "closed"
    tue: OpeningHours = "closed"
    wed: OpeningHours = "closed"
    thu: OpeningHours = "closed"
    fri: OpeningHours = "closed"
    sat: OpeningHours = "closed"
    sun: OpeningHours = "closed"


class Address(Model):
    street: str | None = Field(default=None, min_length=1, max_length=120)
    street2: str | None = Field(default=None, min_length=1, max_length=120)
    zip: str | None = Field(default=None, min_length=1, max_length=20)
    city: str | None = Field(default=None, min_length=1, max_length=80)
    country: Country | None = None
    phone: str | None = Field(default=None, min_length=1, max_length=40)
    email: str | None = Field(default=None, min_length=1, max_length=120)


class Region(Model):
    name: RegionName
    managers: tuple[Login, ...] = Field(
        default=(), max_length=20, description="Of people who are described, or of users who are there already."
    )


_WEB = "a web shop has no tills, no region and no supplier: say in shipsFrom which warehouse sends its orders"
_WEB_SHIPS = "a web shop needs shipsFrom: the code of the warehouse that sends its orders"
_ONLY_WEB = "only a web shop has shipsFrom; a store gets its goods from suppliedBy"
_ITSELF = "suppliedBy names the store itself: name another one"
_FIELDS_WEB_LACKS = ("tills", "region", "suppliedBy")

_RULES = checked(
    cel("self.kind != 'web' || has(self.shipsFrom)", _WEB_SHIPS),
    cel("self.kind == 'web' || !has(self.shipsFrom)", _ONLY_WEB),
    cel(f"self.kind != 'web' || !({' || '.join(f'has(self.{name})' for name in _FIELDS_WEB_LACKS)})", _WEB),
    cel("!has(self.suppliedBy) || self.suppliedBy != self.code", _ITSELF),
)


class Store(Model):
    """A shop, a warehouse, or the web shop."""

    # What it refers to is judged with all the others, in controller/core/network.py: rules of the API server that
    # compare two thousand stores with each other would cost more than it lets them.

    code: StoreCode
    name: str = Field(min_length=1, max_length=80)
    kind: StoreKind = StoreKind.STORE
    region: RegionName | None = Field(default=None, description="One of the regions.")
    supplied_by: StoreCode | None = Field(default=None, description="The place that its goods come from.")
    ships_from: StoreCode | None = Field(default=None, description="The warehouse that sends a web shop's orders.")
    tills: int | None = Field(
        default=None, ge=0, le=TILLS_MAX, description="One for a store and none for a warehouse when absent."
    )
    time_zone: TimeZone | None = Field(default=None, description="The tenant's when absent.")
    opening_hours: Week = Week()
    address: Address | None = None
    people: tuple[Person, ...] = Field(default=(), max_length=PEOPLE_MAX, json_schema_extra=keyed("login", "role"))

    model_config = ConfigDict(json_schema_extra=_RULES)

    @model_validator(mode="after")
    def _one_of_its_kind(self) -> Self:
        web = self.kind is StoreKind.WEB
        for wrong, message in (
            (web and self.ships_from is None, _WEB_SHIPS),
            (not web and self.ships_from is not None, _ONLY_WEB),
            (web and any(each is not None for each in (self.tills, self.region, self.supplied_by)), _WEB),
            (self.supplied_by == self.code, _ITSELF),
        ):
            if wrong:
                raise ValueError(f"{self.code}: {message}")
        return self
