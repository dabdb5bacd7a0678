"""Every derived name of a tenant, template and partner, in one place.

All of a tenant's names come from its opaque id, which never changes, so that a rename moves nothing.
PostgreSQL cuts identifiers silently at 63 bytes and Kubernetes refuses labels and namespaces over 63
characters, so every name here has a fixed length far below that.
"""

import hashlib
import secrets
import string
from dataclasses import dataclass

ID_PATTERN = r"^[a-z][a-z0-9]{9}$"
LIMIT = 63

# Components: values of the label by which workloads, services and policies find pods.
WEB = "web"
CRON = "cron"
JOB = "job"
TEMPLATE = "template"

PUSH_SERVICE = "push"
FILES = "files"
ODOO_CONF_SECRET = "odoo-conf"  # noqa: S105 the name of a Secret, not its content
DATABASE_SECRET = "database"  # noqa: S105
FIRST_PASSWORDS_SECRET = "first-passwords"  # noqa: S105
CA_CONFIG_MAP = "platform-ca"
TEMPLATES_NAMESPACE = "shopfleet-templates"

OPERATOR_LEASE = "shopfleet-operator"
"""The lease that the operator holds which acts; people look there to see whether one does."""
OPERATOR_FENCE = "shopfleet-operator-fence"
"""The admission policy that refuses what an operator sends after it lost that lease."""

_PARTNER_PREFIX = "partner-"


def new_tenant_id() -> str:
    """A fresh opaque id: one letter and nine of 36 characters, 2.6e15 in all."""
    alphabet = string.ascii_lowercase + string.digits
    return secrets.choice(string.ascii_lowercase) + "".join(secrets.choice(alphabet) for _ in range(9))


def tenant_id_from_uid(uid: str) -> str:
    """The id of a tenant created without one, derived from its UID so that a restart finds the same."""
    digest = int.from_bytes(hashlib.sha256(uid.encode()).digest())
    letters = string.ascii_lowercase
    alphabet = letters + string.digits
    digest, first = divmod(digest, len(letters))
    rest = []
    for _ in range(9):
        digest, index = divmod(digest, len(alphabet))
        rest.append(alphabet[index])
    return letters[first] + "".join(rest)


@dataclass(frozen=True)
class TenantNames:
    """Names of everything that belongs to the tenant with this id."""

    id: str

    @property
    def namespace(self) -> str:
        return f"sf-{self.id}"

    @property
    def database(self) -> str:
        return f"t_{self.id}"

    @property
    def role(self) -> str:
        # The same as the database, so that pg_hba can say `sameuser` and nobody else gets in.
        return self.database

    @property
    def backup_prefix(self) -> str:
        """Key prefix of the tenant's backups in the object store; ends with a slash."""
        return f"tenants/{self.id}/"


@dataclass(frozen=True)
class TemplateNames:
    """Names of a golden template: one per release, database server and variant."""

    release_digest: str
    variant_digest: str

    @property
    def key(self) -> str:
        return f"{self.release_digest[:8]}_{self.variant_digest[:8]}"

    @property
    def database(self) -> str:
        return f"tpl_{self.key}"

    @property
    def owner(self) -> str:
        """The throw-away role that owns the objects inside the template, and nothing else anywhere."""
        return f"tplo_{self.key}"

    @property
    def building(self) -> str:
        """The database while it is being built; renamed once it is complete, so that half a template is none.

        Named like the owner, because pg_hba lets a role only into the database of its own name.
        """
        return self.owner

    @property
    def procedure(self) -> str:
        return f"template-{self.key.replace('_', '-')}"

    def build_on(self, server: str) -> str:
        """Name of the procedure that builds it on this database server; there is one per template and server."""
        name = f"{self.procedure}-{server}"
        return name if len(name) <= LIMIT else suffixed(self.procedure, server)

    def dump_key(self, tools_image: str | None = None) -> str:
        """Key in the object store of the template's dump by our own programs, or by those of another image."""
        place = f"templates/{self.release_digest}/{self.variant_digest}"
        return f"{place}.dump" if tools_image is None else f"{suffixed(place, tools_image)}.dump"


def partner_namespace(partner: str) -> str:
    """The namespace in which a partner's Tenant and Procedure objects live."""
    return f"{_PARTNER_PREFIX}{partner}"


def partner_of(namespace: str) -> str | None:
    """The partner whose namespace this is; None for a namespace that is no partner's."""
    return namespace.removeprefix(_PARTNER_PREFIX) if namespace.startswith(_PARTNER_PREFIX) else None


def job_name(procedure: str, step: str) -> str:
    """Name of the Job that one step of a procedure runs, always the same, so that a second run finds it.

    The digest keeps `a-b` + `c` and `a` + `b-c` apart, and names of any length distinct after the cut.
    """
    digest = hashlib.sha256(f"{procedure}/{step}".encode()).hexdigest()[:8]
    readable = f"{step}-{procedure}"[: LIMIT - len(digest) - 1].rstrip("-.")
    return f"{readable}-{digest}"


def suffixed(stem: str, content: str) -> str:
    """A name that changes with its content, for objects that are replaced rather than edited."""
    return f"{stem}-{hashlib.sha256(content.encode()).hexdigest()[:8]}"
