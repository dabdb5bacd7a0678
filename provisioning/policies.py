"""The rules that a retailer's stores work by, as a tenant's spec says them."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from provisioning.meta import Model
from provisioning.store import StoreCode
from provisioning.validation import AS_SET, cel, checked, keyed

POLICIES_MAX = 50
DAYS_MAX = 730
MINUTES_MAX = 1440

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

_SEASON = "say both seasonFrom and seasonTo, or neither"


class ReplenishmentPolicy(Model):
    """What is not said here stays as it is in Odoo, where a new policy has defaults."""

    name: PolicyName
    category: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="A product category that is in Odoo: its name, or its path such as All / Saleable; with those "
        "below it. All products when absent.",
    )
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


class Policies(Model):
    """Found by name. Of replenishment and tills, the first in the list that fits counts."""

    replenishment: tuple[ReplenishmentPolicy, ...] = Field(
        default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name")
    )
    counts: tuple[CountPlan, ...] = Field(default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name"))
    tills: tuple[TillPolicy, ...] = Field(default=(), max_length=POLICIES_MAX, json_schema_extra=keyed("name"))

    @property
    def each(self) -> tuple[tuple[str, ReplenishmentPolicy | CountPlan | TillPolicy], ...]:
        """All of them, each with the list that it stands in."""
        return (
            *(("replenishment", policy) for policy in self.replenishment),
            *(("counts", policy) for policy in self.counts),
            *(("tills", policy) for policy in self.tills),
        )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        said = [(kind, policy.name) for kind, policy in self.each]
        if twice := sorted({f"{kind}: {name}" for kind, name in said if said.count((kind, name)) > 1}):
            raise ValueError(f"policies' names must not repeat: {', '.join(twice)}")
        return self
