"""Issues certificates and judges them. Pure but for the random numbers; no files here.

One authority signs everything, the front proxy included; the API server tells
them apart by name (`--requestheader-allowed-names`).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFETIME = dt.timedelta(days=3650)
LEAF_LIFETIME = dt.timedelta(days=365)
RENEW_BEFORE = dt.timedelta(days=30)
"""A cluster that is started once a month never meets an expired certificate."""
BACKDATE = dt.timedelta(minutes=5)
"""Clocks of two machines that differ a little must not make a new certificate invalid."""


@dataclass(frozen=True)
class Leaf:
    """One certificate to have: who it names, and under which addresses it may serve."""

    name: str
    common_name: str
    organisation: str = ""
    addresses: tuple[str, ...] = ()
    """DNS names and IP addresses; empty for a client certificate."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def issue_authority(now: dt.datetime) -> Pair:
    """A new authority that signs itself."""
    key = new_key()
    subject = _subject("shopfleet-local-ca", "")
    # The name is the same for each new authority, so they are told apart by their keys.
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        _draft(subject, subject, key.public_key(), now, AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    return Pair(certificate, key)


def issue(leaf: Leaf, authority: Pair, now: dt.datetime) -> Pair:
    """A new certificate, for clients and, with addresses, for servers too."""
    key = new_key()
    issuer = authority.certificate
    usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
    subject = _subject(leaf.common_name, leaf.organisation)
    draft = _draft(subject, issuer.subject, key.public_key(), now, LEAF_LIFETIME)
    if leaf.addresses:
        usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        names = x509.SubjectAlternativeName([_general_name(address) for address in leaf.addresses])
        draft = draft.add_extension(names, critical=False)
    issuer_key = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key)
    certificate = (
        draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(signed_by, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Pair(certificate, key)


def is_fresh(certificate: x509.Certificate, now: dt.datetime) -> bool:
    """Valid now and for long enough."""
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE


def fits(certificate: x509.Certificate, leaf: Leaf, issuer: x509.Certificate) -> bool:
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


def _names_of(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return set()
    return set(extension.value)


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
