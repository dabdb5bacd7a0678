"""Wires adapters to services; the only place that knows both."""

import base64
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import ValidationError

from controller.adapters.cancellation import ProcessCancellation
from controller.adapters.clock import SystemClock
from controller.adapters.effects import Fenced, Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.lease import Election
from controller.adapters.objectstore import S3Adapter
from controller.adapters.postgres import PostgresAdapter, prepare
from controller.adapters.postgres_session import Target
from controller.adapters.web import Address, GatewayWeb
from controller.authorities import write_bundle
from controller.config import OperatorSettings
from controller.core.deadline import Deadline
from controller.core.ports import Clock, Effects, Kube, Postgres, Ref
from controller.errors import UnavailableError, UserError
from controller.services.audit import Audit
from controller.services.outside import Again, Looked, Outside
from controller.services.platform import PlatformService
from controller.services.procedures import ProcedureService
from controller.services.steps.registry import ACTIONS
from controller.services.tenants import TenantService
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.names import OPERATOR_LEASE
from provisioning.settings import PlatformSettings


@dataclass(frozen=True)
class OperatorServices:
    """One method per kind of object that the operator looks at: one pass over it, which ends by its deadline."""

    outside: Outside
    looked_at_tenants: Looked = field(default_factory=Looked)
    looked_at_servers: Looked = field(default_factory=Looked)

    def tenant(self, namespace: str, name: str, deadline: Deadline) -> Again | None:
        return TenantService(self.outside.within(deadline), self.looked_at_tenants).reconcile(namespace, name)

    def procedure(self, namespace: str, name: str, deadline: Deadline) -> Again | None:
        outside = self.outside.within(deadline)
        audit = Audit(outside.kube, outside.clock, component="operator")
        return ProcedureService(outside, ACTIONS, audit).advance(namespace, name)

    def partner(self, name: str, deadline: Deadline) -> Again | None:
        return self._platform(deadline).partner(name)

    def release(self, name: str, deadline: Deadline) -> Again | None:
        return self._platform(deadline).release(name)

    def database_server(self, name: str, deadline: Deadline) -> Again | None:
        return self._platform(deadline).database_server(name)

    def object_store(self, deadline: Deadline) -> Again | None:
        return self._platform(deadline).object_store()

    def references(self, deadline: Deadline) -> Again | None:
        return self._platform(deadline).references()

    def _platform(self, deadline: Deadline) -> PlatformService:
        return PlatformService(self.outside.within(deadline), self.looked_at_servers)


@dataclass(frozen=True)
class OperatorRuntime:
    """Everything that the operator's main needs."""

    services: OperatorServices
    leadership: Election
    clock: Clock
    cancellation: ProcessCancellation


class Servers:
    """Opens database servers by their resources, and keeps them open until their password changes."""

    def __init__(self, kube: Kube, effects: Effects, folder: Path) -> None:
        self._kube = kube
        self._effects = effects
        self._folder = folder
        self._open: dict[str, tuple[tuple[str, ...], PostgresAdapter]] = {}
        self._lock = threading.Lock()

    def __call__(self, server: DatabaseServer, deadline: Deadline) -> Postgres:
        """The server's adapter. Raises UnavailableError when its secret or its authority is missing."""
        spec, kube = server.spec, self._kube.within(deadline)
        secret = _need(kube, Ref("v1", "Secret", spec.admin_secret.name, spec.admin_secret.namespace))
        user, password = _decoded(secret, "username"), _decoded(secret, "password")
        authority = _authority(kube, server)
        key = (spec.host, str(spec.port), user, password, spec.ssl_mode.value, authority)
        with self._lock:
            known = self._open.get(server.metadata.name)
        if known is not None and known[0] == key:
            return known[1].within(deadline)
        # Not under the lock: a server that is down must not hold up the connections to all others.
        adapter = self._connect(server, user, password, authority, deadline)
        with self._lock:
            self._open[server.metadata.name] = (key, adapter)
        return adapter.within(deadline)

    def _connect(
        self, server: DatabaseServer, user: str, password: str, authority: str, deadline: Deadline
    ) -> PostgresAdapter:
        spec = server.spec
        ca_file = self._folder / f"{server.metadata.name}.crt"
        if authority:
            ca_file.write_text(authority)
        target = Target(
            host=spec.host,
            port=spec.port,
            user=user,
            password=password,
            ssl_mode=spec.ssl_mode.value,
            ca_file=ca_file if authority else None,
        )
        prepare(target, deadline=deadline)
        return PostgresAdapter(target, effects=self._effects)


def _authority(kube: Kube, server: DatabaseServer) -> str:
    if server.spec.ca_config_map is None:
        return ""
    found = _need(kube, Ref("v1", "ConfigMap", server.spec.ca_config_map, SYSTEM_NAMESPACE))
    return str(found.get("data", {}).get("ca.crt", ""))


def _need(kube: Kube, where: Ref) -> Manifest:
    found = kube.get(where)
    if found is None:
        raise UnavailableError(
            f"{where} does not exist, so the database server cannot be reached",
            hint="create it, or correct the DatabaseServer that names it",
        )
    return found


def operator_runtime(settings: OperatorSettings) -> OperatorRuntime:
    """The operator's services, acting only while its lease is held."""
    clock = SystemClock()
    # The lease itself must be written before anything else may be: by a connection without a fence. A restarted
    # container keeps its pod's name, but is another candidate.
    leadership = Election(
        connect(effects=Unfenced()),
        clock,
        namespace=settings.namespace,
        name=OPERATOR_LEASE,
        identity=f"{settings.identity}-{uuid.uuid4().hex[:8]}",
    )
    effects = Fenced(leadership)
    outside = _outside(settings, connect(effects=effects), effects, clock)
    return OperatorRuntime(OperatorServices(outside), leadership, clock, ProcessCancellation())


def _outside(settings: OperatorSettings, kube: KubeAdapter, effects: Effects, clock: Clock) -> Outside:
    folder = settings.scratch
    folder.mkdir(parents=True, exist_ok=True)
    store = S3Adapter(
        settings.objectstore_url,
        settings.objectstore_access_key.get_secret_value(),
        settings.objectstore_secret_key.get_secret_value(),
        ca_file=write_bundle(settings.ca_file, settings.authorities),
        region=settings.objectstore_region,
        effects=effects,
    )
    return Outside(
        kube=kube,
        store=store,
        web=GatewayWeb(settings.ca_file, _address(settings.gateway_address)),
        clock=clock,
        effects=effects,
        settings=read_platform_settings(settings.settings),
        open_server=Servers(kube, effects, folder),
        deadline=Deadline(clock),
    )


def _address(text: str | None) -> Address | None:
    if text is None:
        return None
    host, _, port = text.rpartition(":")
    return Address(host, int(port))


def read_platform_settings(path: Path) -> PlatformSettings:
    """The file that the installer wrote. Raises UserError naming the field when it does not fit."""
    try:
        content = yaml.safe_load(path.read_text())
        return PlatformSettings.model_validate(content)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise UserError(f"{path} cannot be used: {error}", hint="write it again: shopfleet install") from error


def _decoded(secret: Mapping[str, Mapping[str, str]], key: str) -> str:
    try:
        return base64.b64decode(secret["data"][key]).decode()
    except KeyError:
        raise UnavailableError(f"the database server's secret has no key {key!r}") from None
