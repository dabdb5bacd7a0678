"""A whole world in memory: cluster, PostgreSQL, object store, gateway, and an operator that can be killed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from controller.adapters.effects import Fenced
from controller.core.deadline import Deadline
from controller.core.lifecycle import KIND_PARAMETER
from controller.core.modules import MODULES_QUERY
from controller.core.ports import Postgres, Ref, Row
from controller.services import guard, requests
from controller.services.outside import BACKUP_BUCKET, TEMPLATE_BUCKET, Outside
from controller.services.requests import Request
from controller.services.steps.database import LIMIT_QUERY
from controller.services.steps.template import names_for
from provisioning import defaults
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import API_VERSION, LABEL_TENANT, SYSTEM_NAMESPACE, Manifest, Resource
from provisioning.names import TEMPLATES_NAMESPACE, TemplateNames
from provisioning.network import NETWORK_QUERY
from provisioning.objects import templates
from provisioning.personalise import ADDRESS_QUERY, PASSWORD_QUERY, TABLES_QUERY
from provisioning.procedure import Procedure, ProcedureKind
from provisioning.release import Variant
from provisioning.settings import PlatformSettings
from provisioning.tenant import AppliedSpec, Tenant
from provisioning.trading import TRADING_NEEDS
from release.neutralise.neutralise import INSTALLED_QUERY
from tests.support import samples
from tests.support.driver import Driver
from tests.support.fakes import FakeClock, FakeObjectStore, FakePostgres
from tests.support.fakes.postgres import Database
from tests.support.simulation import MODULES_WRITTEN, NETWORK_WRITTEN, Cluster, SimulatedWeb
from tests.support.watching import Calls, Killed, Leadership, StrictKube, Watch

NAMESPACE = samples.NAMESPACE
TABLES = ("res_company", "res_partner", "res_users", "ir_config_parameter", "website", "mail_mail")


VARIANT = Variant(country="FR", languages=("fr_FR",))
BUNDLES = (None, (), ("storeNetwork",), ("ecommerce", "storeNetwork"))
"""What tenants of tests choose."""


def module(name: str, **changes: Any) -> Row:
    """A module's row, as a healthy database answers it."""
    return {"name": name, "state": "installed", "auto_install": False, "needs": [], "triggers": [], **changes}


