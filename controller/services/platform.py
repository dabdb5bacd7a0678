"""Reconciles what tenants refer to: partners get their namespace, releases their digest, servers a look."""

from controller.core import references
from controller.core.conditions import with_transition_times
from controller.errors import CutOffError, ShopfleetError
from controller.services.outside import BACKUP_BUCKET, TEMPLATE_BUCKET, Again, Looked, Outside
from controller.services.resources import Resources, ref
from provisioning.databaseserver import DatabaseServer, DatabaseServerSpec
from provisioning.meta import (
    LABEL_MANAGED_BY,
    LABEL_PARTNER,
    MANAGED_BY,
    Condition,
    ConditionStatus,
    Manifest,
    Resource,
)
from provisioning.names import partner_namespace
from provisioning.partner import Partner
from provisioning.release import Release, release_digest
from provisioning.tenant import Tenant

# One look at each server: its cost grows with servers, not with tenants.
SERVER_RESYNC_SECONDS = 60.0
# Not sooner than this, because the count of connections changes from look to look: each look is written down,
# each write is an event, and the event would ask for the next look at once, for ever.
SERVER_PAUSE_SECONDS = 15.0
RESYNC_SECONDS = 600.0
# A tenant that is being made has many events, and each count reads all tenants.
COUNT_PAUSE_SECONDS = 5.0
# Among what was looked at; no server can have this name.
USERS = "users of plans, releases and servers"


class PlatformService:
    """Partners, releases and database servers, and who refers to them."""

    def __init__(self, outside: Outside, looked: Looked) -> None:
        """`looked` is of database servers, by name, and of who refers to what."""
        self._outside = outside
        self._resources = Resources(outside.kube)
        self._looked = looked

    def partner(self, name: str) -> Again | None:
        """Gives the partner its namespace, in which its tenants live."""
        partner = self._resources.find(Partner, name)
        if partner is None:
            return None
        namespace = partner_namespace(name)
        self._outside.kube.apply(
            {
                "apiVersion": "v1",
                "kind": "Namespace",
                "metadata": {"name": namespace, "labels": {LABEL_PARTNER: name, LABEL_MANAGED_BY: MANAGED_BY}},
            }
        )
        tenants = len(self._resources.all(Tenant, namespace))
        self._write(partner, {"namespace": namespace, "tenants": tenants}, _ready("NamespaceExists", ""))
        return Again(RESYNC_SECONDS, "settled")

    def release(self, name: str) -> Again | None:
        """Writes the digest of what this release's databases are made of."""
        release = self._resources.find(Release, name)
        if release is None:
            return None
        self._write(release, {"digest": release_digest(release.spec)}, _ready("Accepted", ""))
        return None

    def database_server(self, name: str) -> Again | None:
        """Says whether the server answers, its version, and how full it is."""
        server = self._resources.find(DatabaseServer, name)
        if server is None:
            return None
        generation, now = server.metadata.generation, self._outside.clock.monotonic()
        age = self._looked.age(name, generation, now)
        if age < SERVER_PAUSE_SECONDS:
            return Again(SERVER_PAUSE_SECONDS - age, "looked at just now")
        self._looked.note(name, generation, now)
        try:
            postgres = self._outside.connect_server(server)
            usage = postgres.usage()
            found: Manifest = {
                "serverVersion": postgres.version(),
                "tenants": usage.tenant_databases,
                "connectionsUsed": usage.connections_used,
                "connectionsLimit": usage.connections_limit,
            }
            self._write(server, found, _ready("Answers", _where(server.spec)))
        except CutOffError:
            raise
        except ShopfleetError as error:
            said = f"{error.message} ({error.hint})" if error.hint else error.message
            condition = Condition(type="Ready", status=ConditionStatus.FALSE, reason="NoAnswer", message=said)
            self._write(server, {}, condition)
        return Again(SERVER_RESYNC_SECONDS, "the next look")

    def object_store(self) -> Again | None:
        """Makes the buckets that everything else expects."""
        for bucket in (BACKUP_BUCKET, TEMPLATE_BUCKET):
            self._outside.store.ensure_bucket(bucket)
        return Again(RESYNC_SECONDS, "settled")

    def references(self) -> Again | None:
        """Says of plans, releases and database servers which tenants have them, so that nobody deletes one."""
        now = self._outside.clock.monotonic()
        age = self._looked.age(USERS, 0, now)
        if age < COUNT_PAUSE_SECONDS:
            return Again(COUNT_PAUSE_SECONDS - age, "counted just now")
        self._looked.note(USERS, 0, now)
        tenants = self._resources.all(Tenant)
        for kind in references.KINDS:
            for resource in self._resources.all(kind):
                found = references.usage(kind, resource.metadata.name, tenants)
                before = resource.status.model_dump(mode="json", by_alias=True)
                if any(before[key] != value for key, value in found.items()):
                    self._outside.kube.patch_status(ref(kind, resource.metadata.name), found)
        return Again(RESYNC_SECONDS, "settled")

    def _write(self, resource: Resource, found: Manifest, condition: Condition) -> None:  # type: ignore[type-arg]
        """Patch the status only when something in it is new."""
        now, status = self._outside.clock.now(), resource.status
        generation = resource.metadata.generation
        current = condition.model_copy(update={"observed_generation": generation})
        conditions = with_transition_times([current], status.conditions, now)
        wire = {
            **found,
            "observedGeneration": generation,
            "conditions": [c.model_dump(mode="json", by_alias=True, exclude_none=True) for c in conditions],
        }
        before = status.model_dump(mode="json", by_alias=True)
        if any(before.get(key) != value for key, value in wire.items()):
            self._outside.kube.patch_status(ref(type(resource), resource.metadata.name), wire)


def _ready(reason: str, message: str) -> Condition:
    return Condition(type="Ready", status=ConditionStatus.TRUE, reason=reason, message=message)


def _where(spec: DatabaseServerSpec) -> str:
    return f"{spec.host}:{spec.port}"
