"""What is wrong with a cluster, judged from what was read of it. Pure: reading is services.doctor's part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from controller.core.drift import differences
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import ConditionStatus, Manifest
from provisioning.platform.policies import Guard
from provisioning.platform.storage_class import is_single_writer
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant, TenantPhase

OLDEST_KUBERNETES = (1, 30)
"""The audit log's guard is a ValidatingAdmissionPolicy, which is stable since 1.30."""

LONG_RUNNING = timedelta(hours=1)
"""A procedure that is open for longer is worth a look; only dumps of large shops take hours."""

FULL = 0.8
"""Share of a server's connections in use at which the next tenant may be one too many."""

# Daemons that enforce NetworkPolicies, by their usual names.
ENFORCERS = (
    "antrea-agent", "aws-node", "azure-npm", "calico-node", "canal", "cilium", "kube-network-policies",
    "kube-router", "ovnkube-node", "weave-net",
)  # fmt: skip


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: what was found, why it matters, and the next command."""

    check: str
    level: Level
    what: str
    why: str = ""
    next: str = ""


def fine(check: str, what: str) -> Finding:
    return Finding(check, Level.OK, what)


def kubernetes(version: str) -> Finding:
    """Whether the API server is new enough; `version` is such as v1.36.3."""
    parts = version.removeprefix("v").split(".")
    known = tuple(int(part) for part in parts[:2]) if all(part.isdecimal() for part in parts[:2]) else None
    if known is None:
        what = f"Kubernetes answers, but its version {version!r} cannot be read"
        why = f"older than {'.'.join(map(str, OLDEST_KUBERNETES))} cannot protect the audit log"
        return Finding("cluster", Level.WARNING, what, why, "kubectl version")
    if known >= OLDEST_KUBERNETES:
        return fine("cluster", f"Kubernetes {version} answers")
    oldest = ".".join(map(str, OLDEST_KUBERNETES))
    return Finding(
        "cluster", Level.ERROR, f"Kubernetes {version} is older than {oldest}",
        "the audit log cannot be protected there", "upgrade the cluster",
    )  # fmt: skip


def definitions(wanted: Sequence[Manifest], present: Iterable[Manifest]) -> list[Finding]:
    """Whether the cluster knows our kinds, and as this version defines them."""
    found = {each["metadata"]["name"]: each for each in present}
    missing = [each["metadata"]["name"] for each in wanted if each["metadata"]["name"] not in found]
    old = [
        each["metadata"]["name"]
        for each in wanted
        if each["metadata"]["name"] in found and _schema(each) != _schema(found[each["metadata"]["name"]])
    ]
    if missing:
        return [
            Finding(
                "definitions", Level.ERROR, f"the cluster does not know {', '.join(missing)}",
                "no tenant can be created", "shopfleet install",
            )
        ]  # fmt: skip
    if old:
        return [
            Finding(
                "definitions", Level.WARNING, f"{', '.join(old)} are of another version",
                "fields may be refused or ignored", "shopfleet install",
            )
        ]  # fmt: skip
    return [fine("definitions", f"all {len(wanted)} kinds are there and current")]


def _schema(definition: Manifest) -> Any:
    return definition["spec"]["versions"][0].get("schema")


def policies(wanted: Sequence[Guard], present: Iterable[Manifest]) -> list[Finding]:
    """Whether the API server refuses what it is meant to: all policies and bindings there, and of this version."""
    found = {(each["kind"], each["metadata"]["name"]): each for each in present}
    findings = []
    for guard in wanted:
        for declared in guard.manifests:
            kind, name = declared["kind"], declared["metadata"]["name"]
            running = found.get((kind, name))
            if running is None:
                what = f"there is no {kind} {name}"
                findings.append(Finding("policies", Level.ERROR, what, guard.without, "shopfleet install"))
            elif other := differences({"spec": declared["spec"]}, running):
                what = f"{kind} {name} is not as this version has it: {other[0]}"
                why = f"it may not refuse all that it should, and then {guard.without}"
                findings.append(Finding("policies", Level.WARNING, what, why, "shopfleet install"))
    return findings or [fine("policies", f"all {len(wanted)} are in force: {', '.join(g.name for g in wanted)}")]


def lease(found: Manifest | None, now: datetime) -> Finding:
    """Whether an operator leads; only its lease tells, as a pod that runs may be stuck."""
    consequence = "nothing that is asked for happens"
    command = "kubectl -n shopfleet-system logs deploy/shopfleet-operator"
    if found is None:
        return Finding("operator", Level.ERROR, "no operator has ever led", consequence, "shopfleet install")
    spec = found["spec"]
    renewed = spec.get("renewTime")
    holder = spec.get("holderIdentity") or "nobody"
    if renewed is None or not spec.get("holderIdentity"):
        return Finding("operator", Level.ERROR, "no operator leads at the moment", consequence, command)
    silent = now - datetime.fromisoformat(renewed)
    if silent > 2 * timedelta(seconds=int(spec.get("leaseDurationSeconds", 15))):
        what = f"{holder} has not renewed its lease for {silent.total_seconds():.0f} s"
        return Finding("operator", Level.ERROR, what, consequence, command)
    return fine("operator", f"{holder} leads")


def database_servers(servers: Sequence[DatabaseServer]) -> list[Finding]:
    """Whether each answered the operator's last look, and has room."""
    if not servers:
        why, command = "no tenant can be created", "shopfleet install"
        return [Finding("database", Level.ERROR, "there is no DatabaseServer", why, command)]
    return [_database_server(server) for server in servers]


