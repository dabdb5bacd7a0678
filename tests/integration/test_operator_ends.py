"""The operator as a process, with its own rights: in the middle of a copy it ends soon, and the next goes on."""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.postgres import FILE_COPY_FROM, PostgresAdapter
from controller.core import limits
from controller.core.ports import Ref
from controller.services.resources import Resources
from controller.services.steps.template import names_for
from provisioning import defaults
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, SYSTEM_NAMESPACE, Manifest
from provisioning.names import TemplateNames
from provisioning.procedure import Procedure, StepPhase, StepStatus
from provisioning.settings import PlatformSettings
from provisioning.tenant import Tenant
from tests.support import samples
from tests.support.eventually import eventually
from tests.support.servers.operator_account import LEASE
from tests.support.servers.postgres import ADMIN, ADMIN_PASSWORD, PostgresServer
from tests.support.servers.processes import free_port

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
SOON = limits.DRAIN + limits.PARTING + 60
"""Seconds in which the operator ends, on a machine that is busy; the copy here has nine hundred."""

ROW, ROWS = 1900, FILE_COPY_FROM // 1900
"""Characters and rows of a table that makes the template large enough to be copied as files."""


@dataclass
class Shop:
    """A tenant whose database is about to be copied, seen by an administrator."""

    kube: KubeAdapter
    server: PostgresServer
    name: str

    @property
    def tenant(self) -> Tenant:
        return Resources(self.kube).need(Tenant, self.name, samples.NAMESPACE)

    @property
    def procedure(self) -> Procedure:
        (found,) = Resources(self.kube).procedures_of(self.tenant)
        return found

    @property
    def copying(self) -> StepStatus:
        return next(step for step in self.procedure.status.steps if step.name == "database")

    def is_copied(self) -> bool:
        """Whether the server is at work on it now."""
        query = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query ~ '^CREATE DATABASE \"t_'"
        return bool(self.server.as_superuser(query))

    def databases(self) -> list[tuple[str, str]]:
        """The tenant's, with its owner."""
        query = "SELECT datname, datdba::regrole::text FROM pg_database WHERE datname = %s"
        return [(name, owner) for name, owner in self.server.as_superuser(query, (self.tenant.names.database,))]


@pytest.fixture
def shop(api_server: ControlPlane, with_gateway: None, postgres_server: PostgresServer) -> Iterator[Shop]:
    kube, name = connect(api_server.kubeconfig, effects=Unfenced()), f"ends-{secrets.token_hex(3)}"
    postgres = PostgresAdapter(postgres_server.target(), Unfenced())
    template = names_for(samples.release(), samples.tenant(name).spec.variant)
    build_template(postgres, template)
    for manifest in what_it_needs(postgres_server, name):
        kube.apply(manifest)
    found = Shop(kube, postgres_server, name)
    try:
        yield found
    finally:
        tenant = found.tenant
        kube.patch(Ref(API_VERSION, "Tenant", name, samples.NAMESPACE), {"metadata": {"finalizers": None}})
        for procedure in Resources(kube).procedures_of(tenant):
            kube.delete(Ref(API_VERSION, "Procedure", procedure.metadata.name, samples.NAMESPACE))
        for kind, namespace in (("Tenant", samples.NAMESPACE), ("DatabaseServer", None)):
            kube.delete(Ref(API_VERSION, kind, name, namespace))
        for database in (tenant.names.database, template.database):
            postgres.drop_database(database)
        for role in (tenant.names.role, template.owner):
            postgres.drop_role(role)
        postgres_server.forget_leaders()


def build_template(postgres: PostgresAdapter, names: TemplateNames) -> None:
    postgres.ensure_role(names.owner, "build password")
    postgres.create_database(names.building)
    postgres.admit(names.building, names.owner)
    rows = f"SELECT repeat('x', {ROW}) AS filler FROM generate_series(1, {ROWS})"  # noqa: S608 numbers of ours
    # Unlogged, as it need not survive a crash and is written in half the time.
    postgres.execute(names.building, [(f"CREATE UNLOGGED TABLE orders AS {rows}", ())], names.owner)
    postgres.rename_database(names.building, names.database)
    postgres.set_template(names.database, template=True)


