"""A PostgreSQL server that tenants' databases live on: our own, or an external one by secret reference."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from provisioning.meta import ANNOTATION_DELETE_ALTHOUGH_USED, SYSTEM_NAMESPACE, Model, Referenced, Resource
from provisioning.validation import immutable

CLIENT_MAJOR = 15
"""Version of PostgreSQL's client programs in our image. They refuse to dump a newer server; and what newer ones
dump, or send while they restore, an older server does not understand."""


class SecretRef(Model):
    """A Secret of the system namespace with the keys `username` and `password`."""

    name: str = Field(min_length=1, max_length=253)
    namespace: str = Field(default=SYSTEM_NAMESPACE, max_length=63)


class SslMode(StrEnum):
    """libpq's sslmode, without those that do not encrypt."""

    REQUIRE = "require"
    VERIFY_CA = "verify-ca"
    VERIFY_FULL = "verify-full"


# Whoever led the name to another server would have every tenant of it look for its database in the wrong place.
_STAYS = (
    "{} cannot change: tenants' databases are there; make a DatabaseServer with another name, or, if the server "
    f"itself has moved with all its databases, annotate this one with {ANNOTATION_DELETE_ALTHOUGH_USED}, delete "
    "it and create it anew"
)


class DatabaseServerSpec(Model):
    host: str = Field(min_length=1, max_length=253, json_schema_extra=immutable(_STAYS.format("host")))
    port: int = Field(default=5432, ge=1, le=65535, json_schema_extra=immutable(_STAYS.format("port")))
    admin_secret: SecretRef = Field(description="A role that may create databases and roles; no superuser needed.")
    ssl_mode: SslMode = SslMode.VERIFY_FULL
    ca_config_map: str | None = Field(
        default="platform-ca",
        max_length=253,
        description="ConfigMap of the system namespace with key ca.crt; null when everybody trusts the authority "
        "of the server's certificate.",
    )
    tools_image: str | None = Field(
        default=None,
        max_length=500,
        description="Image for dump and restore with the client programs of this server's major version; "
        f"when absent ours, with those of {CLIENT_MAJOR}.",
    )
    max_tenants: int = Field(default=200, ge=1, le=10_000, description="No further tenant above this number.")
    accepts_tenants: bool = True


class DatabaseServerStatus(Referenced):
    server_version: str | None = None
    tenants: int | None = None
    connections_used: int | None = None
    connections_limit: int | None = None


class DatabaseServer(Resource[DatabaseServerSpec, DatabaseServerStatus]):
    KIND: ClassVar[str] = "DatabaseServer"
    PLURAL: ClassVar[str] = "databaseservers"
    NAMESPACED: ClassVar[bool] = False
    SHORT_NAMES: ClassVar[tuple[str, ...]] = ("dbs",)
    COLUMNS: ClassVar[tuple[tuple[str, str, str], ...]] = (
        ("Host", "string", ".spec.host"),
        ("Version", "string", ".status.serverVersion"),
        ("Tenants", "integer", ".status.tenants"),
        ("Ready", "string", ".status.conditions[?(@.type=='Ready')].status"),
        ("Age", "date", ".metadata.creationTimestamp"),
    )
