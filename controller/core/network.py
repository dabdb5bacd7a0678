"""What is wrong with a tenant's stores among each other, and with its bundles: each problem names the store."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from controller.core.problem import Problem
from provisioning.network import description
from provisioning.release import ECOMMERCE, STORE_NETWORK, ReleaseSpec
from provisioning.store import Store, StoreKind
from provisioning.tenant import Tenant, TenantSpec

# What 0.1.0 had already, and what goes by itself: when a shop is open.
_WITHOUT_A_NETWORK = frozenset({"code", "name", "time_zone", "opening_hours"})


def bundle_problems(tenant: Tenant, release: ReleaseSpec) -> list[Problem]:
    """Bundles that the release does not have, and those of a living tenant that would be taken out."""
    return [*_not_there(tenant, release), *_taken_out(tenant, release)]


def _not_there(tenant: Tenant, release: ReleaseSpec) -> Iterator[Problem]:
    unknown = sorted(set(tenant.spec.bundles or ()) - release.bundles.keys())
    if unknown:
        known = ", ".join(sorted(release.bundles))
        fix = f"choose from: {known}" if known else "leave it out: this release has no bundles"
        yield Problem("spec.bundles", f"release {tenant.spec.release} has no {', '.join(unknown)}", fix)


def _taken_out(tenant: Tenant, release: ReleaseSpec) -> Iterator[Problem]:
    """The API server refuses most of it; but it does not know which bundles those have who named none."""
    if tenant.status.applied is None:
        return
    left = set(release.chosen(tenant.status.applied.bundles)) - set(release.chosen(tenant.spec.bundles))
    if left:
        yield Problem(
            "spec.bundles",
            f"{', '.join(sorted(left))} cannot be taken out: that would delete the data of its modules",
            "name it as well; if its data may go, uninstall its modules inside Odoo (Apps)",
        )


def network_problems(spec: TenantSpec) -> list[Problem]:
    """Everything that the stores refer to has to be there, once, and goods have to come from somewhere."""
    return [*_not_set_up(spec), *_too_many(spec), *_unknown(spec), *_circles(spec)]


def store_changes(before: TenantSpec, after: TenantSpec) -> tuple[str, ...]:
    """What is different in what Odoo is told, one line each, whatever the order in which it is said."""
    old, new = description(before), description(after)
    lists = (("store", "stores", "code"), ("head office", "headOffice", "login"))
    each = (line for what, name, key in lists for line in _changed_each(what, *_by_key(name, key, old, new)))
    return (*each, *_changed_parts(old, new))


def _by_key(name: str, key: str, *told: dict[str, Any]) -> list[dict[str, Any]]:
    return [{each[key]: each for each in one.get(name, [])} for one in told]


def _changed_each(what: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in sorted({*old, *new}):
        name = (new.get(key) or old[key]).get("name", key)
        if key not in old:
            yield f"{what} {key}: {name} is new"
        elif key not in new:
            yield f"{what} {key}: {name} is taken out of the description, and stays in Odoo"
        elif old[key] != new[key]:
            fields = sorted(each for each in {*old[key], *new[key]} if old[key].get(each) != new[key].get(each))
            yield f"{what} {key}: {', '.join(fields)}"


def _changed_parts(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in ("regions", "whoDecides", "policies"):
        if old.get(key) != new.get(key):
            yield f"{key}: changed"


def _not_set_up(spec: TenantSpec) -> Iterator[Problem]:
    if STORE_NETWORK in (spec.bundles or ()):
        return
    said = ["spec.regions"] if spec.regions else []
    said += ["spec.headOffice"] if spec.head_office else []
    said += ["spec.whoDecides"] if spec.who_decides else []
    said += ["spec.policies"] if spec.policies.each else []
    said += [f"spec.stores[{each.code}]" for each in spec.stores if _says_more(each)]
    if said:
        more = f" and {len(said) - 1} more" if len(said) > 1 else ""
        yield Problem(
            "spec.bundles",
            f"without {STORE_NETWORK} nothing sets up what {said[0]}{more} say",
            f"add {STORE_NETWORK}, or leave only code, name, timeZone and openingHours",
        )


def _says_more(store: Store) -> bool:
    # Not what was set: the API server sets every default.
    return bool(store.model_dump(exclude_defaults=True).keys() - _WITHOUT_A_NETWORK)


def _too_many(spec: TenantSpec) -> Iterator[Problem]:
    bundles = spec.bundles or ()
    if STORE_NETWORK not in bundles:
        return
    for name, times in Counter(store.name for store in spec.stores).items():
        if times > 1:
            codes = ", ".join(store.code for store in spec.stores if store.name == name)
            yield Problem("spec.stores", f"{codes} have the same name {name!r}", "give each a name of its own")
    web = [store.code for store in spec.stores if store.kind is StoreKind.WEB]
    if len(web) > 1:
        yield Problem("spec.stores", f"{', '.join(web)} are web shops", "leave one: a tenant has one web shop")
    if web and ECOMMERCE not in bundles:
        yield Problem(
            f"spec.stores[{web[0]}].kind",
            f"there is no web shop without {ECOMMERCE}",
            f"add {ECOMMERCE} to spec.bundles, or leave the store out",
        )


def _unknown(spec: TenantSpec) -> Iterator[Problem]:
    places = {store.code for store in spec.stores if store.kind is not StoreKind.WEB}
    regions = {region.name for region in spec.regions}
    for store in spec.stores:
        for field, name, known, what in (
            ("suppliedBy", store.supplied_by, places, "store or warehouse with the code"),
            ("shipsFrom", store.ships_from, places, "store or warehouse with the code"),
            ("region", store.region, regions, "region"),
        ):
            if name is not None and name not in known:
                yield Problem(f"spec.stores[{store.code}].{field}", f"there is no {what} {name!r}", _choose(known))
    for kind, policy in spec.policies.each:
        field = "stores" if "stores" in type(policy).model_fields else "store"
        for code in sorted(set(policy.stores) - places):
            yield Problem(
                f"spec.policies.{kind}[{policy.name}].{field}",
                f"there is no store or warehouse with the code {code!r}",
                _choose(places),
            )


def _choose(known: Collection[str]) -> str:
    return f"choose one of: {', '.join(sorted(known))}" if known else "describe it first"


def _circles(spec: TenantSpec) -> Iterator[Problem]:
    """Each circle once, named by its first store."""
    supplier = {store.code: store.supplied_by for store in spec.stores if store.supplied_by is not None}
    for code in supplier:
        way = _way(code, supplier)
        if way[-1] == code and code == min(way):
            yield Problem(
                f"spec.stores[{code}].suppliedBy",
                f"{' → '.join(way)} supply each other in a circle",
                "let one of them get its goods from vendors: leave its suppliedBy out",
            )


def _way(code: str, supplier: dict[str, str]) -> list[str]:
    """From a store to its supplier and on, until there is none, or a place comes for the second time."""
    way = [code]
    while way[-1] in supplier:
        way.append(supplier[way[-1]])
        if way[-1] in way[:-1]:
            break
    return way
