"""Whom we believe over TLS: the authorities of the system, and the platform's own beside them.

Beside and not instead of: gateway, object store and database may each be the platform's or somebody else's, with a
certificate that everybody trusts.
"""

import ssl
from pathlib import Path

# Where distributions keep all authorities in one file, for clients that cannot read OpenSSL's folder.
_PLACES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/pki/tls/certs/ca-bundle.crt"),
    Path("/etc/ssl/cert.pem"),
)


def context(own: Path | None) -> ssl.SSLContext:
    """For a client of ours; `own` in PEM. Raises OSError when it cannot be read."""
    trusting = ssl.create_default_context()
    if own is not None:
        trusting.load_verify_locations(cafile=str(own))
    return trusting


def system_bundle() -> Path | None:
    """The system's authorities in one file; None when it has no such file. SSL_CERT_FILE names another."""
    named = ssl.get_default_verify_paths().cafile
    places = (Path(named), *_PLACES) if named else _PLACES
    return next((place for place in places if place.is_file()), None)


def write_bundle(own: Path, target: Path) -> Path:
    """Both in one file, for clients that take only one. Raises OSError when one cannot be read or written."""
    system = system_bundle()
    parts = [place.read_text() for place in (system, own) if place is not None]
    target.write_text("\n".join(parts))
    return target
