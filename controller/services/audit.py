"""The audit log: who did what to which tenant, on whose behalf, why, and with what result.

One function writes; the command line, the operator, and later the console and runbook actions all call it.
A record is an AuditRecord object: the API server refuses any change to it, and a ValidatingAdmissionPolicy
makes sure that nobody writes in another's name.
"""

import hashlib
import uuid
from dataclasses import dataclass

from controller.core.ports import Clock, Kube
from controller.errors import ConflictError
from controller.services.guard import OVERRIDE_PARAMETER
from provisioning.audit import AuditRecord, AuditSpec, AuditStatus
from provisioning.meta import Metadata
from provisioning.procedure import Procedure


@dataclass(frozen=True)
class Audit:
    kube: Kube
    clock: Clock
    component: str
    """Which part of Shopfleet writes: cli or operator."""

    def write(
        self,
        namespace: str,
        *,
        action: str,
        result: str,
        tenant: str | None = None,
        on_behalf_of: str | None = None,
        reason: str = "",
        request_id: str | None = None,
        name: str | None = None,
    ) -> AuditRecord:
        """Append one record, in the partner's namespace; with a name, only once.

        Texts are cut to what a record can hold. Raises RefusedError when writing is not allowed.
        """
        now = self.clock.now()
        request = request_id or new_request_id()
        record = AuditRecord(
            metadata=Metadata(name=name or f"{now:%Y%m%d%H%M%S}-{uuid.uuid4().hex[:18]}", namespace=namespace),
            spec=AuditSpec(
                who=self.kube.user(),
                on_behalf_of=on_behalf_of,
                component=self.component,
                action=action,
                tenant=tenant,
                reason=_cut(reason, "reason"),
                result=_cut(result, "result"),
                request_id=request,
                at=now,
            ),
            status=AuditStatus(),
        )
        try:
            self.kube.create(record.manifest())
        except ConflictError:
            if name is None:
                raise
        return record

    def procedure(self, procedure: Procedure, result: str, message: str) -> None:
        """Append what became of a procedure, once, however often an interrupted operator says it."""
        spec, again = procedure.spec, procedure.status.retries_seen
        said = f"{procedure.metadata.uid}/{again}/{result}"
        self.write(
            procedure.metadata.namespace or "",
            action=f"procedure.{spec.kind.value}",
            tenant=spec.tenant,
            on_behalf_of=spec.on_behalf_of or spec.requested_by,
            reason=why(spec.reason, spec.parameters.get(OVERRIDE_PARAMETER)),
            result=f"{result}: {message}" if message else result,
            request_id=spec.request_id,
            name=f"procedure-{result}-{hashlib.sha256(said.encode()).hexdigest()[:24]}",
        )


def why(reason: str, force: str | None) -> str:
    """Both reasons as one text: that of overriding the guard, first so that it is never cut, and the change's."""
    return "; ".join(filter(None, (f"forced: {force}" if force else "", reason)))


def new_request_id() -> str:
    """An id that follows one request through audit log, procedures and log lines."""
    return uuid.uuid4().hex


def _cut(text: str, field: str) -> str:
    """A failure may quote pages of a log; the record must be written all the same."""
    limit = next(m.max_length for m in AuditSpec.model_fields[field].metadata if hasattr(m, "max_length"))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
