"""A cluster in memory with an operator that plays along, and the command line pointed at both."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner, Result

from controller.cli.app import app
from controller.core.catalogue import STEPS
from controller.core.lifecycle import Adopt, Cancel, Converge, LetGo, Start, decide, target_of
from controller.core.ports import Ref
from controller.services.resources import Resources, ref
from provisioning import defaults
from provisioning.first_passwords import first_passwords, password_change
from provisioning.meta import API_VERSION, FINALIZER, LABEL_TENANT, Manifest, Resource
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.network import digest
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.kube import FakeKube
from tests.support.fakes.web import FakeWeb

NAMESPACE = "partner-default"
PASSWORD = "s3cret-first-password"
SECRET = Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, NAMESPACE)


class TickingClock(FakeClock):
    """Everything that happens elsewhere happens while somebody sleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], None]] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        for each in list(self.meanwhile):
            each()


class Operator:
    """Decides as the real one does, and takes one step of each procedure per look."""

    def __init__(self, kube: FakeKube, clock: FakeClock) -> None:
        self.kube, self.clock = kube, clock
        self.resources = Resources(kube)
        self.failing: dict[str, str] = {}
        """Message by name of a step that fails."""
        self.outputs: dict[str, str] = {}

    def __call__(self) -> None:
        for tenant in self.resources.all(Tenant):
            self._reconcile(tenant)
        for procedure in self.resources.all(Procedure):
            pending_retry = procedure.spec.retries > procedure.status.retries_seen
            if not procedure.status.phase.final or pending_retry:
                self._advance(procedure)

    def _reconcile(self, tenant: Tenant) -> None:
        target = ref(Tenant, tenant.metadata.name, tenant.metadata.namespace)
        match decide(tenant, self.resources.procedures_of(tenant)):
            case Adopt(chosen, _):
                self.kube.patch(target, {"metadata": {"finalizers": [FINALIZER]}, "spec": {"id": chosen}})
            case Start(kind, name, goal, _):
                self._start(tenant, kind, name, goal.model_dump_json(by_alias=True) if goal else None)
            case LetGo():
                self.kube.patch(target, {"metadata": {"finalizers": []}})
            case Cancel(name, _):
                self.kube.patch(ref(Procedure, name, tenant.metadata.namespace), {"spec": {"cancel": True}})
            case Converge():
                if tenant.status.observed_generation < tenant.metadata.generation:
                    self.kube.patch_status(target, {"observedGeneration": tenant.metadata.generation})
            case _:
                pass

    def _start(self, tenant: Tenant, kind: ProcedureKind, name: str, goal: str | None) -> None:
        spec: Manifest = {"kind": kind.value, "tenant": tenant.metadata.name, "requestedBy": "x", "requestId": "r"}
        spec["parameters"] = {"target": goal} if goal else {}
        labels = {LABEL_TENANT: tenant.metadata.name}
        metadata = {"name": name, "namespace": tenant.metadata.namespace, "labels": labels}
        self.kube.create({"apiVersion": API_VERSION, "kind": "Procedure", "metadata": metadata, "spec": spec})

    def _advance(self, procedure: Procedure) -> None:
        steps = list(procedure.status.steps)
        catalogue = STEPS[procedure.spec.kind]
        now = self.clock.now().isoformat()
        target = ref(Procedure, procedure.metadata.name, procedure.metadata.namespace)
        if len(steps) < len(catalogue):
            name = catalogue[len(steps)].name
            if name in self.failing:
                self._finish(procedure, ProcedurePhase.FAILED, f"{name} failed: {self.failing[name]}")
                return
            done: list[Manifest] = [
                {"name": step.name, "phase": "Done", "startedAt": now, "finishedAt": now} for step in steps
            ]
            done.append({"name": name, "phase": "Done", "attempts": 1, "startedAt": now, "finishedAt": now})
            progress = f"{len(done)}/{len(catalogue)} {name}"
            self.kube.patch_status(
                target, {"phase": "Running", "progress": progress, "steps": done, "startedAt": now}
            )
            return
        self._apply(procedure)
        self._finish(procedure, ProcedurePhase.SUCCEEDED, "all steps are done")

    def _finish(self, procedure: Procedure, phase: ProcedurePhase, message: str) -> None:
        target = ref(Procedure, procedure.metadata.name, procedure.metadata.namespace)
        status: Manifest = {"phase": phase.value, "message": message, "finishedAt": self.clock.now().isoformat()}
        status["retriesSeen"] = procedure.spec.retries
        self.kube.patch_status(target, {**status, "outputs": self.outputs})

    def _apply(self, procedure: Procedure) -> None:
        tenant = self.resources.find(Tenant, procedure.spec.tenant, procedure.metadata.namespace)
        if tenant is None:
            return
        goal = target_of(procedure)
        if goal is not None:
            if procedure.spec.kind in (ProcedureKind.CREATE, ProcedureKind.SET_STORES):
                goal = goal.model_copy(update={"network": digest(tenant.spec)})
            status = {
                "applied": goal.model_dump(mode="json", by_alias=True),
                "phase": "Suspended" if goal.suspended else "Ready",
            }
            self.kube.patch_status(ref(Tenant, tenant.metadata.name, NAMESPACE), status)
        if procedure.spec.kind in (ProcedureKind.CREATE, ProcedureKind.CLONE, ProcedureKind.ROTATE_PASSWORD):
            place = {"name": tenant.names.namespace}
            self.kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": place})
            self._keep_password(tenant)

    def _keep_password(self, tenant: Tenant) -> None:
        found = self.kube.get(SECRET)
        if found is None:
            self.kube.create(first_passwords(tenant, PASSWORD))
        else:
            self.kube.patch(SECRET, password_change(found, tenant, PASSWORD))


