"""Password hashes that Odoo accepts: PBKDF2-SHA512 in passlib's modular crypt format."""

import base64
import hashlib
import hmac

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


def accepts(hashed: str | None, password: str) -> bool:
    """Whether this is the password of a hash in that format; no other hash takes any."""
    kind, rounds, salt, _ = [*(hashed or "").split("$")[1:], *[""] * 4][:4]
    if kind != "pbkdf2-sha512" or not rounds.isdecimal():
        return False
    raw = base64.b64decode(salt.replace(".", "+") + "=" * (-len(salt) % 4))
    return hmac.compare_digest(odoo_password_hash(password, raw, int(rounds)), hashed or "")


def _adapted(raw: bytes) -> str:
    """Base 64 with `.` for `+` and without padding."""
    return base64.b64encode(raw).decode().rstrip("=").replace("+", ".")
