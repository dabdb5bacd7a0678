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
    """Run the packs of all installed modules in one transaction, then every proof; refuses on any doubt."""
    tenant = work.tenant
    source: CloneSource | None = tenant.spec.clone_of
    if source is not None and source.as_production:
        return Done("skipped, as asked (--as-production): this clone acts for real")
    postgres, database = work.postgres(tenant), tenant.names.database
    installed = frozenset(row["name"] for row in postgres.query(database, INSTALLED_QUERY))
    clone = CloneIdentity(url=tenant_url(tenant.spec), uuid=str(uuid.uuid4()), secret=str(uuid.uuid4()))
    try:
        run(work, tenant, statements_for(series(work, tenant), installed, clone))
        verdict = _prove(postgres, tenant, series(work, tenant), installed)
    except NoPacksError as error:
        return Refuse(str(error))
    if not verdict.harmless:
        return Refuse("the clone is not proven harmless: " + "; ".join(verdict.reasons))
    return Done(f"{len(installed)} modules are neutral, and that is proven")


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
