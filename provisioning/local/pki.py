"""Keys and certificates of a local cluster, kept while they are good and renewed in time.

One authority signs everything, the front proxy included; the API server tells
them apart by name (`--requestheader-allowed-names`).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_LIFETIME = dt.timedelta(days=3650)
LEAF_LIFETIME = dt.timedelta(days=365)
RENEW_BEFORE = dt.timedelta(days=30)
"""A cluster that is started once a month never meets an expired certificate."""
BACKDATE = dt.timedelta(minutes=5)
"""Clocks of two machines that differ a little must not make a new certificate invalid."""

SERVICE_ACCOUNT_KEY = "service-account"


class Action(StrEnum):
    KEPT = "kept"
    ISSUED = "issued"
    RENEWED = "renewed"


@dataclass(frozen=True)
class Leaf:
    """One certificate to have: who it names, and under which addresses it may serve."""

    name: str
    common_name: str
    organisation: str = ""
    addresses: tuple[str, ...] = ()
    """DNS names and IP addresses; empty for a client certificate."""


@dataclass(frozen=True)
class CertificateStatus:
    name: str
    not_after: dt.datetime
    action: Action


@dataclass(frozen=True)
class Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


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
    folder.mkdir(parents=True, exist_ok=True)
    authority, status = _ensure_authority(folder, now)
    _ensure_service_account_key(folder)
    return [status, *(_ensure_leaf(folder, leaf, authority, now) for leaf in leaves)]


def expiries(folder: Path, now: dt.datetime) -> dict[str, dt.timedelta]:
    """Time left of every certificate in the folder, for `doctor`."""
    found = sorted(folder.glob("*.crt"))
    return {path.stem: read_certificate(path).not_valid_after_utc - now for path in found}


def read_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _ensure_authority(folder: Path, now: dt.datetime) -> tuple[Authority, CertificateStatus]:
    known = _load(folder, "ca")
    if known and _is_fresh(known.certificate, now):
        return known, CertificateStatus("ca", known.certificate.not_valid_after_utc, Action.KEPT)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject("shopfleet-local-ca", "")
    # The name is the same for each new authority, so its key must be told apart by identifiers.
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _draft(subject, subject, key.public_key(), now, CA_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    _store(folder, "ca", certificate, key)
    action = Action.RENEWED if known else Action.ISSUED
    return Authority(certificate, key), CertificateStatus("ca", certificate.not_valid_after_utc, action)


def _ensure_leaf(folder: Path, leaf: Leaf, authority: Authority, now: dt.datetime) -> CertificateStatus:
    known = _load(folder, leaf.name)
    if known and _is_fresh(known.certificate, now) and _fits(known.certificate, leaf, authority.certificate):
        return CertificateStatus(leaf.name, known.certificate.not_valid_after_utc, Action.KEPT)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _issue(leaf, key.public_key(), authority, now)
    _store(folder, leaf.name, certificate, key)
    action = Action.RENEWED if known else Action.ISSUED
    return CertificateStatus(leaf.name, certificate.not_valid_after_utc, action)


def _issue(
    leaf: Leaf, public_key: ec.EllipticCurvePublicKey, authority: Authority, now: dt.datetime
) -> x509.Certificate:
    issuer = authority.certificate
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
    draft = _draft(
        _subject(leaf.common_name, leaf.organisation), issuer.subject, public_key, now, LEAF_LIFETIME
    )
    if leaf.addresses:
        usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        names = x509.SubjectAlternativeName([_general_name(address) for address in leaf.addresses])
        draft = draft.add_extension(names, critical=False)
    key_identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_identifier), critical=False
        )
        .sign(authority.key, hashes.SHA256())
    )


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: dt.datetime,
    lifetime: dt.timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATE)
        .not_valid_after(now + lifetime)
    )


def _subject(common_name: str, organisation: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _is_fresh(certificate: x509.Certificate, now: dt.datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE


def _fits(certificate: x509.Certificate, leaf: Leaf, issuer: x509.Certificate) -> bool:
    """Whether it was signed by this authority for this very subject and these addresses."""
    if certificate.subject != _subject(leaf.common_name, leaf.organisation):
        return False
    if _names_of(certificate) != {_general_name(address) for address in leaf.addresses}:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError):
        return False
    return True


def _names_of(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return set(extension.value)


def _load(folder: Path, name: str) -> Authority | None:
    """A stored pair; None when a file is missing, damaged, or they do not belong together."""
    try:
        certificate = read_certificate(certificate_path(folder, name))
        key = serialization.load_pem_private_key(key_path(folder, name).read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        return None
    return Authority(certificate, key)


def _store(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    _write_key(key_path(folder, name), key)
    _write_private(certificate_path(folder, name), certificate.public_bytes(serialization.Encoding.PEM))


def _ensure_service_account_key(folder: Path) -> None:
    """Kept for ever: a new key would invalidate the token of every running pod."""
    path, public = key_path(folder, SERVICE_ACCOUNT_KEY), folder / f"{SERVICE_ACCOUNT_KEY}.pub"
    if path.is_file() and public.is_file():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(path, key)
    _write_private(
        public,
        key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    _write_private(
        path,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
    )


def _write_private(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.new")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.replace(path)
