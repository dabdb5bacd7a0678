"""Makes proposed changes: checks, writes the audit log, changes the Tenant; the operator does the rest."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from controller.core.lifecycle import Hold, decide
from controller.core.ports import Clock, Kube, Ref
from controller.core.problem import Catalogue
from controller.core.proposals import Proposal
from controller.errors import (
    ConflictError,
    NotFoundError,
    RefusedError,
    ShopfleetError,
    UnavailableError,
    Unknown,
    UserError,
)
from controller.services import requests
from controller.services.audit import Audit, new_request_id
from controller.services.drafts import check_name, problems_error
from controller.services.requests import Request
from controller.services.resources import Resources, parse, ref
from provisioning.meta import Manifest
from provisioning.names import partner_namespace
from provisioning.partner import Partner
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import Tenant, TenantPhase

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Submitted:
    """A change that was made: the procedure that carries it out follows from the tenant's new generation."""

    tenant: Tenant
    kind: ProcedureKind
    request_id: str
    procedure: str | None = None
    """Name of the procedure, where it is known already."""


class Changes:
    """Everything by which a person changes one partner's tenants."""

    def __init__(self, kube: Kube, clock: Clock, partner: str) -> None:
        self._kube = kube
        self._resources = Resources(kube)
        self._audit = Audit(kube, clock, component="cli")
        self.partner = partner
        self.namespace = partner_namespace(partner)

    def request(
        self, reason: str = "", on_behalf_of: str | None = None, force: str | None = None, *, purge: bool = False
    ) -> Request:
        """A new request in the name of whoever the API server takes us for."""
        return Request(self._kube.user(), new_request_id(), reason, on_behalf_of, force, purge)

    def catalogue(self) -> Catalogue | Unknown:
        """What tenants of this partner can refer to; Unknown for a person who may not see that.

        Raises NotFoundError when there is no such partner.
        """
        try:
            found = self._resources.catalogue(self.namespace)
        except RefusedError as error:
            # A partner's own people see no other partner's tenants. The operator checks in any case.
            return Unknown(error.message)
        if found.partner is None:
            raise self._no_partner()
        return found

    def tenant(self, name: str) -> Tenant:
        """The tenant. Raises NotFoundError when it does not exist."""
        check_name(name)
        found = self._resources.find(Tenant, name, self.namespace)
        if found is None:
            raise NotFoundError(
                f"partner {self.partner} has no tenant {name!r}",
                hint="list them: shopfleet tenant list --all-partners",
            )
        return found

    def held(self, tenant: Tenant) -> Hold | None:
        """What a person has to mend before the operator brings about what the tenant asks for; None if nothing."""
        decision = decide(tenant, self._resources.procedures_of(tenant))
        return decision if isinstance(decision, Hold) and decision.failed else None

    def living_tenant(self, name: str) -> Tenant:
        """The tenant, to be changed. Raises ConflictError when it is being deleted."""
        tenant = self.tenant(name)
        if tenant.metadata.deletion_timestamp is not None:
            raise ConflictError(
                f"tenant {name} is being deleted and can no longer be changed",
                hint=f"watch it: shopfleet procedure list --tenant {name}",
            )
        return tenant

    def changeable_tenant(self, name: str) -> Tenant:
        """The tenant, to have its spec changed. Raises ConflictError while it is being made or deleted."""
        tenant = self.living_tenant(name)
        making = tenant.status.phase in (TenantPhase.PENDING, TenantPhase.PROVISIONING)
        if tenant.status.applied is None and making:
            raise ConflictError(
                f"tenant {name} is still being made",
                hint=f"wait for it: shopfleet procedure list --tenant {name}, or delete it",
            )
        return tenant

    def check_partner(self) -> None:
        """Raises NotFoundError when there is no such partner, so that an empty list means no tenants."""
        try:
            found = self._resources.find(Partner, self.partner)
        except RefusedError:
            # A partner's own people may not look at partners; their namespace is there all the same.
            return
        if found is None:
            raise self._no_partner()

    def check_free(self, name: str) -> None:
        """Raises ConflictError when a tenant of this name exists, half deleted or not."""
        check_name(name)
        found = self._resources.find(Tenant, name, self.namespace)
        if found is None:
            return
        if found.metadata.deletion_timestamp is not None:
            raise ConflictError(
                f"metadata.name: a tenant {name} is still being deleted",
                hint=f"wait until it is gone (shopfleet procedure list --tenant {name}), or use another name",
            )
        raise ConflictError(
            f"metadata.name: tenant {name} exists already",
            hint=f"use another name, or change it: shopfleet tenant show {name}",
        )

    def submit(self, proposal: Proposal, request: Request) -> Submitted:
        """Make the change.

        Raises UserError with every problem of the proposal, ConflictError when the tenant was changed since it
        was read; nothing is changed then.
        """
        if proposal.problems:
            raise problems_error(proposal.problems)
        name = proposal.after.metadata.name
        manifest = self._audited(proposal.action, name, request, lambda: self._send(proposal, request))
        tenant = parse(Tenant, manifest)
        return Submitted(tenant, proposal.kind, request.request_id)

    def rotate_password(self, tenant: Tenant, request: Request) -> Submitted:
        """Ask for a new administrator's password."""
        if tenant.status.applied is None:
            raise UserError(
                f"tenant {tenant.metadata.name} is not provisioned yet",
                hint=f"wait for it: shopfleet tenant show {tenant.metadata.name}",
            )
        procedure = requests.errand(tenant, ProcedureKind.ROTATE_PASSWORD, request)
        name = tenant.metadata.name
        manifest = procedure.manifest()
        self._audited(
            "tenant.password",
            name,
            request,
            lambda: _sent(f"tenant show {name}", lambda: self._kube.create(manifest)),
        )
        return Submitted(tenant, procedure.spec.kind, request.request_id, procedure.metadata.name)

    def cancel(self, procedure: Procedure, request: Request) -> None:
        """Ask a procedure to stop and undo what it did. Raises ConflictError when it is over."""
        phase = procedure.status.phase
        if phase.final:
            raise ConflictError(f"{procedure.metadata.name} is over already ({phase.value.lower()})")
        self._edit_procedure(procedure, {"cancel": True, **_forced(request)}, "procedure.cancel", request)

    def retry(self, procedure: Procedure, request: Request) -> Procedure:
        """Ask for a failed or cancelled procedure to be taken up again where it stopped."""
        phase = procedure.status.phase
        if phase not in (ProcedurePhase.FAILED, ProcedurePhase.CANCELLED):
            raise ConflictError(f"{procedure.metadata.name} did not fail: it is {phase.value.lower()}")
        change: Manifest = {"retries": procedure.spec.retries + 1, "cancel": False, **_forced(request)}
        return self._edit_procedure(procedure, change, "procedure.retry", request)

    def note(self, action: str, tenant: Tenant, request: Request) -> None:
        """Write down something that changes nothing we could see, such as a shell."""
        self._write_audit(action, tenant.metadata.name, request, "begun")

    def _no_partner(self) -> NotFoundError:
        names = ", ".join(sorted(p.metadata.name for p in self._resources.all(Partner))) or "(none yet)"
        return NotFoundError(f"there is no partner {self.partner!r}", hint=f"choose one of: {names}")

    def _edit_procedure(self, procedure: Procedure, spec: Manifest, action: str, request: Request) -> Procedure:
        metadata = {"resourceVersion": procedure.metadata.resource_version}
        target = ref(Procedure, procedure.metadata.name, procedure.metadata.namespace)
        change: Manifest = {"metadata": metadata, "spec": spec}
        sent = self._audited(
            action,
            procedure.spec.tenant,
            request,
            lambda: _sent(f"procedure show {procedure.metadata.name}", lambda: self._kube.patch(target, change)),
            procedure.metadata.name,
        )
        return parse(Procedure, sent)

    def _send(self, proposal: Proposal, request: Request) -> Manifest:
        before, kind = proposal.before, proposal.kind
        if before is None:
            made = requests.creation(proposal.after, kind, request)
            return _sent(f"tenant show {proposal.after.metadata.name}", lambda: self._kube.create(made))
        look, target = f"tenant show {before.metadata.name}", ref(Tenant, before.metadata.name, self.namespace)
        if kind is not ProcedureKind.DELETE:
            edit = requests.edit(before, proposal.after, kind, request)
            return _sent(look, lambda: self._kube.patch(target, edit))
        announced = _sent(look, lambda: self._kube.patch(target, requests.announcement(before, request)))
        _sent(look, lambda: self._kube.delete(target))
        return self._say_farewell(target, request) or announced

    def _say_farewell(self, target: Ref, request: Request) -> Manifest | None:
        """The deleted tenant; the deletion itself counts as a new generation. None when it was let go at once."""
        left = self._kube.get(target)
        if left is None or "deletionTimestamp" not in left["metadata"]:
            return None
        try:
            return self._kube.patch(target, requests.farewell(parse(Tenant, left), request))
        except NotFoundError:
            return left
        except ShopfleetError as error:
            raise UnavailableError(
                f"{target.name} is being deleted, but as if without --purge and --force: {error.message}",
                hint=f"watch it: shopfleet procedure list --tenant {target.name}",
            ) from error

    def _audited(
        self, action: str, tenant: str, request: Request, change: Callable[[], Manifest], procedure: str = ""
    ) -> Manifest:
        """The record goes first, so that nothing happens without one; a failure gets a second one."""
        which = f": {procedure}" if procedure else ""
        forced = f", forced: {request.force}" if request.force else ""
        self._write_audit(action, tenant, request, f"requested{which}{forced}")
        try:
            return change()
        except ShopfleetError as error:
            # Whoever gives no answer takes no record either, and would be named instead of the cause.
            with suppress(UnavailableError):
                self._write_audit(action, tenant, request, f"failed{which}: {error.message}")
            raise

    def _write_audit(self, action: str, tenant: str, request: Request, result: str) -> None:
        try:
            self._audit.write(
                self.namespace,
                action=action,
                result=result,
                tenant=tenant,
                on_behalf_of=request.on_behalf_of,
                reason=request.reason,
                request_id=request.request_id,
            )
        except RefusedError as error:
            raise RefusedError(
                f"nothing was changed, because the audit log cannot be written: {error.message}", hint=error.hint
            ) from error


def _sent(look: str, request: Callable[[], Answer]) -> Answer:
    """What was answered.

    Raises UnavailableError when nothing was; `look` is the command that then shows what came of it.
    """
    try:
        return request()
    except UnavailableError as error:
        found_out = f"see what came of it: shopfleet {look}"
        raise UnavailableError(
            f"{error.message.rstrip('.')}; it may have been done before the answer was lost.",
            hint=f"{error.hint} Once it answers, {found_out}" if error.hint else f"once it answers, {found_out}",
        ) from error


def _forced(request: Request) -> Manifest:
    """The part of a procedure's spec by which this request overrides the guard."""
    return {"parameters": {"force": request.force}} if request.force else {}
