"""Checks a tenant against what exists, beyond what its schema can say: every problem with field and fix.

The command line asks before it writes, and the operator asks again before it acts: the two can differ by what
others did in between.
"""

import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from controller.core.claims import hostname_problems, identity_problems
from controller.core.network import bundle_problems, network_problems
from controller.core.problem import Catalogue, Problem, listed
from controller.core.room import room_problems, storage_problems
from provisioning.series import SERIES
from provisioning.tenant import FINAL_FIELDS, AppliedSpec, Tenant


def check(tenant: Tenant, catalogue: Catalogue) -> tuple[Problem, ...]:
    """All problems at once, so that nobody has to find them one by one; empty when there is none."""
    return (
        *identity_problems(tenant, catalogue),
        *_references(tenant, catalogue),
        *_release(tenant, catalogue),
        *hostname_problems(tenant, catalogue),
        *_time_zones(tenant),
        *network_problems(tenant.spec),
        *_currency(tenant),
        *storage_problems(tenant, catalogue),
        *room_problems(tenant, catalogue),
        *_source(tenant, catalogue),
    )


def beyond_editing(tenant: Tenant, problems: Sequence[Problem]) -> str | None:
    """What to do with a tenant that never served and has problems in fields that nobody can edit any more.

    None when editing is enough, or when the tenant serves.
    """
    final = dict.fromkeys(
        field for each in problems if (field := each.field.removeprefix("spec.").split(".")[0]) in FINAL_FIELDS
    )
    if not final or tenant.status.applied is not None:
        return None
    return (
        f"{', '.join(f'spec.{field}' for field in final)} cannot be edited: unless the cause can be mended "
        f"elsewhere, run: shopfleet tenant delete {tenant.metadata.name} --purge, and create it again"
    )


def _references(tenant: Tenant, catalogue: Catalogue) -> list[Problem]:
    known: list[tuple[str, str, Mapping[str, object]]] = [
        ("plan", tenant.spec.plan, catalogue.plans),
        ("release", tenant.spec.release, catalogue.releases),
        ("databaseServer", tenant.spec.database_server, catalogue.servers),
    ]
    problems = [
        Problem(f"spec.{field}", f"there is no {field} {name!r}", f"choose one of: {listed(choices)}")
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
    return [*problems, *bundle_problems(tenant, release.spec)]


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


@cache
def _currencies() -> frozenset[str]:
    """ISO 4217 codes of all money that is in use somewhere, by the locked version of Babel's data."""
    # Only here, because loading it takes as long as most commands.
    from babel.core import get_global  # noqa: PLC0415
    from babel.numbers import get_territory_currencies  # noqa: PLC0415

    # On the last day there is, only money without an end is left; so no clock decides.
    found = [get_territory_currencies(each, date.max, date.max) for each in get_global("territory_currencies")]
    return frozenset(code for codes in found for code in codes)


def _currency(tenant: Tenant) -> list[Problem]:
    """Not of a tenant whose books are kept in it already, should its country give that money up one day."""
    currency = tenant.spec.currency
    if currency is None or tenant.status.applied is not None or currency in _currencies():
        return []
    return [
        Problem(
            "spec.currency",
            f"there is no currency {currency!r}",
            "use an ISO 4217 code such as EUR, or leave it out for the country's own",
        )
    ]


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
    """A clone starts from the source's database, so it has the same release, country, currency and bundles."""
    pairs: list[tuple[str, str | None, str | None]] = [
        ("release", tenant.spec.release, applied.release),
        ("country", tenant.spec.country, original.spec.country),
        ("currency", tenant.spec.variant.currency, original.spec.variant.currency),
        ("bundles", _listed(tenant.spec.bundles), _listed(applied.bundles)),
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


def _listed(bundles: Sequence[str] | None) -> str | None:
    return None if bundles is None else f"[{', '.join(sorted(bundles))}]"
