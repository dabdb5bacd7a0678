"""Certificates for test servers, also expired ones and those of a stranger's authority."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class KeyPair:
    """Paths of a PEM certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """A certificate authority in a folder; `ca_file` is what clients verify with."""

    def __init__(self, folder: Path, name: str = "test authority", *, of: KeyPair | None = None) -> None:
        """A new one of this name, or the existing one `of` this pair."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        pair = _new_authority(folder, name) if of is None else of
        key = serialization.load_pem_private_key(pair.key.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key
        self._name = x509.load_pem_x509_certificate(pair.certificate.read_bytes()).subject
        self.ca_file = pair.certificate

    def issue(self, name: str, *addresses: str, valid: timedelta = DAY) -> KeyPair:
        """A certificate of a server at these addresses, or of a client without any.

        A negative `valid` makes it expired.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        draft = _draft(self._name, _named(name), key, valid)
        if addresses:
            names = x509.SubjectAlternativeName([_general(each) for each in addresses])
            draft = draft.add_extension(names, critical=False)
        return _stored(draft.sign(self._key, hashes.SHA256()), key, self._folder / name)


def _new_authority(folder: Path, name: str) -> KeyPair:
    key = ec.generate_private_key(ec.SECP256R1())
    draft = _draft(_named(name), _named(name), key, DAY)
    draft = draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _stored(draft.sign(key, hashes.SHA256()), key, folder / "ca")


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _stored(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, stem: Path) -> KeyPair:
    pair = KeyPair(stem.with_suffix(".crt"), stem.with_suffix(".key"))
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form, secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pair.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, secret))
    pair.key.chmod(0o600)
    return pair


def _draft(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey, valid: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 30 * DAY)
        .not_valid_after(now + valid)
    )


def _general(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)
