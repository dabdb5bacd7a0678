"""What a requested change of a tenant would do: the plan that dry-run prints and apply executes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from controller.core.catalogue import STEPS, TEMPLATE, StepSpec
from controller.core.explain import explain
from controller.core.network import store_changes
from controller.core.problem import Catalogue, Problem
from controller.core.validation import check
from controller.errors import Unknown
from provisioning.names import TenantNames, new_tenant_id
from provisioning.procedure import Procedure, ProcedureKind
from provisioning.release import STORE_NETWORK
from provisioning.tenant import CloneSource, Environment, Tenant, TenantSpec, TenantStatus

WAITING_FOR_RESUME = (
    ProcedureKind.SET_PLAN, ProcedureKind.RENAME, ProcedureKind.SET_STORES, ProcedureKind.ADD_BUNDLES,
)  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """A change that was decided but not made."""

    action: str
    """The audit log's word for it, such as tenant.create."""
    kind: ProcedureKind
    before: Tenant | None
    """None for a tenant that is to be created."""
    after: Tenant
    changes: tuple[str, ...]
    """What is different afterwards, one line each."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    """What is to be said of a step in this case, by its name."""
    deferred: bool = False
    """It is written down now and carried out later: when a suspended tenant is resumed."""

    @property
    def steps(self) -> tuple[StepSpec, ...]:
        return STEPS[self.kind]

    @property
    def nothing_to_do(self) -> bool:
        return self.before is not None and self.kind is not ProcedureKind.DELETE and not self.changes

    @property
    def names(self) -> TenantNames | None:
        """Names of what belongs to the tenant; None while it has no id."""
        return TenantNames(self.after.spec.id) if self.after.spec.id else None


def create(
    tenant: Tenant,
    catalogue: Catalogue | Unknown,
    template: str | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Proposal:
    """A new tenant. It gets its id here, so that the names of everything are known before it exists.

    `template` is what is to be said of its golden template, if anything; `chosen` why a field has the value that
    nobody gave it, by its name.
    """
    after = _with_spec(tenant, id=tenant.spec.id or new_tenant_id())
    kind = ProcedureKind.CLONE if tenant.spec.clone_of else ProcedureKind.CREATE
    return Proposal(
        action=f"tenant.{kind.value.lower()}",
        kind=kind,
        before=None,
        after=after,
        changes=_describe(after, chosen or {}),
        problems=_problems(after, catalogue),
        warnings=(*_unchecked(catalogue), *_clone_warnings(after.spec.clone_of)),
        remarks={TEMPLATE.name: template} if template and TEMPLATE in STEPS[kind] else {},
    )


def clone(source: Tenant, name: str, hostnames: tuple[str, ...], *, as_production: bool) -> Tenant:
    """A copy of the source under another name and address; staging unless production is asked for."""
    applied = source.status.applied
    suffix = "" if as_production else " (staging)"
    spec = (applied.overlay(source.spec) if applied else source.spec).model_copy(
        update={
            "id": None,
            "display_name": f"{source.spec.display_name[: 80 - len(suffix)]}{suffix}",
            "hostnames": hostnames,
            "environment": Environment.PRODUCTION if as_production else Environment.STAGING,
            "clone_of": CloneSource(tenant=source.metadata.name, as_production=as_production),
            "suspended": False,
        }
    )
    metadata = type(source.metadata)(name=name, namespace=source.metadata.namespace)
    return Tenant(metadata=metadata, spec=spec, status=TenantStatus())


def suspend(tenant: Tenant, *, suspended: bool) -> Proposal:
    kind = ProcedureKind.SUSPEND if suspended else ProcedureKind.RESUME
    return _edit(tenant, kind, _with_spec(tenant, suspended=suspended))


def set_plan(tenant: Tenant, plan: str, storage: str | None, catalogue: Catalogue | Unknown) -> Proposal:
    """`storage` None keeps the tenant's own wish, if it has one."""
    after = _with_spec(tenant, plan=plan, storage=storage or tenant.spec.storage)
    return _edit(tenant, ProcedureKind.SET_PLAN, after, catalogue)


