"""The platform's own certificates: who signs, what is signed, and when a pair is still good.

Pure but for the random keys: the caller brings the clock and what exists already. Two authorities, because a
client certificate of the control channel steers the gateway, and no server of ours may be able to make one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFETIME = dt.timedelta(days=3650)
LEAF_LIFETIME = dt.timedelta(days=365)
RENEW_BEFORE = dt.timedelta(days=60)
"""An installation that is upgraded once in ten months never meets an expired certificate."""
BACKDATE = dt.timedelta(minutes=5)
"""Clocks of two machines that differ a little must not make a new certificate invalid."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Leaf:
    """A certificate to have: the name of its Secret, and the DNS names it serves."""

    name: str
    names: tuple[str, ...]
    client: bool = False
    """Whether it may also authenticate a client."""


def ensure_authority(known: Pair | None, common_name: str, now: dt.datetime) -> Pair:
    """The authority that exists while it is good, else a new one: then every leaf becomes new, too."""
    if known is not None and _is_fresh(_certificate(known), now):
        return known
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(common_name)
    certificate = (
        _draft(subject, subject, key.public_key(), now, AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        # Every new authority has the same name; only this tells their keys apart.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pair(certificate, key)


def ensure_leaves(
    known: Mapping[str, Pair], wanted: tuple[Leaf, ...], authority: Pair, now: dt.datetime
) -> dict[str, Pair]:
    """The wanted pairs by name; kept while fresh, for these very names, and signed by this authority."""
    return {leaf.name: _ensure_leaf(known.get(leaf.name), leaf, authority, now) for leaf in wanted}


def _ensure_leaf(known: Pair | None, leaf: Leaf, authority: Pair, now: dt.datetime) -> Pair:
    if known is not None and _fits(_certificate(known), leaf, _certificate(authority), now):
        return known
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = _certificate(authority)
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, *([ExtendedKeyUsageOID.CLIENT_AUTH] if leaf.client else [])]
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _draft(_subject(leaf.name), issuer.subject, key.public_key(), now, LEAF_LIFETIME)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in leaf.names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(_private_key(authority), hashes.SHA256())
    )
    return _pair(certificate, key)


def _fits(certificate: x509.Certificate, leaf: Leaf, issuer: x509.Certificate, now: dt.datetime) -> bool:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if not _is_fresh(certificate, now) or set(names.get_values_for_type(x509.DNSName)) != set(leaf.names):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_fresh(certificate: x509.Certificate, now: dt.datetime) -> bool:
    return certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEW_BEFORE


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


def _usage(*, authority: bool) -> x509.KeyUsage:
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


def _subject(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _certificate(pair: Pair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate.encode())


def _private_key(pair: Pair) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pair.key.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"the authority's key is of type {type(key).__name__}, not an elliptic curve key")
    return key


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode())