class World:
    """Partner, plans, release and server exist; tenants are the test's. Or all is as in the world `of`."""

    def __init__(self, *, template: bool = True, of: "World | None" = None) -> None:
        self.clock, self.watch, self.calls, self.leadership = FakeClock(), Watch(), Calls(), Leadership()
        self.effects = Fenced(self.leadership, (self.watch,))
        namespaces = ("default", SYSTEM_NAMESPACE, NAMESPACE)
        self.kube = StrictKube(self.effects, self.clock, namespaces if of is None else ())
        self.postgres = FakePostgres(self.effects)
        self.store = FakeObjectStore(self.effects, self.clock)
        self.web = SimulatedWeb(self.kube)
        for fake in (self.kube, self.postgres, self.store, self.web):
            fake.faults = self.calls
        self.cluster = Cluster(self.kube, self.postgres, self.store, self.clock)
        self.settings = PlatformSettings(tools_image="shopfleet.local/controller:0123456789ab")
        self.template = _template_names()
        if of is None:
            self._seed(template)
            self.watch.effects.clear()
        else:
            self._resemble(of)
        self.operator = self._started()

    # The operator

    def _started(self) -> Driver:
        outside = Outside(
            kube=self.kube,
            store=self.store,
            web=self.web,
            clock=self.clock,
            effects=self.effects,
            settings=self.settings,
            open_server=self._connect,
            deadline=Deadline(self.clock),
        )
        self.outside = outside
        return Driver(outside, self.kube, self.clock, self.cluster)

    def _connect(self, server: DatabaseServer, deadline: Deadline) -> Postgres:
        deadline.check()
        with self.calls.around("connect", server.metadata.name):
            return self.postgres.within(deadline)

    def drive(self, seconds: float = 24 * 3600) -> None:
        """Let the operator work until everything is settled."""
        self.operator.run(seconds)
        for procedure in self.all(Procedure):
            steps = [step for step in procedure.status.steps if "defect" in step.message]
            assert not steps, f"{procedure.metadata.name}: {steps}"

    def restart(self) -> None:
        """Another operator takes over: with a new generation, and nothing in its memory."""
        self.leadership.generation += 1
        self.operator = self._started()

    def fork(self) -> "World":
        """The same world once more, in which another operator has just started."""
        other = World(of=self)
        other.restart()
        return other

    def twin(self) -> "World":
        """The same world once more, with the same operator between two of its passes, and the same counts."""
        other = World(of=self)
        other.operator.remember(self.operator)
        other.watch.effects = list(self.watch.effects)
        other.calls.count = self.calls.count
        return other

    def _resemble(self, other: "World") -> None:
        """What is never changed in place is shared: a test keeps hundreds of worlds."""
        self.kube._store, self.kube._version = dict(other.kube._store), other.kube._version
        self.postgres.roles = {
            name: replace(role, member_of=set(role.member_of)) for name, role in other.postgres.roles.items()
        }
        self.postgres.databases = {
            name: replace(each, objects=set(each.objects), executed=list(each.executed))
            for name, each in other.postgres.databases.items()
        }
        self.postgres._answers = list(other.postgres._answers)
        self.store.buckets = {
            name: replace(bucket, objects=dict(bucket.objects)) for name, bucket in other.store.buckets.items()
        }
        self.clock._now, self.clock._monotonic = other.clock._now, other.clock._monotonic
        self.leadership.generation = other.leadership.generation
        self.cluster.frozen = other.cluster.frozen
        self.cluster.damaged_files = other.cluster.damaged_files

    # People

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """What others do is no effect of the operator's."""
        self.watch.muted = self.calls.muted = True
        try:
            yield
        finally:
            self.watch.muted = self.calls.muted = False

    def declare(self, name: str = "rua", *, annotations: dict[str, str] | None = None, **spec: Any) -> None:
        """Create a Tenant, as `kubectl apply` would."""
        self.clock.advance(1.0)
        chosen = samples.tenant_spec(name, **{"id": None, **spec})
        self.seed(
            {
                "apiVersion": API_VERSION,
                "kind": Tenant.KIND,
                "metadata": {"name": name, "namespace": NAMESPACE, "annotations": annotations or {}},
                "spec": chosen.model_dump(mode="json", by_alias=True, exclude_none=True),
            }
        )

    def create(self, name: str = "rua", **spec: Any) -> Tenant:
        """A tenant that is provisioned."""
        self.declare(name, **spec)
        self.drive()
        return self.tenant(name)

    def edit(self, name: str = "rua", *, annotations: dict[str, str] | None = None, **spec: Any) -> None:
        """Change the spec, in the names of the API."""
        patch: Manifest = {"spec": spec}
        if annotations:
            patch["metadata"] = {"annotations": annotations}
        with self.quietly():
            self.kube.patch(Ref(API_VERSION, Tenant.KIND, name, NAMESPACE), patch)

    def delete(self, name: str = "rua", *, purge: bool = False) -> None:
        """As `kubectl delete` does it, or `shopfleet tenant delete --purge`."""
        where = Ref(API_VERSION, Tenant.KIND, name, NAMESPACE)
        with self.quietly():
            self.kube.delete(where)
            if purge:
                asked = Request("ana", "r1", purge=True)
                self.kube.patch(where, requests.farewell(self.tenant(name), asked))

    def ask(self, kind: ProcedureKind, name: str, *, tenant: str = "rua", **parameters: str) -> None:
        """Create a Procedure by hand, as the command line does for a new password."""
        self.clock.advance(1.0)
        self.seed(
            {
                "apiVersion": API_VERSION,
                "kind": Procedure.KIND,
                "metadata": {"name": name, "namespace": NAMESPACE, "labels": {LABEL_TENANT: tenant}},
                "spec": {
                    "kind": kind.value,
                    "tenant": tenant,
                    "parameters": parameters,
                    "requestedBy": "ana",
                    "requestId": "r1",
                },
            }
        )

    def edit_procedure(self, name: str, namespace: str = NAMESPACE, **spec: Any) -> None:
        with self.quietly():
            self.kube.patch(Ref(API_VERSION, Procedure.KIND, name, namespace), {"spec": spec})

    def retry(self, procedure: Procedure, **parameters: str) -> None:
        """As `shopfleet procedure retry` does it."""
        metadata = procedure.metadata
        change: Manifest = {"retries": procedure.spec.retries + 1, "cancel": False}
        if parameters:
            change["parameters"] = parameters
        self.edit_procedure(metadata.name, metadata.namespace or "", **change)

    # Looking

    def all(self, kind: type[Any]) -> list[Any]:
        return [kind.parse(manifest) for manifest in self.kube.objects(kind.KIND)]

    def tenant(self, name: str = "rua") -> Tenant:
        found: list[Tenant] = self.all(Tenant)
        return next(each for each in found if each.metadata.name == name)

    def tenants(self) -> list[str]:
        return [each.metadata.name for each in self.all(Tenant)]

    def procedures(self, kind: ProcedureKind, tenant: str | None = None) -> list[Procedure]:
        found: list[Procedure] = self.all(Procedure)
        return [p for p in found if p.spec.kind is kind and tenant in {None, p.spec.tenant}]

    def procedure(self, kind: ProcedureKind, tenant: str | None = None) -> Procedure:
        (found,) = self.procedures(kind, tenant)
        return found

    def kept(self, bucket: str = BACKUP_BUCKET) -> list[str]:
        """Keys in a bucket."""
        return sorted(self.store.buckets[bucket].objects)

    def target(self, name: str = "rua", **changes: Any) -> dict[str, str]:
        """The parameter by which a hand-made procedure says what it brings about."""
        applied: AppliedSpec | None = self.tenant(name).status.applied
        assert applied is not None
        return {KIND_PARAMETER: applied.model_copy(update=changes).model_dump_json(by_alias=True)}

    def moment(self) -> tuple[Any, ...]:
        """Differs from another moment's when anything is different that an operator reads: not so events."""
        objects = [stored for key, stored in self.kube._store.items() if key[1] != "Event"]
        kept = {name: sorted(bucket.objects) for name, bucket in self.store.buckets.items()}
        return (
            [(each.manifest["kind"], each.manifest["metadata"]["resourceVersion"]) for each in objects],
            repr((self.postgres.roles, self.postgres.databases, kept)),
        )

    # What is there before

    def seed(self, manifest: Manifest) -> None:
        self.kube.seed(manifest)

    def seed_resource(self, resource: Resource[Any, Any]) -> None:
        self.seed(resource.manifest())

    def _seed(self, template: bool) -> None:
        there: list[Resource[Any, Any]] = [defaults.partner(), defaults.database_server(), samples.release()]
        for resource in (*there, *defaults.plans()):
            self.seed_resource(resource)
        authority = {"name": "platform-ca", "namespace": SYSTEM_NAMESPACE}
        self.seed({"apiVersion": "v1", "kind": "ConfigMap", "metadata": authority, "data": {"ca.crt": "PEM"}})
        self.seed(
            {
                "apiVersion": "storage.k8s.io/v1",
                "kind": "StorageClass",
                "metadata": {"name": self.settings.storage_class},
                "provisioner": "example.com/nfs",
                "allowVolumeExpansion": True,
            }
        )
        for manifest in templates.namespace_objects(self.settings):
            self.seed(manifest)
        for bucket in (BACKUP_BUCKET, TEMPLATE_BUCKET):
            self.store.ensure_bucket(bucket)
        if template:
            self.postgres.seed_template(self.template.database, self.template.owner)
        self._seed_answers()

    def _seed_answers(self) -> None:
        """What a healthy Odoo database answers."""
        answer = self.postgres.answer
        for need in TRADING_NEEDS:
            answer(need.sql, [{"present": True}])
        answer(ADDRESS_QUERY, _address)
        answer(PASSWORD_QUERY, _password)
        answer(LIMIT_QUERY, _limit)
        answer(TABLES_QUERY, [{"tablename": name} for name in TABLES])
        answer(INSTALLED_QUERY, [{"name": "base"}])
        answer(MODULES_QUERY, _modules)
        answer(NETWORK_QUERY, _network)
        answer(guard._HAS_TILLS, [{"present": True}])
        self.open_tills(0)

    def open_tills(self, count: int) -> None:
        self.postgres.answer(guard._OPEN_TILLS, [{"open": count}])


