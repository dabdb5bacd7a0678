"""Step `password`: a new administrator's password, kept only until it is shown once."""

import secrets

from controller.services.passwords import forget_password, renew_password
from controller.services.steps.database import run, series
from controller.services.steps.step import Done, Outcome, Work
from provisioning import personalise as sql
from provisioning.passwords import SALT_BYTES
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


def undo_rotation(work: Work) -> None:
    """A password that may not be the database's is not shown to anybody; whoever needs one makes another."""
    forget_password(work.outside.kube, work.declared)
