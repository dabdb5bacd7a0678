"""Step `password`: a new administrator's password, kept only until it is shown once."""

import secrets

from controller.services.passwords import forget_password, renew_password, waiting_password
from controller.services.steps.database import run, series
from controller.services.steps.step import Done, Outcome, Work
from provisioning import personalise as sql
from provisioning.passwords import SALT_BYTES, accepts
from provisioning.tenant_secrets import ADMINISTRATOR


def rotate_password(work: Work) -> Outcome:
    """Write the new password where `shopfleet tenant password` takes it from, then into the database.

    Every attempt draws another one: of the last one that was begun nobody knows whether the database has it.
    """
    tenant = work.tenant
    password = renew_password(work.outside.kube, tenant)
    salt = secrets.token_bytes(SALT_BYTES)
    run(work, tenant, sql.rotate_password(series(work, tenant), ADMINISTRATOR, password, salt))
    return Done("shown once by: shopfleet tenant password")


def check_password(work: Work) -> str | None:
    """Whether Odoo takes the password that waits to be shown; nothing to say when somebody took it already."""
    tenant = work.tenant
    waiting = waiting_password(work.outside.kube, tenant)
    rows = work.postgres(tenant).query(tenant.names.database, sql.PASSWORD_QUERY, (ADMINISTRATOR,))
    if waiting is None or any(accepts(row["password"], waiting) for row in rows):
        return None
    return f"the database has another password for {ADMINISTRATOR}"


def undo_rotation(work: Work) -> None:
    """A password that may not be the database's is not shown to anybody; whoever needs one makes another."""
    forget_password(work.outside.kube, work.declared)
