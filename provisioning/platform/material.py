"""Everything secret that the shared parts need: made once, kept in the cluster's Secrets, never elsewhere.

The Secrets are the only source of truth: an installation reads them first, keeps what is good, and adds what is
missing, so that installing again changes no password and no certificate before its time.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.names import CA_CONFIG_MAP
from provisioning.platform import objects
from provisioning.platform.certificates import Leaf, Pair, ensure_authority, ensure_leaves
from provisioning.platform.settings import GATEWAY_NAMESPACE, InstallSettings, Part, service_names

# Names of Secrets, not their content.
AUTHORITY = "platform-ca-key"
CONTROL_AUTHORITY = "gateway-control-ca-key"
GATEWAY_TLS = "gateway-tls"
POSTGRES_TLS = "postgres-tls"
OBJECT_STORE_TLS = "objectstore-tls"
SECOND_OBJECT_STORE_TLS = "objectstore-second-tls"
CONTROLLER_TLS = "envoy-gateway"
PROXY_TLS = "envoy"
OIDC_KEY = "envoy-oidc-hmac"

SUPERUSER = "postgres-superuser"
REPLICATION = "postgres-replication"
ADMIN = "postgres-admin"
MONITOR = "postgres-monitor"
PATRONI_API = "postgres-patroni-api"
OBJECT_STORE_ROOT = "objectstore-root"

_USERS = {
    SUPERUSER: "postgres",
    REPLICATION: "standby",
    ADMIN: "shopfleet_admin",
    MONITOR: "shopfleet_monitor",
    PATRONI_API: "patroni",
}

Stored = Mapping[tuple[str, str], Mapping[str, str]]
"""Content of Secrets that exist, decoded, by (namespace, name)."""


@dataclass(frozen=True)
class Material:
    """All Secrets of one installation, and the certificate that everybody trusts."""

    authority: str
    """The platform's CA certificate, PEM."""
    contents: Mapping[tuple[str, str], Mapping[str, str]] = field(repr=False)

    def fingerprint(self, *names: str) -> str:
        """Changes when one of these Secrets does, so that what read it once is replaced. Says nothing else."""
        found = {name: dict(data) for (_, name), data in self.contents.items() if name in names}
        return objects.checksum(found)

    def manifests(self) -> list[Manifest]:
        trusted = objects.config_map(CA_CONFIG_MAP, SYSTEM_NAMESPACE, "platform", {"ca.crt": self.authority})
        return [trusted, *(_secret(place, data) for place, data in self.contents.items())]


def wanted(settings: InstallSettings) -> list[tuple[str, str]]:
    """(namespace, name) of every Secret to look up before `ensure`."""
    system = [AUTHORITY, *_accounts(settings), *(leaf.name for leaf in _leaves(settings))]
    gateway = [CONTROL_AUTHORITY, CONTROLLER_TLS, PROXY_TLS, OIDC_KEY] if settings.has(Part.GATEWAY) else []
    return [(SYSTEM_NAMESPACE, name) for name in system] + [(GATEWAY_NAMESPACE, name) for name in gateway]


def certificates(settings: InstallSettings) -> list[tuple[str, str]]:
    """(namespace, name) of every Secret that something serves or authenticates itself with."""
    names = [leaf.name for leaf in _leaves(settings)]
    if settings.has_gateway and GATEWAY_TLS not in names:
        # Somebody else brings it, and the gateway cannot do without it either.
        names.insert(0, GATEWAY_TLS)
    channel = [CONTROLLER_TLS, PROXY_TLS] if settings.has(Part.GATEWAY) else []
    return [(SYSTEM_NAMESPACE, name) for name in names] + [(GATEWAY_NAMESPACE, name) for name in channel]


