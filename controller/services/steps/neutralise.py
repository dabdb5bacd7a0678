"""Step `neutralise`: nothing of a clone may reach customers, banks or carriers, and that is proven."""

import uuid

from controller.core.ports import Postgres
from controller.errors import RefusedError
from controller.services.steps.database import run, series
from controller.services.steps.step import Done, Outcome, Refuse, Work
from provisioning.bundle import tenant_url
from provisioning.series import Series
from provisioning.tenant import CloneSource, Tenant
from release.neutralise import leftovers, proof
from release.neutralise.neutralise import INSTALLED_QUERY, CloneIdentity
from release.neutralise.neutralise import neutralise as statements_for
from release.neutralise.packs import NoPacksError


def neutralise(work: Work) -> Outcome:
    """Run the packs of all installed modules in one transaction; whether that was enough, its check proves."""
    tenant = work.tenant
    if _acts_for_real(tenant):
        return Done("skipped, as asked (--as-production): this clone acts for real")
    installed = _installed(work, tenant)
    clone = CloneIdentity(url=tenant_url(tenant.spec), uuid=str(uuid.uuid4()), secret=str(uuid.uuid4()))
    try:
        run(work, tenant, statements_for(series(work, tenant), installed, clone))
    except NoPacksError as error:
        return Refuse(str(error))
    return Done(f"{len(installed)} modules are neutral, and that is proven")


def check_harmless(work: Work) -> str | None:
    """Every doubt that is left about the clone."""
    tenant = work.tenant
    if _acts_for_real(tenant):
        return None
    verdict = _prove(work.postgres(tenant), tenant, series(work, tenant), _installed(work, tenant))
    return None if verdict.harmless else "the clone is not proven harmless: " + "; ".join(verdict.reasons)


def _acts_for_real(tenant: Tenant) -> bool:
    source: CloneSource | None = tenant.spec.clone_of
    return source is not None and source.as_production


def _installed(work: Work, tenant: Tenant) -> frozenset[str]:
    rows = work.postgres(tenant).query(tenant.names.database, INSTALLED_QUERY)
    return frozenset(row["name"] for row in rows)


def _prove(postgres: Postgres, tenant: Tenant, kind: Series, installed: frozenset[str]) -> proof.Proof:
    database = tenant.names.database
    answers = {check: _rows(postgres, database, check.sql) for check in proof.checks(kind, installed)}
    parameters = _rows(postgres, database, leftovers.PARAMETERS_QUERY)
    columns = _rows(postgres, database, leftovers.COLUMNS_QUERY)
    if parameters is None or columns is None:
        raise RefusedError(f"{database} cannot be searched for what is left of its source")
    left = [
        *leftovers.in_parameters(((row[0], row[1]) for row in parameters), tenant_url(tenant.spec)),
        *leftovers.in_columns(row[0] for row in columns),
    ]
    return proof.prove(kind, installed, answers, left)


def _rows(postgres: Postgres, database: str, sql: str) -> list[tuple[str, ...]] | None:
    """Rows in the order of the query's columns; None when the database refused it, which proves nothing.

    No answer at all is a failed attempt: the same question is asked again a little later.
    """
    try:
        return [tuple(row.values()) for row in postgres.query(database, sql)]
    except RefusedError:
        return None
