"""A tenant's store network as the addon retail_store_network takes it. Pure.

What `env["retail.store.network"].apply()` understands is said in addons_baseline/14.0/retail_store_network.
"""

import hashlib
import json
from typing import Any

from provisioning.release import STORE_NETWORK
from provisioning.store import Store
from provisioning.tenant import TenantSpec

# Which network a database has, as the program wrote it there in the transaction that made it so.
NETWORK_PARAMETER = "shopfleet.network"
NETWORK_QUERY = f"SELECT value FROM ir_config_parameter WHERE key = '{NETWORK_PARAMETER}'"  # noqa: S608 our own word

DIGITS = 16


def described(spec: TenantSpec) -> bool:
    """Whether there is anything to set up, and the tenant has what sets it up."""
    has_bundle = STORE_NETWORK in (spec.bundles or ())
    parts = (spec.stores, spec.regions, spec.head_office, spec.who_decides, spec.policies.each)
    return has_bundle and any(parts)


def description(spec: TenantSpec) -> dict[str, Any]:
    """The argument of apply(), without empty values; the same in whatever order the spec says it.

    But for policies, of which the first that fits counts.
    """
    stores = sorted(spec.stores, key=lambda store: store.code)
    regions = sorted(spec.regions, key=lambda region: region.name)
    head_office = sorted(spec.head_office, key=lambda person: person.login)
    found = {
        "timeZone": spec.time_zone,
        "regions": [region.model_dump(mode="json", by_alias=True, exclude_defaults=True) for region in regions],
        "stores": [_store(store) for store in stores],
        "headOffice": [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in head_office],
        "whoDecides": {model: dict(settings) for model, settings in spec.who_decides.items()},
        "policies": spec.policies.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }
    return {key: value for key, value in found.items() if value}


def digest(spec: TenantSpec) -> str:
    """16 hex digits of the description, short enough to be shown; empty when there is nothing to set up."""
    if not described(spec):
        return ""
    return hashlib.sha256(json.dumps(description(spec), sort_keys=True).encode()).hexdigest()[:DIGITS]


def _store(store: Store) -> dict[str, Any]:
    """Without what is as by default, as the addon has it; so a week that is closed says nothing of hours."""
    return store.model_dump(mode="json", by_alias=True, exclude_defaults=True)
