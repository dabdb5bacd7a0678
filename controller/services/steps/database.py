"""Steps on the tenant's database: copy, hand over, personalise, limit, verify, drop."""

import secrets
import uuid

from controller.core.lifecycle import effective
from controller.core.modules import MODULES_QUERY, read
from controller.errors import ConflictError
from controller.services.objects import TenantObjectService
from controller.services.passwords import forget_password, renew_password
from controller.services.steps.objects import settle_back
from controller.services.steps.step import Done, Later, Outcome, Refuse, Work
from controller.services.steps.template import template_names
from provisioning import personalise as sql
from provisioning.bundle import tenant_url
from provisioning.objects.ports import HTTP
from provisioning.passwords import SALT_BYTES
from provisioning.personalise import Personality, Statement
from provisioning.plan import Plan
from provisioning.series import Series, series_of
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import ADMINISTRATOR
from provisioning.trading import TRADING_NEEDS

# Connections of a role that may not log in yet.
SHUT = 0

LIMIT_QUERY = "SELECT rolconnlimit AS connections FROM pg_roles WHERE rolname = %s"


def create_database(work: Work) -> Outcome:
    """Copy the golden template and hand every object in it to the tenant's own role, which stays shut out.

    Its pods run already, and must not meet the template's identity, secrets and password.
    """
    tenant = work.tenant
    postgres, names = work.postgres(tenant), tenant.names
    template = template_names(work, tenant)
    ensure_role(work, tenant, SHUT)
    anew = True
    try:
        postgres.create_database(names.database, template.database)
    except ConflictError:
        if not postgres.database_exists(names.database):
            raise
        # Copied before an interruption; only handing over may be left.
        anew = False
    postgres.give_database(names.database, names.role, template.owner)
    # Until it is handed over, nobody but the template's owner may read it.
    lacking = "" if anew else ", ".join(_lacking(work, tenant))
    if lacking:
        return Refuse(
            f"spec.bundles: database {names.database} was copied before {lacking} belonged to them; "
            f"run: shopfleet tenant delete {tenant.metadata.name} --purge, and create it again"
        )
    return Done()


def _lacking(work: Work, tenant: Tenant) -> list[str]:
    """Modules of the tenant's bundles that its database has not: somebody added a bundle to one that failed."""
    release = work.release(tenant).spec
    found = read(work.postgres(tenant).query(tenant.names.database, MODULES_QUERY))
    there = {module.name for module in found}
    wanted = [name for bundle in release.chosen(tenant.spec.bundles) for name in release.bundles[bundle]]
    return [name for name in wanted if name not in there]


def ensure_role(work: Work, tenant: Tenant, limit: int | None = None) -> None:
    """The tenant's role with its password and a connection limit, its plan's when none is given."""
    present = TenantObjectService(work.outside).need_secrets(tenant)
    chosen = work.plan(tenant).spec.connections if limit is None else limit
    work.postgres(tenant).ensure_role(tenant.names.role, present.database_password, chosen)


def open_database(work: Work) -> Outcome:
    """The database is the tenant's own now: its pods, which have been waiting for it, may connect."""
    ensure_role(work, work.tenant)
    return Done()


def check_ownership(work: Work) -> str | None:
    """What is wrong with the isolation of the tenant's role, None when nothing is."""
    tenant = work.tenant
    names = tenant.names
    foreign = work.postgres(tenant).owned_elsewhere(names.role, names.database)
    return f"role {names.role} owns or belongs to {', '.join(foreign)}" if foreign else None


def check_no_database(work: Work) -> str | None:
    """What is left of the tenant's database and role."""
    if work.declared.spec.id is None:
        return None
    names, postgres = work.declared.names, work.postgres(work.declared)
    if postgres.database_exists(names.database):
        return f"database {names.database} is still there"
    return f"role {names.role} is still there" if postgres.role_exists(names.role) else None


def undo_database(work: Work) -> None:
    """Undo of making a new tenant's database."""
    tenant = work.declared
    if tenant.status.applied is None and tenant.spec.id is not None:
        postgres = work.postgres(tenant)
        postgres.drop_database(tenant.names.database)
        postgres.drop_role(tenant.names.role)


def personalise(work: Work) -> Outcome:
    """New identity, secrets and administrator's password, all in one transaction.

    Done again after an interruption it only draws others: nothing has used the first ones yet.
    """
    tenant = work.tenant
    who = Personality(
        company=tenant.spec.display_name,
        url=tenant_url(tenant.spec),
        report_url=f"http://web.{tenant.names.namespace}.svc:{HTTP}",
        time_zone=tenant.spec.time_zone,
        admin_login=ADMINISTRATOR,
        admin_password=renew_password(work.outside.kube, tenant),
        uuid=str(uuid.uuid4()),
        secret=str(uuid.uuid4()),
        salt=secrets.token_bytes(SALT_BYTES),
    )
    run(work, tenant, sql.personalise(series(work, tenant), who, tables(work, tenant)))
    return Done()