def rename(
    tenant: Tenant, hostname: str | None, display_name: str | None, catalogue: Catalogue | Unknown
) -> Proposal:
    """The new hostname serves; all earlier ones go on as redirects to it."""
    spec = tenant.spec
    first = hostname or spec.hostnames[0]
    hostnames = (first, *(old for old in spec.hostnames if old != first))
    after = _with_spec(tenant, hostnames=hostnames, display_name=display_name or spec.display_name)
    return _edit(tenant, ProcedureKind.RENAME, after, catalogue)


def set_stores(tenant: Tenant, described: TenantSpec, catalogue: Catalogue | Unknown) -> Proposal:
    """The stores, regions, head office, deciders and policies of another description; everything else stays."""
    after = _with_spec(
        tenant,
        stores=described.stores,
        regions=described.regions,
        head_office=described.head_office,
        who_decides=described.who_decides,
        policies=described.policies,
    )
    found = _edit(tenant, ProcedureKind.SET_STORES, after, catalogue)
    if STORE_NETWORK not in (tenant.spec.bundles or ()):
        without = Problem(
            "spec.bundles",
            f"{tenant.metadata.name} has no {STORE_NETWORK}, so nothing sets its stores up",
            f"add it first: shopfleet tenant add-bundle {tenant.metadata.name} {STORE_NETWORK}",
        )
        return replace(found, problems=(without,))
    changes = store_changes(tenant.spec, after.spec)
    return replace(found, changes=changes, deferred=tenant.spec.suspended and bool(changes))


def add_bundles(tenant: Tenant, names: Sequence[str], catalogue: Catalogue | Unknown) -> Proposal:
    """Further bundles of the tenant's release; those that it has stay."""
    had, problems = _bundles_of(tenant, catalogue)
    after = _with_spec(tenant, bundles=tuple(dict.fromkeys((*had, *names))))
    found = _edit(tenant, ProcedureKind.ADD_BUNDLES, after, catalogue)
    changes = tuple(f"bundle {name}: {_modules_of(after, name, catalogue)}" for name in names if name not in had)
    if not changes:
        # Who names now what was there by default has nothing to wait for.
        return replace(found, after=tenant, problems=problems)
    return replace(
        found,
        changes=changes,
        problems=(*problems, *found.problems),
        warnings=(*found.warnings, "there is no way back: taking a bundle out would delete data"),
        deferred=tenant.spec.suspended,
    )


def _bundles_of(tenant: Tenant, catalogue: Catalogue | Unknown) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """What it has, and what is wrong when that cannot be known: of the default ones its release knows."""
    if tenant.spec.bundles is not None:
        return tenant.spec.bundles, ()
    release = catalogue.releases.get(tenant.spec.release) if isinstance(catalogue, Catalogue) else None
    if release is None:
        what = f"{tenant.metadata.name} has the default bundles of {tenant.spec.release}, which you may not read"
        return (), (Problem("spec.bundles", what, "ask the people who run the platform to add it"),)
    return release.spec.chosen(None), ()


def _modules_of(tenant: Tenant, bundle: str, catalogue: Catalogue | Unknown) -> str:
    release = catalogue.releases.get(tenant.spec.release) if isinstance(catalogue, Catalogue) else None
    modules = release.spec.bundles.get(bundle, ()) if release else ()
    return f"{', '.join(modules)} and what they need are installed" if modules else "is installed"


def delete(tenant: Tenant, *, purge: bool) -> Proposal:
    names = TenantNames(tenant.spec.id) if tenant.spec.id else None
    changes = [f"tenant {tenant.metadata.name} ({tenant.spec.display_name}) and all its data are removed"]
    if names is not None:
        changes.append(f"namespace {names.namespace}, database and role {names.database} are removed")
    if names is not None and not purge:
        changes.append(f"a dump, the files and the spec are kept below {names.backup_prefix}final/")
    warning = "nothing is kept: --purge leaves out the final backup, and nothing can bring the tenant back"
    return Proposal(
        action="tenant.delete",
        kind=ProcedureKind.DELETE,
        before=tenant,
        after=tenant,
        changes=tuple(changes),
        warnings=(warning,) if purge else (),
    )


def started_by(tenant: Tenant, kind: ProcedureKind, procedures: Sequence[Procedure]) -> Procedure | None:
    """The procedure that carries out what this tenant's generation asks for; None before it was created.

    While another procedure runs, the operator waits, and names the next one after the generation that the
    tenant has by then. So the first of this kind with the same or a later generation is it.
    """
    candidates = [
        (generation, procedure)
        for procedure in procedures
        if procedure.spec.kind is kind
        and (generation := _generation(procedure.metadata.name, tenant, kind)) is not None
        and generation >= tenant.metadata.generation
    ]
    return min(candidates, key=lambda each: each[0], default=(0, None))[1]


