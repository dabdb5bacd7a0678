"""Password hashes that Odoo accepts: PBKDF2-SHA512 in passlib's modular crypt format."""

import base64
import hashlib

SALT_BYTES = 16


def odoo_password_hash(password: str, salt: bytes, rounds: int) -> str:
    """`$pbkdf2-sha512$<rounds>$<salt>$<checksum>`, with passlib's variant of base 64.

    Raises ValueError for an empty password or a salt of less than 16 bytes.
    """
    if not password:
        raise ValueError("a password must not be empty")
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt needs {SALT_BYTES} bytes")
    checksum = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)
    return f"$pbkdf2-sha512${rounds}${_adapted(salt)}${_adapted(checksum)}"


def _adapted(raw: bytes) -> str:
    """Base 64 with `.` for `+` and without padding."""
    return base64.b64encode(raw).decode().rstrip("=").replace("+", ".")
