"""Decides what a tenant needs next, from its spec, what was applied, and its procedures.

The same function answers for a new tenant, a changed one, a restarted operator and the timer, so nothing
depends on having seen an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.errors import Unknown
from provisioning.meta import FINALIZER
from provisioning.names import tenant_id_from_uid
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import AppliedSpec, Tenant, TenantSpec

KIND_PARAMETER = "target"
"""Procedure parameter that carries the AppliedSpec it brings about, as JSON."""


@dataclass(frozen=True)
class Adopt:
    """Give the tenant its id and our finaliser, before anything exists that would have to be cleaned up."""

    id: str
    reason: str


@dataclass(frozen=True)
class Start:
    """Create this procedure. Its name follows from the generation, so starting it twice is a conflict."""

    kind: ProcedureKind
    name: str
    target: AppliedSpec | None
    reason: str


@dataclass(frozen=True)
class Converge:
    """Nothing changes: repair whatever drifted from the applied objects."""

    reason: str


@dataclass(frozen=True)
class LetGo:
    """Remove the finaliser: nothing of the tenant is left but its final backup."""

    reason: str


@dataclass(frozen=True)
class Hold:
    """Do nothing for now. `failed` says that it needs a person."""

    reason: str
    failed: bool = False


@dataclass(frozen=True)
class Cancel:
    """Ask this procedure to stop and undo what it did: the tenant is to go."""

    name: str
    reason: str


Decision = Adopt | Cancel | Start | Converge | LetGo | Hold


def decide(tenant: Tenant, procedures: Sequence[Procedure] | Unknown) -> Decision:
    """What to do next with this tenant; `procedures` are all that name it, finished ones included."""
    if isinstance(procedures, Unknown):
        return Hold(f"the tenant's procedures cannot be read: {procedures.reason}")
    if tenant.metadata.deletion_timestamp is not None:
        return _decide_deletion(tenant, procedures)
    if tenant.spec.id is None or FINALIZER not in tenant.metadata.finalizers:
        chosen = tenant.spec.id or tenant_id_from_uid(tenant.metadata.uid)
        return Adopt(chosen, "a tenant needs its id and our finaliser before anything is made for it")
    running = _open(procedures)
    if running is not None:
        return Hold(f"{running.metadata.name} is {running.status.phase.value.lower()}")
    if tenant.status.applied is None:
        kind = ProcedureKind.CLONE if tenant.spec.clone_of else ProcedureKind.CREATE
        return _start(tenant, procedures, kind, AppliedSpec.of(tenant.spec), "it was never provisioned")
    change = _first_change(tenant.spec, tenant.status.applied)
    if change is None:
        return Converge("spec and applied state agree")
    if isinstance(change, Hold):
        return change
    kind, target, reason = change
    return _start(tenant, procedures, kind, target, reason)


def _decide_deletion(tenant: Tenant, procedures: Sequence[Procedure]) -> Decision:
    if FINALIZER not in tenant.metadata.finalizers:
        return Hold("already let go")
    deletions = [p for p in procedures if p.spec.kind is ProcedureKind.DELETE and _is_of(p, tenant)]
    if any(p.status.phase is ProcedurePhase.SUCCEEDED for p in deletions):
        return LetGo("everything of it is removed")
    if tenant.spec.id is None:
        return LetGo("nothing was ever made for it")
    running = _open([p for p in procedures if p.spec.kind is not ProcedureKind.DELETE])
    if running is not None:
        if running.spec.cancel:
            return Hold(f"{running.metadata.name} is being undone before the deletion")
        return Cancel(running.metadata.name, "the tenant is being deleted")
    return _start(tenant, procedures, ProcedureKind.DELETE, tenant.status.applied, "it is being deleted")


def _first_change(
    spec: TenantSpec, applied: AppliedSpec
) -> tuple[ProcedureKind, AppliedSpec, str] | Hold | None:
    """The first difference between wish and state; the next one follows once this one is applied."""
    if spec.suspended != applied.suspended:
        kind = ProcedureKind.SUSPEND if spec.suspended else ProcedureKind.RESUME
        return kind, applied.model_copy(update={"suspended": spec.suspended}), f"suspended: {spec.suspended}"
    if applied.suspended:
        return None
    if (spec.plan, spec.storage) != (applied.plan, applied.storage):
        target = applied.model_copy(update={"plan": spec.plan, "storage": spec.storage})
        return ProcedureKind.SET_PLAN, target, f"plan {applied.plan} → {spec.plan}"
    if (spec.display_name, spec.hostnames) != (applied.display_name, applied.hostnames):
        target = applied.model_copy(update={"display_name": spec.display_name, "hostnames": spec.hostnames})
        return ProcedureKind.RENAME, target, f"{applied.hostnames[0]} → {spec.hostnames[0]}"
    if spec.release != applied.release:
        return Hold(
            f"a live tenant's release cannot be edited from {applied.release} to {spec.release}: "
            "set spec.release back; releases reach live tenants by a rollout",
            failed=True,
        )
    return None


def _start(
    tenant: Tenant,
    procedures: Sequence[Procedure],
    kind: ProcedureKind,
    target: AppliedSpec | None,
    reason: str,
) -> Decision:
    name = procedure_name(tenant, kind)
    existing = next((p for p in procedures if p.metadata.name == name), None)
    if existing is None:
        return Start(kind, name, target, reason)
    if existing.status.phase.final:
        return Hold(
            f"{name} {existing.status.phase.value.lower()}: {existing.status.message}; "
            f"mend the cause, then run: shopfleet procedure retry {name}",
            failed=True,
        )
    return Hold(f"{name} is {existing.status.phase.value.lower()}")


def procedure_name(tenant: Tenant, kind: ProcedureKind) -> str:
    """Follows from the tenant's generation, and from its UID because names of deleted tenants come back."""
    return (
        f"{tenant.metadata.name}-{kind.value.lower()}-{tenant.metadata.uid[:5]}-{tenant.metadata.generation}"
    )


def _is_of(procedure: Procedure, tenant: Tenant) -> bool:
    return f"-{tenant.metadata.uid[:5]}-" in procedure.metadata.name


def _open(procedures: Sequence[Procedure]) -> Procedure | None:
    return next((p for p in procedures if not p.status.phase.final), None)


def target_of(procedure: Procedure) -> AppliedSpec | None:
    """The AppliedSpec that a procedure brings about; None for kinds that change none."""
    text = procedure.spec.parameters.get(KIND_PARAMETER)
    return AppliedSpec.model_validate_json(text) if text else None


def effective(tenant: Tenant, procedure: Procedure | None = None) -> Tenant:
    """The tenant as its objects are to be built: by the procedure's target, else as last applied."""
    chosen = (target_of(procedure) if procedure else None) or tenant.status.applied
    if chosen is None:
        return tenant
    return tenant.model_copy(update={"spec": chosen.overlay(tenant.spec)})
