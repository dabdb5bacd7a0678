"""The one level-triggered reconcile of a tenant: for create, update, resume and timer alike."""

import structlog

from controller.core import conditions as cond
from controller.core.lifecycle import (
    KIND_PARAMETER,
    Adopt,
    Cancel,
    Converge,
    Decision,
    Hold,
    LetGo,
    Start,
    decide,
    effective,
    procedure_name,
)
from controller.core.ports import Ref
from controller.errors import (
    ConflictError,
    CutOffError,
    RefusedError,
    ShopfleetError,
    Unknown,
    UserError,
)
from controller.services.audit import new_request_id
from controller.services.declared import DeclaredService
from controller.services.objects import DEPLOYMENT, TenantObjectService, routes_accepted
from controller.services.outside import Again, Looked, Outside
from controller.services.present import Present
from controller.services.requests import REASON_LIMIT, Request, heard, is_awaited
from controller.services.resources import Resources, about, ref
from provisioning.bundle import tenant_url
from provisioning.meta import API_VERSION, FINALIZER, LABEL_TENANT, Condition, Manifest
from provisioning.names import WEB
from provisioning.objects.route import HTTP_ROUTE
from provisioning.procedure import Procedure, ProcedureKind
from provisioning.tenant import Tenant, TenantPhase

log = structlog.get_logger()

# A settled tenant is looked at this often, should an event have been missed. Each look costs about twenty API
# calls, so this bounds what an idle tenant costs (see the provision.operator benchmark).
RESYNC_SECONDS = 300.0
# While something is under way, its own events bring the tenant back; this is the safety net.
BUSY_SECONDS = 15.0


