"""Decides what a tenant needs next, from its spec, what was applied, and its procedures.

The same function answers for a new tenant, a changed one, a restarted operator and the timer, so nothing
depends on having seen an event.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.core.catalogue import TEMPLATE, VALIDATE
from controller.errors import Unknown
from provisioning.meta import FINALIZER
from provisioning.names import LIMIT, tenant_id_from_uid
from provisioning.network import digest
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, StepPhase
from provisioning.tenant import AppliedSpec, Tenant, TenantSpec

KIND_PARAMETER = "target"
"""Procedure parameter that carries the AppliedSpec it brings about, as JSON."""

NETWORK_OUTPUT = "network"
"""Procedure output: the digest of the store network that its step has set up."""


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
        # Even one that is declared suspended has to serve once, or nobody would know that it can.
        target = AppliedSpec.of(tenant.spec).model_copy(update={"suspended": False})
        return _start(tenant, procedures, kind, target, "it was never provisioned")
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
    running = _open([p for p in procedures if p.spec.kind is not ProcedureKind.DELETE])
    if running is not None:
        if running.spec.cancel:
            message = f": {running.status.message}" if running.status.message else ""
            return Hold(f"{running.metadata.name} is being undone before the deletion{message}")
        return Cancel(running.metadata.name, "the tenant is being deleted")
    deleting = _open(deletions) or next(iter(deletions), None)
    if deleting is not None:
        # Editing the spec meanwhile changes the generation, which must not start a second deletion: what the first
        # one has kept and removed already would look to it like data that were lost.
        return _hold_for(deleting)
    if tenant.spec.id is None or _never_begun(tenant, procedures):
        return LetGo("nothing was ever made for it")
    return _start(tenant, procedures, ProcedureKind.DELETE, tenant.status.applied, "it is being deleted")


def _first_change(spec: TenantSpec, applied: AppliedSpec) -> tuple[ProcedureKind, AppliedSpec, str] | Hold | None:
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
    if _bundles_differ(spec, applied):
        target = applied.model_copy(update={"bundles": spec.bundles})
        return ProcedureKind.ADD_BUNDLES, target, f"bundles: {', '.join(spec.bundles or ())}"
    if digest(spec) != applied.network:
        return ProcedureKind.SET_STORES, applied, f"stores: {len(spec.stores)} are described, not as applied"
    if spec.release != applied.release:
        return Hold(
            f"a live tenant's release cannot be edited from {applied.release} to {spec.release}: "
            "set spec.release back; releases reach live tenants by a rollout",
            failed=True,
        )
    return None


def _bundles_differ(spec: TenantSpec, applied: AppliedSpec) -> bool:
    """Whoever names what was there by default says no more than before; it is written down all the same."""
    if spec.bundles is None or applied.bundles is None:
        return spec.bundles != applied.bundles
    return set(spec.bundles) != set(applied.bundles)


def _start(
    tenant: Tenant,
    procedures: Sequence[Procedure],
    kind: ProcedureKind,
    target: AppliedSpec | None,
    reason: str,
) -> Decision:
    name = procedure_name(tenant, kind, _succeeded_before(tenant, procedures, kind))
    existing = next((p for p in procedures if p.metadata.name == name), None)
    return Start(kind, name, target, reason) if existing is None else _hold_for(existing)


def _hold_for(procedure: Procedure) -> Hold:
    """It is under way, or a person has to take it up again."""
    name, status = procedure.metadata.name, procedure.status
    if not status.phase.final:
        return Hold(f"{name} is {status.phase.value.lower()}")
    return Hold(
        f"{name} {status.phase.value.lower()}: {status.message}; "
        f"mend the cause, then run: shopfleet procedure retry {name}",
        failed=True,
    )


def procedure_name(tenant: Tenant, kind: ProcedureKind, earlier: int = 0) -> str:
    """Follows from the tenant's generation, and from its UID because names of deleted tenants come back.

    `earlier` counts procedures of this kind that succeeded in the same generation: what one brought about can
    be overtaken when somebody retries an older one, and is then brought about once more.
    """
    again = f"-{earlier + 1}" if earlier else ""
    end = f"-{kind.value.lower()}-{tenant.metadata.uid[:5]}-{tenant.metadata.generation}{again}"
    return tenant.metadata.name[: LIMIT - len(end)].rstrip("-") + end


def _succeeded_before(tenant: Tenant, procedures: Sequence[Procedure], kind: ProcedureKind) -> int:
    done = {p.metadata.name for p in procedures if p.status.phase is ProcedurePhase.SUCCEEDED}
    earlier = 0
    while procedure_name(tenant, kind, earlier) in done:
        earlier += 1
    return earlier


def _never_begun(tenant: Tenant, procedures: Sequence[Procedure]) -> bool:
    """Whether all that was tried for the tenant ended before anything was made.

    Without any procedure the answer is no: their records may have been deleted.
    """
    looking = (VALIDATE.name, TEMPLATE.name)
    own = [p for p in procedures if _is_of(p, tenant)]
    begun = (
        record.phase is not StepPhase.PENDING
        for procedure in own
        for record in procedure.status.steps
        if record.name not in looking
    )
    return tenant.status.applied is None and bool(own) and not any(begun)


def _is_of(procedure: Procedure, tenant: Tenant) -> bool:
    return f"-{tenant.metadata.uid[:5]}-" in procedure.metadata.name


def _open(procedures: Sequence[Procedure]) -> Procedure | None:
    return next((p for p in procedures if not p.status.phase.final), None)


def target_of(procedure: Procedure) -> AppliedSpec | None:
    """The AppliedSpec that a procedure brings about; None for kinds that change none."""
    text = procedure.spec.parameters.get(KIND_PARAMETER)
    return AppliedSpec.model_validate_json(text) if text else None


_CHANGES: dict[ProcedureKind, tuple[str, ...]] = {
    ProcedureKind.SUSPEND: ("suspended",),
    ProcedureKind.RESUME: ("suspended",),
    ProcedureKind.SET_PLAN: ("plan", "storage"),
    ProcedureKind.RENAME: ("display_name", "hostnames"),
    ProcedureKind.ADD_BUNDLES: ("bundles",),
    # What it changes, its step says.
    ProcedureKind.SET_STORES: (),
}
"""What a change of a live tenant changes; everything else stays as applied by then."""


def brought_about(tenant: Tenant, procedure: Procedure) -> AppliedSpec | None:
    """What will be applied once this procedure has succeeded; None when it changes nothing.

    The target was written down when the procedure was created. One that is retried much later must not take
    back what others have changed since, so only the fields of its own kind count.
    """
    target, applied = target_of(procedure), tenant.status.applied
    fields = _CHANGES.get(procedure.spec.kind)
    if target is None:
        return None
    if applied is not None and fields is not None:
        target = applied.model_copy(update={name: getattr(target, name) for name in fields})
    network = procedure.status.outputs.get(NETWORK_OUTPUT)
    return target if network is None else target.model_copy(update={"network": network})


def effective(tenant: Tenant, procedure: Procedure | None = None) -> Tenant:
    """The tenant as its objects are to be built: by what the procedure brings about, else as last applied."""
    chosen = (brought_about(tenant, procedure) if procedure else None) or tenant.status.applied
    if chosen is None:
        return tenant
    return tenant.model_copy(update={"spec": chosen.overlay(tenant.spec)})
