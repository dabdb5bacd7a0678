"""The rules that a retailer's stores work by, as a tenant's spec says them."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model
from provisioning.store import StoreCode
from provisioning.validation import AS_SET, cel, checked, keyed

POLICIES_MAX = 50
DAYS_MAX = 730
MINUTES_MAX = 1440
AMOUNT_MAX = 1_000_000_000
PEOPLE_MAX = 5

PolicyName = Annotated[str, Field(min_length=1, max_length=80)]
Days = Annotated[int, Field(ge=0, le=DAYS_MAX)]
Interval = Annotated[int, Field(ge=1, le=DAYS_MAX, description="Days.")]
Minutes = Annotated[int, Field(ge=1, le=MINUTES_MAX)]
DayOfYear = Annotated[
    str,
    Field(
        max_length=5,
        pattern=r"^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
        description="Month and day, such as 03-01; it comes back every year.",
    ),
]
Stores = Annotated[
    tuple[StoreCode, ...],
    Field(
        max_length=2000, json_schema_extra=AS_SET, description="Codes of stores and warehouses; all when empty."
    ),
]

Category = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=200,
        description="A product category that is in Odoo: its name, or its path such as All / Saleable; with those "
        "below it. All products when absent.",
    ),
]
Amount = Annotated[int, Field(ge=0, le=AMOUNT_MAX, description="In the company's currency, without taxes.")]

_AMOUNTS = "amountBelow is more than amountFrom"
_SEASON = "say both seasonFrom and seasonTo, or neither"


class ReplenishmentPolicy(Model):
    """What is not said here stays as it is in Odoo, where a new policy has defaults."""

    name: PolicyName
    category: Category = None
    season_from: DayOfYear | None = None
    season_to: DayOfYear | None = None
    cover_days: Days | None = None
    safety_days: Days | None = None
    stores: Stores = ()

    model_config = ConfigDict(
        json_schema_extra=checked(cel("has(self.seasonFrom) == has(self.seasonTo)", _SEASON))
    )

    @model_validator(mode="after")
    def _whole_season(self) -> Self:
        if (self.season_from is None) != (self.season_to is None):
            raise ValueError(f"{self.name}: {_SEASON}")
        return self


class CountPlan(Model):
    """How often what sells for much (A), for less (B) and for little (C) is counted."""

    name: PolicyName
    stores: Stores = ()
    days_a: Interval | None = None
    days_b: Interval | None = None
    days_c: Interval | None = None
    blind: bool | None = Field(default=None, description="Whoever counts does not see what is expected.")


class TillPolicy(Model):
    """When a till is reported that nobody hears of, or that holds sales back."""

    name: PolicyName
    stores: Stores = ()
    silent_minutes: Minutes | None = None
    pending_minutes: Minutes | None = None


class PurchaseRule(Model):
    """Which orders to vendors need an approval, and whose.

    A new tenant has the rule `Every purchase`: whoever orders for 5,000 or more in a day needs one.
    """

    name: PolicyName
    category: Category = None
    store: StoreCode | None = Field(default=None, description="Where the goods go. Anywhere when absent.")
    amount_from: Amount | None = None
    amount_below: Amount | None = None
    days: Days | None = Field(
        default=None, description="Orders to a vendor within so many days count together; 0: each by itself."
    )
    people: int | None = Field(
        default=None, ge=1, le=PEOPLE_MAX, description="How many of the group have to agree."
    )
    approved_by: str | None = Field(
        default=None,
        max_length=128,
        pattern=r"^[a-z0-9_]+\.[A-Za-z0-9_.-]+$",
        description="A group of Odoo by its external id; Approves purchases when absent.",
    )

    model_config = ConfigDict(
        json_schema_extra=checked(
            cel(
                "!has(self.amountFrom) || !has(self.amountBelow) || self.amountBelow > self.amountFrom",
                _AMOUNTS,
            )
        )
    )

    @property
    def stores(self) -> tuple[str, ...]:
        return (self.store,) if self.store else ()

    @model_validator(mode="after")
    def _amounts_in_order(self) -> Self:
        if (
            self.amount_from is not None
            and self.amount_below is not None
            and self.amount_below <= self.amount_from
        ):
            raise ValueError(f"{self.name}: {_AMOUNTS}")
        return self


class Reserve(Model):
    """Which share of what is in stock only one channel may sell. Found by channel, store and category."""

    channel: str = Field(
        min_length=1, max_length=40, description="A sales channel that is in Odoo, by its code: web, store."
    )
    store: StoreCode | None = Field(default=None, description="Whose stock. Everywhere when absent.")
    category: Category = None
    share: int = Field(ge=0, le=100, description="Per cent.")

    @property
    def name(self) -> str:
        return ", ".join(said for said in (self.channel, self.store, self.category) if said)

    @property
    def stores(self) -> tuple[str, ...]:
        return (self.store,) if self.store else ()


Policy = ReplenishmentPolicy | CountPlan | TillPolicy | PurchaseRule | Reserve


class Policies(Model):
    """Found by name. Of replenishment, tills and a channel's reserves, the first in the list that fits counts; of
    purchases, each.
    """

    replenishment: tuple[ReplenishmentPolicy, ...] = Field(
        default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name")
    )
    counts: tuple[CountPlan, ...] = Field(default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name"))
    tills: tuple[TillPolicy, ...] = Field(default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name"))
    purchases: tuple[PurchaseRule, ...] = Field(
        default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name")
    )

    reserves: tuple[Reserve, ...] = Field(default=(), max_length=POLICIES_MAX)

    @property
    def each(self) -> tuple[tuple[str, Policy], ...]:
        """All of them, each with the list that it stands in."""
        return (
            *(("replenishment", policy) for policy in self.replenishment),
            *(("counts", policy) for policy in self.counts),
            *(("tills", policy) for policy in self.tills),
            *(("purchases", policy) for policy in self.purchases),
            *(("reserves", policy) for policy in self.reserves),
        )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        said = [(kind, policy.name) for kind, policy in self.each]
        if twice := sorted({f"{kind}: {name}" for kind, name in said if said.count((kind, name)) > 1}):
            raise ValueError(f"policies' names must not repeat: {', '.join(twice)}")
        return self
