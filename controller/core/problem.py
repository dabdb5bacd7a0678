"""What is wrong with a tenant as asked, and all that it can be checked against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from provisioning.databaseserver import DatabaseServer
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.release import Release
from provisioning.tenant import Tenant


@dataclass(frozen=True)
class Problem:
    """Why a tenant cannot be had as asked: the field, what is wrong with it, and what to do."""

    field: str
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}; {self.fix}"


@dataclass(frozen=True)
class Catalogue:
    """Everything a tenant can refer to, and its neighbours, by name."""

    partner: Partner | None
    plans: Mapping[str, Plan]
    releases: Mapping[str, Release]
    servers: Mapping[str, DatabaseServer]
    tenants: Sequence[Tenant]
    """All tenants of all partners; the one that is checked may be among them."""
    partners: Mapping[str, Partner] = field(default_factory=dict)
    """All partners, by the namespaces of their tenants."""


def listed(choices: Mapping[str, object]) -> str:
    """Names for a person to choose from."""
    return ", ".join(sorted(choices)) or "(none exists yet)"