def _database_server(server: DatabaseServer) -> Finding:
    name, status = server.metadata.name, server.status
    ready = next((each for each in status.conditions if each.type == "Ready"), None)
    if ready is None or ready.status is not ConditionStatus.TRUE:
        said = ready.message if ready else "the operator has not looked at it yet"
        command = f"kubectl describe databaseserver {name}"
        return Finding("database", Level.ERROR, f"{name}: {said}", "its tenants are down", command)
    used, limit = status.connections_used, status.connections_limit
    if used is None or limit is None:
        what = f"{name}: PostgreSQL {status.server_version}, connections in use are not known"
        why, command = "nobody is warned when they run out", f"kubectl describe databaseserver {name}"
        return Finding("database", Level.WARNING, what, why, command)
    if used > FULL * limit:
        what = f"{name}: {used} of {limit} connections are in use"
        return Finding("database", Level.WARNING, what, "the next tenant may find no room", "add a DatabaseServer")
    return fine("database", f"{name}: PostgreSQL {status.server_version}, {used} of {limit} connections in use")


def gateway(found: Manifest | None) -> Finding:
    """Whether customers get in at all."""
    why = "no shop can be reached"
    if found is None:
        return Finding("gateway", Level.ERROR, "there is no Gateway", why, "shopfleet install")
    conditions = {each["type"]: each for each in found.get("status", {}).get("conditions", [])}
    programmed = conditions.get("Programmed", {})
    name, namespace = found["metadata"]["name"], found["metadata"]["namespace"]
    if programmed.get("status") != "True":
        what = f"Gateway {namespace}/{name} is not programmed: {programmed.get('message', 'no word of it')}"
        return Finding("gateway", Level.ERROR, what, why, f"kubectl -n {namespace} describe gateway {name}")
    return fine("gateway", f"{namespace}/{name} is programmed")


def storage(wanted: str | None, classes: Iterable[Manifest]) -> Finding:
    """Whether the class exists from which tenants get volumes that several pods can write."""
    found = {each["metadata"]["name"]: each for each in classes}
    if wanted is None:
        what = "the platform's settings are not there, so no storage class is chosen"
        return Finding("storage", Level.ERROR, what, "no tenant can be created", "shopfleet install")
    if wanted not in found:
        what = f"there is no StorageClass {wanted} (there are: {', '.join(sorted(found)) or 'none'})"
        command = "create it, or name another: shopfleet install --settings FILE"
        return Finding("storage", Level.ERROR, what, "new tenants wait for their volume for ever", command)
    described = f"StorageClass {wanted} ({found[wanted].get('provisioner', '')})"
    if is_single_writer(found[wanted]):
        what = f"{described} gives volumes that only one node can write"
        why = "tenants' pods share a volume, and wait for one that they may share"
        command = "name one with ReadWriteMany volumes: shopfleet install --settings FILE"
        return Finding("storage", Level.WARNING, what, why, command)
    return fine("storage", f"{described} is there; several pods must be able to write its volumes")


def network_policies(daemons: Iterable[Manifest]) -> Finding:
    """Whether anything in the cluster enforces them: said honestly, as the API server takes them in any case."""
    names = {each["metadata"]["name"] for each in daemons}
    enforcing = sorted(name for name in names if name.startswith(ENFORCERS))
    if enforcing:
        return fine("network policies", f"enforced by {', '.join(enforcing)}")
    return Finding(
        "network policies", Level.WARNING, "not enforced here: no network plugin is known to do it",
        "tenants are kept apart by TLS, passwords and pg_hba alone, not by the network",
        "for a production cluster choose a plugin that enforces them, such as Cilium or Calico",
    )  # fmt: skip


def tenants(found: Sequence[Tenant]) -> list[Finding]:
    """Tenants that do not serve although they should."""
    bad = {
        TenantPhase.FAILED: Level.ERROR,
        TenantPhase.DEGRADED: Level.ERROR,
        TenantPhase.UNKNOWN: Level.WARNING,
    }
    findings = [
        Finding(
            "tenants",
            bad[tenant.status.phase],
            f"{tenant.metadata.name} is {tenant.status.phase.value.lower()}: {tenant.status.message}",
            "its shop may not serve",
            f"shopfleet tenant show {tenant.metadata.name}",
        )
        for tenant in found
        if tenant.status.phase in bad
    ]
    return findings or [fine("tenants", f"{len(found)} tenants, none in trouble")]


def procedures(found: Sequence[Procedure], owners: Sequence[Tenant], now: datetime) -> list[Finding]:
    """Procedures that wait for a person, or take suspiciously long; those of tenants that are gone do neither."""
    findings = []
    for each in found:
        if not _concerns_anybody(each, owners):
            continue
        name, status = each.metadata.name, each.status
        if status.phase is ProcedurePhase.FAILED:
            what, command = f"{name} failed: {status.message}", f"shopfleet procedure retry {name}"
            findings.append(Finding("procedures", Level.WARNING, what, "it waits for a person", command))
        elif not status.phase.final and status.started_at and now - status.started_at > LONG_RUNNING:
            what = f"{name} has been at work since {status.started_at:%Y-%m-%d %H:%M} UTC: {status.message}"
            command = f"shopfleet procedure show {name}"
            findings.append(Finding("procedures", Level.WARNING, what, "its tenant is locked meanwhile", command))
    return findings or [fine("procedures", "none waits for a person")]


def _concerns_anybody(procedure: Procedure, owners: Sequence[Tenant]) -> bool:
    """Names of deleted tenants come back, so the name alone does not tell whose it was."""
    if procedure.spec.kind is ProcedureKind.BUILD_TEMPLATE:
        return True
    return any(
        (owner.metadata.namespace, owner.metadata.name) == (procedure.metadata.namespace, procedure.spec.tenant)
        and f"-{owner.metadata.uid[:5]}-" in procedure.metadata.name
        for owner in owners
    )
