"""Checks a tenant against what exists, beyond what its schema can say: every problem with field and fix.

The command line asks before it writes, and the operator asks again before it acts: the two can differ by what
others did in between.
"""

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from provisioning.databaseserver import DatabaseServer
from provisioning.partner import Partner, allows_hostname
from provisioning.plan import Plan, quantity
from provisioning.release import Release
from provisioning.series import SERIES
from provisioning.tenant import AppliedSpec, Tenant


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


def check(tenant: Tenant, catalogue: Catalogue) -> tuple[Problem, ...]:
    """All problems at once, so that nobody has to find them one by one; empty when there is none."""
    return (
        *_identity(tenant, catalogue),
        *_references(tenant, catalogue),
        *_release(tenant, catalogue),
        *_hostnames(tenant, catalogue),
        *_time_zones(tenant),
        *_storage(tenant, catalogue),
        *_room(tenant, catalogue),
        *_source(tenant, catalogue),
    )


def _identity(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    owner = id_owner(tenant, catalogue.tenants)
    if owner is None:
        return []
    # Whose it is stays unsaid: the owner may be another partner's tenant.
    return [
        Problem(
            "spec.id",
            f"{tenant.spec.id} belongs to another tenant already",
            "leave spec.id out and create the tenant again; it is given one that is free",
        )
    ]


def id_owner(tenant: Tenant, tenants: Sequence[Tenant]) -> Tenant | None:
    """The other tenant to which this one's id belongs, and with it a namespace and a database."""
    if tenant.spec.id is None:
        return None
    return next(
        (
            other
            for other in tenants
            if other.spec.id == tenant.spec.id and not _same(other, tenant) and _claim(other) < _claim(tenant)
        ),
        None,
    )


def _claim(tenant: Tenant) -> tuple[bool, float, str]:
    """Sorts rivals: who is provisioned comes first, then who was there first."""
    return (tenant.status.applied is None, *_age_key(tenant))


def _references(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    known: list[tuple[str, str, Mapping[str, object]]] = [
        ("plan", tenant.spec.plan, catalogue.plans),
        ("release", tenant.spec.release, catalogue.releases),
        ("databaseServer", tenant.spec.database_server, catalogue.servers),
    ]
    problems = [
        Problem(f"spec.{field}", f"there is no {field} {name!r}", f"choose one of: {_names(choices)}")
        for field, name, choices in known
        if name not in choices
    ]
    if catalogue.partner is None:
        problems.append(
            Problem(
                "metadata.namespace",
                f"{tenant.metadata.namespace!r} is no partner's namespace",
                "create the tenant in the namespace that `kubectl get partners` shows for its partner",
            )
        )
    return problems


def _release(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    release = catalogue.releases.get(tenant.spec.release)
    if release is None:
        return []
    problems = []
    if release.spec.series not in SERIES:
        problems.append(
            Problem(
                "spec.release",
                f"release {release.metadata.name} is of Odoo {release.spec.series}, which is not supported",
                f"choose a release of one of: {', '.join(SERIES)}",
            )
        )
    if tenant.spec.country not in release.spec.countries:
        problems.append(
            Problem(
                "spec.country",
                f"release {release.metadata.name} has no chart of accounts for {tenant.spec.country!r}",
                f"choose one of: {', '.join(release.spec.countries)}",
            )
        )
    unknown = [language for language in tenant.spec.languages if language not in release.spec.languages]
    if unknown:
        problems.append(
            Problem(
                "spec.languages",
                f"release {release.metadata.name} does not know {', '.join(unknown)}",
                f"choose from: {', '.join(release.spec.languages)}",
            )
        )
    return problems


def _hostnames(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    problems = []
    partner = catalogue.partner
    for hostname in tenant.spec.hostnames:
        if partner is not None and not allows_hostname(partner.spec, hostname):
            problems.append(
                Problem(
                    "spec.hostnames",
                    f"{hostname} is not under a domain of partner {partner.metadata.name}",
                    f"use a name under: {', '.join(partner.spec.domains)}",
                )
            )
        owner = next((other for other in catalogue.tenants if _uses(other, hostname, tenant)), None)
        if owner is not None:
            problems.append(
                Problem(
                    "spec.hostnames",
                    f"{hostname} already belongs to {_told(owner, tenant)}",
                    "choose another hostname, or take it from that tenant first",
                )
            )
    return problems


def _told(owner: Tenant, asking: Tenant) -> str:
    """Nobody learns the names of another partner's tenants."""
    own = owner.metadata.namespace == asking.metadata.namespace
    return f"tenant {owner.metadata.name}" if own else "another partner's tenant"


def _uses(other: Tenant, hostname: str, tenant: Tenant) -> bool:
    if _same(other, tenant):
        return False
    applied = other.status.applied
    if hostname in (applied.hostnames if applied else ()):
        return True
    # Two new tenants with one hostname: the older one keeps it, whoever is looked at first.
    return hostname in other.spec.hostnames and _age_key(other) < _age_key(tenant)


def _same(other: Tenant, tenant: Tenant) -> bool:
    place, own = other.metadata, tenant.metadata
    return (place.namespace, place.name) == (own.namespace, own.name)


def _age_key(tenant: Tenant) -> tuple[float, str]:
    created = tenant.metadata.creation_timestamp
    return (created.timestamp() if created else float("inf"), tenant.metadata.uid)


@cache
def _all_time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _time_zones(tenant: Tenant) -> list[Problem]:
    named = [("spec.timeZone", tenant.spec.time_zone)]
    named += [
        (f"spec.stores[{store.code}].timeZone", store.time_zone) for store in tenant.spec.stores if store.time_zone
    ]
    return [
        Problem(field, f"there is no time zone {zone!r}", "use an IANA name such as Europe/Paris")
        for field, zone in named
        if zone not in _all_time_zones()
    ]


def _storage(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    applied = tenant.status.applied
    plan, old_plan = (
        catalogue.plans.get(tenant.spec.plan),
        catalogue.plans.get(applied.plan if applied else ""),
    )
    if applied is None or plan is None or old_plan is None:
        return []
    wanted = _larger(tenant.spec.storage, plan.spec.storage)
    present = _larger(applied.storage, old_plan.spec.storage)
    if quantity(wanted) >= quantity(present):
        return []
    return [
        Problem(
            "spec.plan" if tenant.spec.storage is None else "spec.storage",
            f"storage would shrink from {present} to {wanted}, and a volume cannot be made smaller",
            f"set spec.storage to {present} to keep it, or clone into a new tenant",
        )
    ]


def _larger(own: str | None, of_plan: str) -> str:
    """The size that the volume gets: a tenant may only add to its plan's."""
    return own if own is not None and quantity(own) > quantity(of_plan) else of_plan


def _room(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    if tenant.status.applied is not None:
        return []
    problems = []
    partner, server = catalogue.partner, catalogue.servers.get(tenant.spec.database_server)
    neighbours = [other for other in catalogue.tenants if _counts(other, tenant)]
    if partner is not None:
        own = sum(other.metadata.namespace == tenant.metadata.namespace for other in neighbours)
        if own >= partner.spec.max_tenants:
            problems.append(
                Problem(
                    "metadata.namespace",
                    f"{partner.metadata.name} has {own} tenants of {partner.spec.max_tenants} allowed",
                    "raise the partner's maxTenants or delete a tenant",
                )
            )
    if server is not None:
        on_server = sum(other.spec.database_server == server.metadata.name for other in neighbours)
        full = on_server >= server.spec.max_tenants
        if full or not server.spec.accepts_tenants:
            why = (
                f"is full ({on_server} of {server.spec.max_tenants} tenants)" if full else "accepts no new tenants"
            )
            others = {name: each for name, each in catalogue.servers.items() if name != server.metadata.name}
            problems.append(
                Problem(
                    "spec.databaseServer",
                    f"{server.metadata.name} {why}",
                    f"choose another of: {_names(others)}; or raise its maxTenants, or set its acceptsTenants",
                )
            )
    return problems


def _counts(other: Tenant, tenant: Tenant) -> bool:
    """Of two new tenants and one free place, the older one gets it, whoever is looked at first."""
    return not _same(other, tenant) and _claim(other) < _claim(tenant)


def _source(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    source = tenant.spec.clone_of
    if source is None or tenant.status.applied is not None:
        return []
    if source.tenant == tenant.metadata.name:
        return [Problem("spec.cloneOf.tenant", "a tenant cannot be a clone of itself", "name another one")]
    original = next(
        (
            other
            for other in catalogue.tenants
            if other.metadata.name == source.tenant and other.metadata.namespace == tenant.metadata.namespace
        ),
        None,
    )
    if original is None:
        return [Problem("spec.cloneOf.tenant", f"there is no tenant {source.tenant!r}", "name one of your own")]
    if original.status.applied is None:
        return [
            Problem(
                "spec.cloneOf.tenant",
                f"{source.tenant} is not provisioned yet",
                f"wait for it: shopfleet tenant show {source.tenant}",
            )
        ]
    return _unlike(tenant, original, original.status.applied)


def _unlike(tenant: Tenant, original: Tenant, applied: AppliedSpec) -> list[Problem]:
    """A clone starts from the source's database, so it has to be of the same release, country and currency."""
    pairs: list[tuple[str, str | None, str | None]] = [
        ("release", tenant.spec.release, applied.release),
        ("country", tenant.spec.country, original.spec.country),
        ("currency", tenant.spec.currency, original.spec.currency),
    ]
    return [
        Problem(
            f"spec.{field}",
            f"{wanted or 'none'} is not what the clone's source {original.metadata.name} has",
            f"set spec.{field} to {present}" if present else f"leave spec.{field} out",
        )
        for field, wanted, present in pairs
        if wanted != present
    ]


def _names(choices: Mapping[str, object]) -> str:
    return ", ".join(sorted(choices)) or "(none exists yet)"
