"""A tenant's generated secrets. The Secret `database` in its namespace is their only source of truth."""

import base64
import secrets
from dataclasses import dataclass, field

from provisioning.meta import Manifest
from provisioning.names import DATABASE_SECRET
from provisioning.objects.labels import metadata
from provisioning.tenant import Tenant

PASSWORD_KEY = "password"  # noqa: S105 a key's name
ADMINISTRATOR = "admin"
MASTER_PASSWORD_KEY = "admin-passwd"  # noqa: S105


class MissingSecretError(Exception):
    """The Secret lacks a key; says which one, never a value."""


@dataclass(frozen=True)
class TenantSecrets:
    """Generated once by the controller, before anything is built from them."""

    database_password: str = field(repr=False)
    # Odoo's master password. Nothing of ours ever uses it: with list_db off it only has to be unguessable.
    admin_passwd: str = field(repr=False)

    def manifest(self, tenant: Tenant) -> Manifest:
        """The Secret that keeps them."""
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": metadata(tenant, DATABASE_SECRET, component="database"),
            "type": "Opaque",
            "data": {
                PASSWORD_KEY: _encode(self.database_password),
                MASTER_PASSWORD_KEY: _encode(self.admin_passwd),
            },
        }

    @classmethod
    def from_manifest(cls, secret: Manifest) -> "TenantSecrets":
        """Read them back from the Secret as the API server returns it.

        Raises MissingSecretError.
        """
        data = secret.get("data") or {}
        return cls(_decode(data, PASSWORD_KEY), _decode(data, MASTER_PASSWORD_KEY))


def new_tenant_secrets() -> TenantSecrets:
    """Fresh random ones: 256 bits each."""
    return TenantSecrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))


def decode_password(secret: Manifest) -> str:
    """The password in a Secret of ours as the API server returns it.

    Raises MissingSecretError.
    """
    return _decode(secret.get("data") or {}, PASSWORD_KEY)


def with_password(secret: Manifest, password: str) -> Manifest:
    """The same Secret with one more key, from which decode_password reads."""
    return {**secret, "data": {**secret["data"], PASSWORD_KEY: _encode(password)}}


def new_password() -> str:
    """For a person to type: 108 bits of URL-safe characters."""
    return secrets.token_urlsafe(13)


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decode(data: dict[str, str], key: str) -> str:
    try:
        return base64.b64decode(data[key]).decode()
    except KeyError:
        raise MissingSecretError(f"Secret {DATABASE_SECRET} has no key {key}") from None
