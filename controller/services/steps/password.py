"""Step `password`: a new administrator's password, kept only until it is shown once."""

import secrets

from controller.core.ports import Ref
from controller.services.steps.step import Done, Outcome, Work
from provisioning import personalise as sql
from provisioning.names import FIRST_PASSWORD_SECRET
from provisioning.tenant_secrets import decode_password, first_password_manifest

MARK = "password-set-by"


def rotate_password(work: Work) -> Outcome:
    """Write the new password where `shopfleet tenant password` takes it from, then into the database.

    The Secret carries the procedure's name, so that a second attempt sets the password that is already there.
    """
    tenant = work.tenant
    where = Ref("v1", "Secret", FIRST_PASSWORD_SECRET, tenant.names.namespace)
    found = work.outside.kube.get(where)
    mine = work.procedure.metadata.name
    if found is None or found["metadata"].get("annotations", {}).get(MARK) != mine:
        manifest = first_password_manifest(tenant, secrets.token_urlsafe(18))
        manifest["metadata"].setdefault("annotations", {})[MARK] = mine
        found = work.outside.kube.apply(manifest)
    statements = sql.rotate_password(decode_password(found))
    work.postgres(tenant).execute(tenant.names.database, statements, tenant.names.role)
    return Done("shown once by: shopfleet tenant password")