def what_it_needs(server: PostgresServer, name: str) -> list[Manifest]:
    def metadata(namespace: str) -> Manifest:
        return {"name": name, "namespace": namespace}

    login = {"username": ADMIN, "password": ADMIN_PASSWORD}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in login.items()}
    place = {"host": "localhost", "port": server.port, "adminSecret": {"name": name}, "caConfigMap": name}
    tenant = samples.tenant_spec(name, id=None, database_server=name)
    authority = {"ca.crt": server.ca_file.read_text()}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": samples.NAMESPACE}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata(SYSTEM_NAMESPACE), "data": encoded},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(SYSTEM_NAMESPACE), "data": authority},
        {"apiVersion": API_VERSION, "kind": "DatabaseServer", "metadata": {"name": name}, "spec": place},
        defaults.partner().manifest(),
        samples.release().manifest(),
        *(plan.manifest() for plan in defaults.plans()),
        {
            "apiVersion": API_VERSION,
            "kind": "Tenant",
            "metadata": metadata(samples.NAMESPACE),
            "spec": tenant.model_dump(mode="json", by_alias=True, exclude_none=True),
        },
    ]


@contextmanager
def operator(kubeconfig: Path, folder: Path, identity: str, ca_file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """As its pod starts it, but for the object store, which nobody asks for here."""
    settings = folder / "settings.yaml"
    chosen = PlatformSettings(tools_image=samples.IMAGE)
    settings.write_text(yaml.safe_dump(chosen.model_dump(mode="json", by_alias=True, exclude_none=True)))
    environment = {
        "KUBECONFIG": str(kubeconfig),
        "SHOPFLEET_IDENTITY": identity,
        "SHOPFLEET_SETTINGS": str(settings),
        "SHOPFLEET_CA_FILE": str(ca_file),
        "SHOPFLEET_SCRATCH": str(folder / identity),
        "SHOPFLEET_HEALTH_PORT": str(free_port()),
        "SHOPFLEET_METRICS_PORT": str(free_port()),
        "SHOPFLEET_OBJECTSTORE_URL": "https://localhost:1",
        "SHOPFLEET_OBJECTSTORE_ACCESS_KEY": "none",
        "SHOPFLEET_OBJECTSTORE_SECRET_KEY": "none",
    }
    argv = [sys.executable, "-m", "controller.operator"]
    with (
        (folder / f"{identity}.log").open("wb") as log,
        subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **environment}, stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.timeout(900)
def test_it_ends_soon_in_the_middle_of_a_copy_and_the_next_one_goes_on(
    operator_kubeconfig: Path, shop: Shop, tmp_path: Path
) -> None:
    ca_file = shop.server.ca_file
    with shop.server.without_checkpoints(), operator(operator_kubeconfig, tmp_path, "first", ca_file) as first:
        eventually(shop.is_copied)
        first.terminate()
        assert first.wait(SOON) == 0, (tmp_path / "first.log").read_text()
        # The server takes a moment to remove what there was.
        eventually(lambda: not shop.is_copied() and shop.databases() == [])
        assert shop.copying.phase is StepPhase.RUNNING
        assert "was cut off and goes on with the next operator" in shop.procedure.status.message
        lease = shop.kube.get(LEASE)
        assert lease is not None
        assert not lease["spec"].get("holderIdentity")
    with operator(operator_kubeconfig, tmp_path, "second", ca_file):
        eventually(lambda: shop.copying.phase is StepPhase.DONE)
        assert shop.copying.attempts == 1
        names = shop.tenant.names
        assert shop.databases() == [(names.database, names.role)]