def _address(_: FakePostgres, database: Database, parameters: Sequence[Any]) -> list[Row]:
    written = [values for _, (_, values) in database.executed if tuple(values)[:1] == ("web.base.url",)]
    return [{"value": tuple(values)[1]} for values in written[-1:]]


def _password(_: FakePostgres, database: Database, parameters: Sequence[Any]) -> list[Row]:
    """Of the administrator, the only user whose password we ever write."""
    written = [values for _, (sql, values) in database.executed if sql.startswith("UPDATE res_users SET")]
    return [{"password": value} for values in written[-1:] for value in values if value not in parameters]


def _network(_: FakePostgres, database: Database, parameters: Sequence[Any]) -> list[Row]:
    written = [values for _, (sql, values) in database.executed if sql == NETWORK_WRITTEN]
    return [{"value": value} for values in written[-1:] for value in values]


def _modules(_: FakePostgres, database: Database, parameters: Sequence[Any]) -> list[Row]:
    """Those of the template, and what was installed since."""
    release = samples.release()
    chosen = (each for each in BUNDLES if names_for(release, VARIANT, each).database == database.origin)
    since = [str(name) for _, (sql, names) in database.executed if sql == MODULES_WRITTEN for name in names]
    return [module(name) for name in ("base", *release.spec.modules_with(next(chosen, None)), *since)]


def _limit(server: FakePostgres, _: Database, parameters: Sequence[Any]) -> list[Row]:
    return [{"connections": server.roles[parameters[0]].connection_limit}]


def _template_names() -> TemplateNames:
    """Of the sample release and the variant of the sample tenant, which names no bundles."""
    return names_for(samples.release(), VARIANT)


__all__ = ["NAMESPACE", "TEMPLATES_NAMESPACE", "Killed", "World", "module"]