class TenantService:
    """Brings each tenant to its declared state, one decision per pass."""

    def __init__(self, outside: Outside, looked: Looked) -> None:
        """`looked` is of tenants, by uid."""
        self._outside = outside
        self._resources = Resources(outside.kube)
        self._objects = TenantObjectService(outside)
        self._declared = DeclaredService(outside, looked)

    def reconcile(self, namespace: str, name: str) -> Again | None:
        """Observe, decide, act, report. None when the tenant does not exist any more."""
        tenant = self._resources.find(Tenant, name, namespace)
        if tenant is None:
            return None
        procedures = self._procedures(tenant)
        _log_about(tenant, procedures)
        decision = decide(tenant, procedures)
        if isinstance(decision, Start | Cancel) and is_awaited(tenant, self._outside.clock.now()):
            decision = Hold("whoever deletes it is about to say how")
        try:
            changed = self._act(tenant, decision)
            present = self._objects.repair(effective(tenant)) if isinstance(decision, Converge) else None
        except (ConflictError, CutOffError):
            raise
        except ShopfleetError as error:
            # What keeps it from being done shows in the tenant; the queue comes back later and later.
            helpless = isinstance(error, UserError | RefusedError)
            self._report(tenant, Hold(error.message, failed=helpless), procedures)
            raise
        if isinstance(decision, LetGo):
            return None
        if changed:
            return Again(0.0, "it was just changed")
        self._report(tenant, decision, procedures, present)
        # What waits for a person is as quiet as what is settled: the person's change brings it back.
        settled = isinstance(decision, Converge) or (isinstance(decision, Hold) and decision.failed)
        return Again(RESYNC_SECONDS if settled else BUSY_SECONDS, decision.reason)

    def _procedures(self, tenant: Tenant) -> list[Procedure] | Unknown:
        try:
            return self._resources.procedures_of(tenant)
        except CutOffError:
            raise
        except ShopfleetError as error:
            return Unknown(error.message)

    def _act(self, tenant: Tenant, decision: Decision) -> bool:
        """Change what the decision says of the tenant and its procedures; True when they are different now."""
        kube = self._outside.kube
        target = ref(Tenant, tenant.metadata.name, tenant.metadata.namespace)
        match decision:
            case Adopt(chosen, _):
                finalizers = sorted({*tenant.metadata.finalizers, FINALIZER})
                metadata = {"finalizers": finalizers, "resourceVersion": tenant.metadata.resource_version}
                kube.patch(target, {"metadata": metadata, "spec": {"id": chosen}})
                return True
            case Start():
                self._start(tenant, decision)
                return True
            case Cancel(name, reason):
                log.info("procedure is cancelled", procedure=name, reason=reason, tenant=tenant.metadata.name)
                # Whoever deletes by force does not wait for tills to undo what is under way either.
                asked = heard(tenant, ProcedureKind.DELETE, procedure_name(tenant, ProcedureKind.DELETE))
                forced = {"parameters": {"force": asked.force}} if asked and asked.force else {}
                kube.patch(ref(Procedure, name, tenant.metadata.namespace), {"spec": {"cancel": True, **forced}})
                return True
            case LetGo():
                kept = [f for f in tenant.metadata.finalizers if f != FINALIZER]
                version = tenant.metadata.resource_version
                kube.patch(target, {"metadata": {"finalizers": kept, "resourceVersion": version}})
                return True
            case Converge() | Hold():
                return False

    def _start(self, tenant: Tenant, decision: Start) -> None:
        request = heard(tenant, decision.kind, decision.name) or Request("kubectl", new_request_id())
        parameters = request.parameters()
        if decision.target is not None:
            parameters[KIND_PARAMETER] = decision.target.model_dump_json(by_alias=True)
        manifest: Manifest = {
            "apiVersion": API_VERSION,
            "kind": Procedure.KIND,
            "metadata": {
                "name": decision.name,
                "namespace": tenant.metadata.namespace,
                "labels": {LABEL_TENANT: tenant.metadata.name},
            },
            "spec": {
                "kind": decision.kind.value,
                "tenant": tenant.metadata.name,
                "parameters": parameters,
                "requestedBy": request.requested_by,
                "reason": request.reason or decision.reason[:REASON_LIMIT],
                "requestId": request.request_id or new_request_id(),
            },
        }
        if request.on_behalf_of:
            manifest["spec"]["onBehalfOf"] = request.on_behalf_of
        structlog.contextvars.bind_contextvars(procedure=decision.name, request_id=manifest["spec"]["requestId"])
        log.info("procedure starts", reason=decision.reason)
        try:
            self._outside.kube.create(manifest)
        except ConflictError:
            # Created by an earlier pass whose answer was lost; the name says that it is the same one.
            log.info("procedure exists already")

    def _report(
        self,
        tenant: Tenant,
        decision: Decision,
        procedures: list[Procedure] | Unknown,
        present: Present | None = None,
    ) -> None:
        running: Procedure | Unknown | None
        if isinstance(procedures, Unknown):
            running = procedures
        else:
            running = next((p for p in procedures if not p.status.phase.final), None)
        serving = self._observe(tenant, present)
        # Only of a settled tenant: while something is under way, it may differ.
        drift = None if present is None else self._declared.differences(effective(tenant), present)
        now = self._outside.clock.now()
        found = cond.with_transition_times(
            cond.conditions(tenant, decision, running, serving, drift), tenant.status.conditions, now
        )
        phase = cond.phase(tenant, running, found)
        status = _status(tenant, decision, serving, phase, found)
        before = tenant.status.model_dump(mode="json", by_alias=True)
        if any(before.get(key) != value for key, value in status.items()):
            self._resources.write_tenant_status(tenant, status)
            if tenant.status.phase is not phase:
                message = f"{tenant.status.phase.value} → {phase.value}: {decision.reason}"
                self._outside.kube.event(about(tenant), phase.value, message)

    def _observe(self, tenant: Tenant, present: Present | None) -> cond.Serving:
        """From what this pass has read already; only a pass that has not looked asks for it here."""
        if tenant.spec.id is None:
            return cond.Serving(web=None, route_accepted=None)
        try:
            present = present or self._objects.serving(tenant)
        except CutOffError:
            raise
        except ShopfleetError as error:
            unknown = Unknown(error.message)
            return cond.Serving(web=unknown, route_accepted=unknown)
        deployment = present.get(Ref(*DEPLOYMENT, WEB, tenant.names.namespace))
        if deployment is None:
            return cond.Serving(web=None, route_accepted=None)
        ready = int(deployment.get("status", {}).get("readyReplicas", 0))
        replicas = cond.Replicas(ready, int(deployment["spec"].get("replicas", 1)))
        return cond.Serving(replicas, routes_accepted(present.of_kind(HTTP_ROUTE)))


def _log_about(tenant: Tenant, procedures: list[Procedure] | Unknown) -> None:
    """Whatever this pass says is about the tenant, and about what is under way, if anything."""
    structlog.contextvars.bind_contextvars(tenant=tenant.metadata.name)
    running = [] if isinstance(procedures, Unknown) else [p for p in procedures if not p.status.phase.final]
    for procedure in running[:1]:
        structlog.contextvars.bind_contextvars(
            procedure=procedure.metadata.name, request_id=procedure.spec.request_id
        )


def _status(
    tenant: Tenant,
    decision: Decision,
    serving: cond.Serving,
    phase: TenantPhase,
    found: tuple[Condition, ...],
) -> Manifest:
    applied = tenant.status.applied
    replicas = serving.web if isinstance(serving.web, cond.Replicas) else None
    return {
        "observedGeneration": tenant.metadata.generation,
        "id": tenant.spec.id,
        "phase": phase.value,
        "message": "" if phase is TenantPhase.READY else decision.reason,
        "url": tenant_url(effective(tenant).spec) if applied else None,
        "release": applied.release if applied else None,
        "readyReplicas": replicas.ready if replicas else None,
        "desiredReplicas": replicas.desired if replicas else None,
        "ready": f"{replicas.ready}/{replicas.desired}" if replicas else "",
        "conditions": [c.model_dump(mode="json", by_alias=True, exclude_none=True) for c in found],
    }