def ensure(
    settings: InstallSettings,
    stored: Stored,
    now: dt.datetime,
    new_password: Callable[[], str] = lambda: secrets.token_urlsafe(24),
) -> Material:
    """What is stored where it is still good, and new where it is not."""
    system = {name: data for (place, name), data in stored.items() if place == SYSTEM_NAMESPACE}
    authority = ensure_authority(_known(system, AUTHORITY), "shopfleet-platform-ca", now)
    pairs = ensure_leaves(_pairs(system), _leaves(settings), authority, now)
    made: dict[str, dict[str, str]] = {AUTHORITY: _tls(authority, authority)}
    made |= {name: _tls(pair, authority) for name, pair in pairs.items()}
    for name, keys in _accounts(settings).items():
        made[name] = {**{key: value or new_password() for key, value in keys.items()}, **system.get(name, {})}
    contents = {(SYSTEM_NAMESPACE, name): data for name, data in made.items()}
    if settings.has(Part.GATEWAY):
        contents |= _control_channel(stored, now, new_password)
    return Material(authority.certificate, contents)


def _leaves(settings: InstallSettings) -> tuple[Leaf, ...]:
    domain = settings.gateway.domain
    ours = settings.has_gateway and settings.gateway.own_certificate
    leaves = [Leaf(GATEWAY_TLS, (f"*.{domain}", domain))] if ours else []
    if settings.has(Part.DATABASE):
        leaves.append(Leaf(POSTGRES_TLS, (*service_names("postgres"), *service_names("postgres-replicas"))))
    if settings.has(Part.OBJECT_STORE):
        leaves.append(Leaf(OBJECT_STORE_TLS, service_names("objectstore")))
        if settings.object_store.second_region:
            leaves.append(Leaf(SECOND_OBJECT_STORE_TLS, service_names("objectstore-second")))
    return tuple(leaves)


def _accounts(settings: InstallSettings) -> dict[str, dict[str, str]]:
    """Keys of each account's Secret; an empty value is one to make up."""
    accounts: dict[str, dict[str, str]] = {}
    if settings.has(Part.DATABASE):
        accounts |= {name: {"username": user, "password": ""} for name, user in _USERS.items()}
    if settings.has(Part.OBJECT_STORE):
        accounts[OBJECT_STORE_ROOT] = {"access-key": "shopfleet", "secret-key": ""}
    return accounts


def _control_channel(
    stored: Stored, now: dt.datetime, new_password: Callable[[], str]
) -> dict[tuple[str, str], dict[str, str]]:
    """Both ends of the channel by which Envoy Gateway configures the proxies."""
    here = {name: data for (place, name), data in stored.items() if place == GATEWAY_NAMESPACE}
    authority = ensure_authority(_known(here, CONTROL_AUTHORITY), "shopfleet-gateway-control-ca", now)
    ends = (
        Leaf(CONTROLLER_TLS, service_names("envoy-gateway", GATEWAY_NAMESPACE), client=True),
        Leaf(PROXY_TLS, (f"*.{GATEWAY_NAMESPACE}",), client=True),
    )
    pairs = ensure_leaves(_pairs(here), ends, authority, now)
    made = {name: _tls(pair, authority) for name, pair in pairs.items()}
    made[CONTROL_AUTHORITY] = _tls(authority, authority)
    made[OIDC_KEY] = {"hmac-secret": new_password(), **here.get(OIDC_KEY, {})}
    return {(GATEWAY_NAMESPACE, name): data for name, data in made.items()}


def _known(stored: Mapping[str, Mapping[str, str]], name: str) -> Pair | None:
    data = stored.get(name, {})
    return Pair(data["tls.crt"], data["tls.key"]) if {"tls.crt", "tls.key"} <= data.keys() else None


def _pairs(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Pair]:
    found = {name: _known(stored, name) for name in stored}
    return {name: pair for name, pair in found.items() if pair is not None}


def _tls(pair: Pair, authority: Pair) -> dict[str, str]:
    return {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": authority.certificate}


def _secret(place: tuple[str, str], data: Mapping[str, str]) -> Manifest:
    namespace, name = place
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": objects.metadata(name, namespace, "platform"),
        "type": "kubernetes.io/tls" if "tls.key" in data else "Opaque",
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }
