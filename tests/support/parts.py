"""The operator's services on real servers, one look after the other, on a clock by which no pause takes time.

The API server has no node: what waits for a pod goes on waiting. Gateway and customers are left out.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from controller.adapters.effects import Observer, Unfenced
from controller.adapters.kube import connect
from controller.adapters.postgres_session import Target
from controller.cli.app import app
from controller.core.deadline import Deadline
from controller.core.ports import ObjectStore, Postgres, Ref
from controller.errors import ExitCode, ShopfleetError
from controller.factory import Servers
from controller.services.audit import Audit
from controller.services.outside import Looked, Outside
from controller.services.platform import PlatformService
from controller.services.procedures import ProcedureService
from controller.services.resources import Resources
from controller.services.steps.registry import ACTIONS
from controller.services.steps.step import Action
from controller.services.tenants import TenantService
from provisioning import defaults
from provisioning.databaseserver import (
    DatabaseServer,
    DatabaseServerSpec,
    DatabaseServerStatus,
    SecretRef,
    SslMode,
)
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Metadata, Resource
from provisioning.names import TenantNames, partner_namespace
from provisioning.partner import Partner, PartnerSpec, PartnerStatus
from provisioning.procedure import Procedure, StepPhase
from provisioning.settings import PlatformSettings
from provisioning.tenant import AppliedSpec, Tenant
from tests.support.eventually import eventually
from tests.support.fakes import FakeClock, FakeObjectStore, FakeWeb
from tests.support.samples import release

LOOKS = 200
"""A procedure that needs more than this does not come to rest."""


class Parts:
    """One partner on a real API server, whose name its database server has too, and the operator behind it."""

    def __init__(
        self,
        plane: ControlPlane,
        partner: str,
        folder: Path,
        *,
        store: ObjectStore | None = None,
        actions: Mapping[str, Action] | None = None,
        observers: Sequence[Observer] = (),
        storage_class: str = "shopfleet-rwx",
    ) -> None:
        """`actions` take the place of the steps' own; `observers` see what is done to the database server."""
        self.partner, self.namespace, self.plane = partner, partner_namespace(partner), plane
        self.kube = connect(plane.kubeconfig, effects=Unfenced())
        self.clock = FakeClock(datetime.now(UTC))
        self.outside = Outside(
            kube=self.kube,
            store=store or FakeObjectStore(Unfenced(), self.clock),
            web=FakeWeb(),
            clock=self.clock,
            effects=Unfenced(),
            settings=PlatformSettings(
                tools_image="shopfleet.local/controller:0123456789ab", storage_class=storage_class
            ),
            open_server=Servers(self.kube, Unfenced(observers), folder),
            deadline=Deadline(self.clock),
        )
        self.resources = Resources(self.kube)
        self.platform = PlatformService(self.outside, Looked())
        self.tenants = TenantService(self.outside, Looked())
        audit = Audit(self.kube, self.clock, "operator")
        self.procedures = ProcedureService(self.outside, {**ACTIONS, **(actions or {})}, audit)

    # People

    def cli(self, *words: str) -> Result:
        first = ["--kubeconfig", str(self.plane.kubeconfig), "--partner", self.partner]
        return CliRunner().invoke(app, [*first, *words], catch_exceptions=False)

    def ok(self, *words: str) -> Result:
        result = self.cli(*words)
        assert result.exit_code == ExitCode.OK, result.output
        return result

    def creation(self, name: str) -> tuple[str, ...]:
        """The words of a command that asks for a tenant."""
        where = ("--country", "FR", "--language", "fr_FR", "--plan", "small", "--database-server", self.partner)
        return ("tenant", "create", name, *where)

    def create(self, name: str) -> Tenant:
        """Ask for a tenant, and let the operator adopt it."""
        self.ok(*self.creation(name), "--no-wait")
        self.tenants.reconcile(self.namespace, name)
        return self.tenant(name)

    def create_provisioned(self, name: str) -> Tenant:
        """As if all steps of its creation were done; what the test needs of it, the test makes."""
        tenant = self.create(name)
        applied = AppliedSpec.of(tenant.spec).model_dump(mode="json", by_alias=True)
        return self.resources.write_tenant_status(tenant, {"applied": applied, "phase": "Ready"})

    def shown(self, name: str) -> dict[str, Any]:
        """What `shopfleet tenant show` says."""
        found: dict[str, Any] = json.loads(self.ok("--output", "json", "tenant", "show", name).stdout)
        return found

    # The operator

    def server(self) -> Postgres:
        return self.outside.connect_server(self.resources.need(DatabaseServer, self.partner))

    def tenant(self, name: str) -> Tenant:
        return self.resources.need(Tenant, name, self.namespace)

    def work(
        self, name: str, until: Callable[[Procedure], bool] = lambda each: each.status.phase.final
    ) -> Procedure:
        """Let the operator work until the tenant's youngest procedure is so."""
        for _ in range(LOOKS):
            pauses = [self.tenants.reconcile(self.namespace, name)]
            found = self.resources.procedures_of(self.tenant(name))
            pauses += [self.procedures.advance(self.namespace, each.metadata.name) for each in found]
            found = self.resources.procedures_of(self.tenant(name))
            if found and until(found[-1]):
                # What a test leaves out of a finished tenant is missed here, as it should be.
                with suppress(ShopfleetError):
                    self.tenants.reconcile(self.namespace, name)
                return found[-1]
            self.clock.advance(min(again.seconds for again in pauses if again is not None))
        raise AssertionError(f"it does not come to rest: {found[-1].status if found else 'no procedure'}")

    # What is there before

    def seed(self, target: Target) -> None:
        """Partner, plans and release, and the server that the target leads to."""
        for namespace in (self.namespace, SYSTEM_NAMESPACE):
            self.kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        spec = PartnerSpec(display_name=self.partner, domains=(f"{self.partner}.example",))
        partner = Partner(metadata=Metadata(name=self.partner), spec=spec, status=PartnerStatus())
        there: list[Resource[Any, Any]] = [partner, release(), *defaults.plans(), self._server(target)]
        for resource in there:
            self.kube.apply(resource.manifest())
        admin = {"username": target.user, "password": target.password}
        data = {key: base64.b64encode(value.encode()).decode() for key, value in admin.items()}
        place = {"name": self.partner, "namespace": SYSTEM_NAMESPACE}
        self.kube.apply({"apiVersion": "v1", "kind": "Secret", "metadata": place, "data": data})
        if target.ca_file is not None:
            authority = {"ca.crt": target.ca_file.read_text()}
            self.kube.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": place, "data": authority})

    def _server(self, target: Target) -> DatabaseServer:
        spec = DatabaseServerSpec(
            host=target.host,
            port=target.port,
            admin_secret=SecretRef(name=self.partner),
            ssl_mode=SslMode(target.ssl_mode),
            ca_config_map=None if target.ca_file is None else self.partner,
        )
        return DatabaseServer(metadata=Metadata(name=self.partner), spec=spec, status=DatabaseServerStatus())

    def forget(self) -> None:
        """The API server is everybody's."""
        for found in self.kube.list(API_VERSION, Tenant.KIND, self.namespace):
            where = Ref.of(found)
            self.kube.delete(Ref("v1", "Namespace", TenantNames(found["spec"]["id"]).namespace))
            self.kube.patch(where, {"metadata": {"finalizers": None}})
            self.kube.delete(where)
            eventually(lambda where=where: self.kube.get(where) is None)  # type: ignore[misc]
        for found in self.kube.list(API_VERSION, Procedure.KIND, self.namespace):
            self.kube.delete(Ref.of(found))
        for kind in (DatabaseServer.KIND, Partner.KIND):
            self.kube.delete(Ref(API_VERSION, kind, self.partner))


@contextmanager
def parts(plane: ControlPlane, partner: str, folder: Path, target: Target, **choices: Any) -> Iterator[Parts]:
    """With the partner's things there, for the length of the block."""
    found = Parts(plane, partner, folder, **choices)
    found.seed(target)
    try:
        yield found
    finally:
        found.forget()


def phase_of(procedure: Procedure, step: str) -> StepPhase:
    return next((each.phase for each in procedure.status.steps if each.name == step), StepPhase.PENDING)