def _generation(name: str, tenant: Tenant, kind: ProcedureKind) -> int | None:
    _, found, end = name.rpartition(f"-{kind.value.lower()}-{tenant.metadata.uid[:5]}-")
    first = end.partition("-")[0]
    return int(first) if found and first.isdecimal() else None


def _edit(
    tenant: Tenant, kind: ProcedureKind, after: Tenant, catalogue: Catalogue | Unknown | None = None
) -> Proposal:
    """`catalogue` None for a change that cannot make anything wrong that was right."""
    before, now = _facts(tenant), _facts(after)
    changes = tuple(f"{what}: {before[what]} → {now[what]}" for what in now if before[what] != now[what])
    hyphened = {
        ProcedureKind.SET_PLAN: "set-plan",
        ProcedureKind.SET_STORES: "set-stores",
        ProcedureKind.ADD_BUNDLES: "add-bundle",
    }
    action = hyphened.get(kind, kind.value.lower())
    return Proposal(
        action=f"tenant.{action}",
        kind=_kind(tenant, kind),
        before=tenant,
        after=after,
        changes=changes,
        problems=_problems(after, catalogue),
        warnings=(*_unchecked(catalogue), *_pending(tenant)),
        deferred=kind in WAITING_FOR_RESUME and tenant.spec.suspended and bool(changes),
    )


def _kind(tenant: Tenant, kind: ProcedureKind) -> ProcedureKind:
    """What the operator will make of it: a tenant whose creation failed is created anew with any change."""
    if tenant.status.applied is not None:
        return kind
    return ProcedureKind.CLONE if tenant.spec.clone_of else ProcedureKind.CREATE


def _problems(tenant: Tenant, catalogue: Catalogue | Unknown | None) -> tuple[Problem, ...]:
    try:
        # A changed copy was not validated when it was made.
        TenantSpec.model_validate(tenant.spec.model_dump(by_alias=True, exclude_none=True))
    except ValidationError as error:
        return explain(error, TenantSpec)
    return check(tenant, catalogue) if isinstance(catalogue, Catalogue) else ()


def _unchecked(catalogue: Catalogue | Unknown | None) -> tuple[str, ...]:
    if not isinstance(catalogue, Unknown):
        return ()
    return (f"only the operator can check this against what exists: {catalogue.reason}",)


def _pending(tenant: Tenant) -> tuple[str, ...]:
    lock = tenant.status.lock
    if lock is None:
        return ()
    return (f"{lock.holder} holds the tenant ({lock.reason}, since {lock.since:%H:%M:%S} UTC); this waits for it",)


def _facts(tenant: Tenant) -> dict[str, str]:
    spec = tenant.spec
    return {
        "name": spec.display_name,
        "hostnames": ", ".join(spec.hostnames),
        "plan": spec.plan,
        "storage": spec.storage or "the plan's",
        "suspended": "yes" if spec.suspended else "no",
    }


def _describe(tenant: Tenant, chosen: Mapping[str, str]) -> tuple[str, ...]:
    spec = tenant.spec
    release = f"{spec.release} ({chosen['release']})" if "release" in chosen else spec.release
    stores = f", {len(spec.stores)} stores" if spec.stores else ""
    bundles = f", bundles: {', '.join(spec.bundles) or 'none'}" if spec.bundles is not None else ""
    return (
        f"name: {spec.display_name} ({spec.environment.value}{stores})",
        f"address: https://{spec.hostnames[0]}",
        f"plan: {spec.plan}, release: {release}, database server: {spec.database_server}{bundles}",
        f"country: {spec.country}, languages: {', '.join(spec.languages)}, time zone: {spec.time_zone}",
    )


def _clone_warnings(source: CloneSource | None) -> tuple[str, ...]:
    if source is None or not source.as_production:
        return ()
    does = "it mails customers, takes payments and talks to carriers"
    return (f"the clone is not neutralised: {does}, just as {source.tenant} does",)


def _with_spec(tenant: Tenant, **changes: object) -> Tenant:
    return tenant.model_copy(update={"spec": tenant.spec.model_copy(update=changes)})
