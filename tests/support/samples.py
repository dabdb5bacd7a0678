"""Resources for tests, as the API server would return them, with defaults that fit together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from controller.core.catalogue import STEPS
from controller.core.lifecycle import KIND_PARAMETER
from controller.core.problem import Catalogue
from provisioning import defaults
from provisioning.databaseserver import DatabaseServer
from provisioning.meta import FINALIZER, Metadata
from provisioning.network import digest
from provisioning.partner import Partner
from provisioning.plan import Plan
from provisioning.procedure import (
    Procedure,
    ProcedureKind,
    ProcedurePhase,
    ProcedureSpec,
    ProcedureStatus,
    StepPhase,
    StepStatus,
)
from provisioning.release import Release
from provisioning.tenant import AppliedSpec, Tenant, TenantSpec, TenantStatus

NAMESPACE = "partner-default"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RELEASE = "14.0"
IMAGE = "shopfleet.local/odoo-14.0:0123456789ab"


def tenant_spec(name: str = "rua", **changes: Any) -> TenantSpec:
    """A small shop in France; changes by field name."""
    fields: dict[str, Any] = {
        "id": "a123456789",
        "display_name": name.title(),
        "hostnames": (f"{name}.{defaults.DOMAIN}",),
        "plan": "small",
        "release": RELEASE,
        "country": "FR",
        "languages": ("fr_FR",),
        "time_zone": "Europe/Paris",
    }
    return TenantSpec(**{**fields, **changes})


def tenant(
    name: str = "rua",
    *,
    namespace: str = NAMESPACE,
    uid: str | None = None,
    age: timedelta = timedelta(hours=1),
    generation: int = 2,
    deleting: bool = False,
    finalizers: tuple[str, ...] = (FINALIZER,),
    applied: bool | AppliedSpec = True,
    status: dict[str, Any] | None = None,
    **spec: Any,
) -> Tenant:
    """A tenant; `applied` says whether it is provisioned as specified, or how else."""
    chosen = tenant_spec(name, **spec)
    settled = AppliedSpec.of(chosen).model_copy(update={"network": digest(chosen)})
    done = settled if applied is True else applied or None
    return Tenant(
        metadata=Metadata(
            name=name,
            namespace=namespace,
            uid=uid or f"{name}-0000-uid",
            generation=generation,
            resource_version="7",
            creation_timestamp=NOW - age,
            deletion_timestamp=NOW if deleting else None,
            finalizers=finalizers,
        ),
        spec=chosen,
        status=TenantStatus(applied=done, **(status or {})),
    )


def procedure(
    kind: ProcedureKind = ProcedureKind.CREATE,
    name: str | None = None,
    *,
    tenant: str = "rua",
    phase: ProcedurePhase = ProcedurePhase.QUEUED,
    steps: tuple[StepStatus, ...] = (),
    status: dict[str, Any] | None = None,
    target: AppliedSpec | None = None,
    **spec: Any,
) -> Procedure:
    parameters = dict(spec.pop("parameters", {}))
    if target is not None:
        parameters[KIND_PARAMETER] = target.model_dump_json(by_alias=True)
    return Procedure(
        metadata=Metadata(name=name or f"{tenant}-{kind.value.lower()}", namespace=NAMESPACE, generation=1),
        spec=ProcedureSpec(
            kind=kind,
            tenant=tenant,
            parameters=parameters,
            **{"requested_by": "ana", "request_id": "r1", **spec},
        ),
        status=ProcedureStatus(phase=phase, steps=steps, **(status or {})),
    )


def progress(
    kind: ProcedureKind, done: int, phase: StepPhase = StepPhase.PENDING, **fields: Any
) -> tuple[StepStatus, ...]:
    """Records of a procedure of which so many steps are done and the next one is in the given phase."""
    records = [StepStatus(name=step.name) for step in STEPS[kind]]
    for index in range(done):
        records[index] = records[index].model_copy(update={"phase": StepPhase.DONE, "attempts": 1})
    if done < len(records):
        records[done] = StepStatus(name=records[done].name, phase=phase, **fields)
    return tuple(records)


def partner(**spec: Any) -> Partner:
    found = defaults.partner()
    return found.model_copy(update={"spec": found.spec.model_copy(update=spec)})


def plans() -> dict[str, Plan]:
    return {plan.metadata.name: plan for plan in defaults.plans()}


def release(**spec: Any) -> Release:
    baseline = {
        "series": "14.0",
        "modules": ["account", "point_of_sale", "sale"],
        "bundles": {"storeNetwork": ["retail_store_network"], "ecommerce": ["website_sale"]},
        "defaultBundles": ["ecommerce"],
        "countries": ["FR", "DE"],
        "languages": ["fr_FR", "de_DE"],
    }
    return defaults.release({**baseline, **spec}, IMAGE)


def server(**spec: Any) -> DatabaseServer:
    found = defaults.database_server()
    return found.model_copy(update={"spec": found.spec.model_copy(update=spec)})


def catalogue(*tenants: Tenant, **changes: Any) -> Catalogue:
    """Everything that the sample tenants refer to, and these tenants."""
    fields: dict[str, Any] = {
        "partner": partner(),
        "plans": plans(),
        "releases": {RELEASE: release()},
        "servers": {"default": server()},
        "tenants": tenants,
    }
    return Catalogue(**{**fields, **changes})