@dataclass
class FakeReview:
    server: str = "https://cluster"
    forbidden: set[tuple[str, str]] = field(default_factory=set)

    def version(self) -> str:
        return "v1.36.3"

    def may(
        self, verb: str, resource: str, group: str = "", namespace: str | None = None, name: str | None = None
    ) -> bool:
        return (verb, f"{resource}/{name}" if name else resource) not in self.forbidden


@dataclass
class FakeStreams:
    lines: Sequence[str] = ("first\n", "second\n")
    commands: list[tuple[str, ...]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    answers: Sequence[str] = ()
    """What a command that is sent something answers."""
    breaks: Exception | None = None
    """How it ends after its answers, if not well."""

    def follow_log(self, namespace: str, pod: str, container: str, tail: int) -> Any:
        return iter(self.lines)

    def shell(self, namespace: str, pod: str, container: str, command: Sequence[str]) -> int:
        self.commands.append((namespace, pod, container, *command))
        return 0

    def run(
        self, namespace: str, pod: str, container: str, command: Sequence[str], content: bytes
    ) -> Iterator[str]:
        self.commands.append((namespace, pod, container, *command))
        self.sent.append(content)
        yield from self.answers
        if self.breaks is not None:
            raise self.breaks


@dataclass
class World:
    """Runs commands; the fakes are there to be looked into and to be broken."""

    clock: TickingClock
    kube: FakeKube
    operator: Operator
    review: FakeReview
    streams: FakeStreams
    kubeconfig: Path | None = None
    context: str | None = None
    pages: FakeWeb = field(default_factory=FakeWeb)

    def at(self, kubeconfig: Path) -> "World":
        return self

    def web(self, authority: Path, gateway: str) -> FakeWeb:
        return self.pages

    def local(self, name: str) -> Any:
        raise NotImplementedError(name)

    def local_of_kubeconfig(self) -> Any:
        return None

    def run(self, *words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(app, list(words), input=answer, obj=self, catch_exceptions=False)

    def json(self, *words: str) -> Any:
        result = self.run("--output", "json", *words)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def tenant(self, name: str) -> Tenant:
        found = Resources(self.kube).find(Tenant, name, NAMESPACE)
        assert found is not None
        return found

    def audit(self) -> list[Manifest]:
        return [each["spec"] for each in self.kube.objects("AuditRecord")]

    def changes(self) -> list[str]:
        """What was done to anything but the audit log."""
        writing = ("apply", "create", "patch", "patch_status", "delete")
        return [
            f"{call.method} {call.target}"
            for call in self.kube.faults.calls
            if call.method in writing and "AuditRecord" not in call.target
        ]


def make_world(*, with_operator: bool = True) -> World:
    clock = TickingClock()
    kube = FakeKube(clock=clock, namespaces=("default", "shopfleet-system", NAMESPACE))
    baseline = {
        "series": "14.0",
        "modules": ["sale_management", "point_of_sale"],
        "bundles": {
            "storeNetwork": ["retail_store_network"],
            "ecommerce": ["website_sale"],
            "wholesale": ["sale_product_matrix"],
        },
        "defaultBundles": ["ecommerce"],
        "countries": ["FR", "PT"],
        "languages": ["en_US", "fr_FR", "pt_PT"],
    }
    release = defaults.release(baseline, "shopfleet.local/odoo-14.0:0123456789ab")
    resources: list[Resource[Any, Any]] = [defaults.partner(), defaults.database_server(), release]
    for resource in (*resources, *defaults.plans()):
        kube.seed({"status": {}, **resource.manifest()})
    settings = PlatformSettings(tools_image="shopfleet.local/controller:0123456789ab").model_dump(
        mode="json", by_alias=True
    )
    where = {"name": "shopfleet-settings", "namespace": "shopfleet-system"}
    kube.seed(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": where,
            "data": {"settings.yaml": yaml.safe_dump(settings)},
        }
    )
    operator = Operator(kube, clock)
    if with_operator:
        clock.meanwhile.append(operator)
    return World(clock, kube, operator, FakeReview(), FakeStreams())


def pending(kube: FakeKube) -> list[str]:
    """Ids of tenants whose password nobody has seen yet."""
    found = kube.get(SECRET)
    assert found is not None
    return sorted(found["data"])