def undo_personalise(work: Work) -> None:
    """Undo of making a new tenant: its password is nobody's any more. The rest goes with its database."""
    tenant = work.declared
    if tenant.status.applied is None and tenant.spec.id is not None:
        forget_password(work.outside.kube, tenant)


def check_address(work: Work) -> str | None:
    """What is wrong with the address that Odoo puts into its pages and mails."""
    tenant = work.tenant
    rows = work.postgres(tenant).query(tenant.names.database, sql.ADDRESS_QUERY)
    found, wanted = [row["value"] for row in rows], tenant_url(tenant.spec)
    return None if found == [wanted] else f"web.base.url is {', '.join(found) or 'not set'} instead of {wanted}"


def series(work: Work, tenant: Tenant) -> Series:
    return series_of(work.release(tenant).spec.series)


def tables(work: Work, tenant: Tenant) -> frozenset[str]:
    """Names of the tables that the tenant's database has."""
    found = work.postgres(tenant).query(tenant.names.database, sql.TABLES_QUERY)
    return frozenset(row["tablename"] for row in found)


def run(work: Work, tenant: Tenant, statements: tuple[Statement, ...]) -> None:
    """All statements in one transaction, as the tenant's own role."""
    work.postgres(tenant).execute(tenant.names.database, statements, tenant.names.role)


def raise_limits(work: Work) -> Outcome:
    """As many connections as the larger of both plans: the pods of the old one still run."""
    limit = _larger_limit(work)
    ensure_role(work, work.tenant, limit)
    return Done(f"{limit} connections")


def check_raised(work: Work) -> str | None:
    return _check_limit(work, _larger_limit(work))


def check_trimmed(work: Work) -> str | None:
    return _check_limit(work, work.plan(work.tenant).spec.connections)


def _check_limit(work: Work, wanted: int) -> str | None:
    tenant = work.tenant
    rows = work.postgres(tenant).query(tenant.names.database, LIMIT_QUERY, (tenant.names.role,))
    found = [row["connections"] for row in rows]
    return None if found == [wanted] else f"role {tenant.names.role} may have {found} connections, not {wanted}"


def trim_limits(work: Work) -> Outcome:
    """The connection limit of the procedure's plan."""
    ensure_role(work, work.tenant)
    return Done(f"{work.plan(work.tenant).spec.connections} connections")


def raise_limits_again(work: Work) -> None:
    """Undo of trimming: the pods of the new plan still run until they are replaced."""
    ensure_role(work, work.tenant, _larger_limit(work))


def trim_limits_back(work: Work) -> Later | None:
    """Undo of the change: the limit of the plan as applied, when the pods of the other have let go."""
    waits = settle_back(work)
    if waits is None:
        ensure_role(work, effective(work.declared))
    return waits


def _larger_limit(work: Work) -> int:
    plans = [work.resources.find(Plan, tenant.spec.plan) for tenant in (work.tenant, effective(work.declared))]
    return max(plan.spec.connections for plan in plans if plan is not None)


def set_address(work: Work) -> Outcome:
    """Name and base address inside Odoo."""
    _write_address(work, work.tenant)
    return Done()


def undo_address(work: Work) -> None:
    _write_address(work, effective(work.declared))


def _write_address(work: Work, tenant: Tenant) -> None:
    url, name = tenant_url(tenant.spec), tenant.spec.display_name
    run(work, tenant, sql.rename(series(work, tenant), name, url, tables(work, tenant)))


def verify(work: Work) -> Outcome:
    """A tenant counts as provisioned only when it has what posting an invoice and opening a till take.

    Posting one here would need Odoo; the build of the golden template has done it, and tests do it in a tenant.
    """
    tenant = work.tenant
    postgres = work.postgres(tenant)
    missing = [
        need.message for need in TRADING_NEEDS if not postgres.query(tenant.names.database, need.sql)[0]["present"]
    ]
    wrong = check_ownership(work)
    if missing or wrong:
        return Refuse("; ".join([*missing, *([wrong] if wrong else [])]))
    return Done("it has what posting an invoice and opening a till take")


def remove_database(work: Work) -> Outcome:
    """Drop the database and its role; both may be gone already."""
    tenant = work.declared
    if tenant.spec.id is None:
        return Done("it never had one")
    postgres = work.postgres(tenant)
    postgres.drop_database(tenant.names.database)
    postgres.drop_role(tenant.names.role)
    return Done()
