"""The folder with a cluster's keys and certificates: kept while they are good, renewed in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from provisioning.local.certificates import Leaf, Pair, fits, is_fresh, issue, issue_authority, new_key
from provisioning.local.privatefile import write_private

AUTHORITY = "ca"
SERVICE_ACCOUNT_KEY = "service-account"


class Action(StrEnum):
    KEPT = "kept"
    ISSUED = "issued"
    RENEWED = "renewed"


@dataclass(frozen=True)
class CertificateStatus:
    """One certificate after `ensure_pki`."""

    name: str
    not_after: dt.datetime
    action: Action


def certificate_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.crt"


def key_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.key"


def cluster_leaves(node_name: str, api_addresses: Sequence[str], node_addresses: Sequence[str]) -> list[Leaf]:
    """The certificates of a one-node cluster."""
    masters = "system:masters"
    return [
        Leaf("apiserver", "kube-apiserver", addresses=tuple(api_addresses)),
        Leaf("kubelet", f"system:node:{node_name}", "system:nodes", addresses=tuple(node_addresses)),
        Leaf("apiserver-kubelet-client", "kube-apiserver-kubelet-client", masters),
        Leaf("front-proxy-client", "front-proxy"),
        Leaf("admin", "shopfleet-admin", masters),
        Leaf("controller-manager", "system:kube-controller-manager"),
        Leaf("scheduler", "system:kube-scheduler"),
        Leaf("kube-proxy", "system:kube-proxy"),
    ]


def ensure_pki(folder: Path, leaves: Sequence[Leaf], now: dt.datetime) -> list[CertificateStatus]:
    """Issue what is missing, renew what is about to expire or no longer fits, keep the rest.

    A new authority makes every certificate new. Files are readable by their owner only.
    """
    _ensure_service_account_key(folder)
    known = _load(folder, AUTHORITY)
    authority = known if known and is_fresh(known.certificate, now) else issue_authority(now)
    statuses = [_keep_or_store(folder, AUTHORITY, known, authority)]
    for leaf in leaves:
        old = _load(folder, leaf.name)
        good = old and is_fresh(old.certificate, now) and fits(old.certificate, leaf, authority.certificate)
        wanted = old if old and good else issue(leaf, authority, now)
        statuses.append(_keep_or_store(folder, leaf.name, old, wanted))
    return statuses


def expiries(folder: Path, now: dt.datetime) -> dict[str, dt.timedelta]:
    """Time left of every certificate in the folder, for `doctor`."""
    return {path.stem: _read(path).not_valid_after_utc - now for path in sorted(folder.glob("*.crt"))}


def _keep_or_store(folder: Path, name: str, old: Pair | None, wanted: Pair) -> CertificateStatus:
    not_after = wanted.certificate.not_valid_after_utc
    if old is wanted:
        return CertificateStatus(name, not_after, Action.KEPT)
    write_private(key_path(folder, name), _pem(wanted.key))
    write_private(certificate_path(folder, name), wanted.certificate.public_bytes(Encoding.PEM))
    return CertificateStatus(name, not_after, Action.RENEWED if old else Action.ISSUED)


def _load(folder: Path, name: str) -> Pair | None:
    """A stored pair; None when a file is missing, damaged, or they do not belong together."""
    try:
        certificate = _read(certificate_path(folder, name))
        key = load_pem_private_key(key_path(folder, name).read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return Pair(certificate, key)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _ensure_service_account_key(folder: Path) -> None:
    """Kept for ever: a new key would invalidate the token of every running pod."""
    path, public = key_path(folder, SERVICE_ACCOUNT_KEY), folder / f"{SERVICE_ACCOUNT_KEY}.pub"
    if path.is_file() and public.is_file():
        return
    key = new_key()
    write_private(path, _pem(key))
    write_private(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
