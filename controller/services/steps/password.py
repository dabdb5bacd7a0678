"""Step `password`: a new administrator's password, kept only until it is shown once."""

import secrets

from controller.core.ports import Ref
from controller.services.steps.database import run, series
from controller.services.steps.step import Done, Outcome, Work
from provisioning import personalise as sql
from provisioning.meta import GROUP
from provisioning.names import FIRST_PASSWORD_SECRET
from provisioning.passwords import SALT_BYTES
from provisioning.tenant_secrets import ADMINISTRATOR, decode_password, first_password_manifest, new_password

ANNOTATION_SET_BY = f"{GROUP}/set-by"


def rotate_password(work: Work) -> Outcome:
    """Write the new password where `shopfleet tenant password` takes it from, then into the database.

    The Secret carries the procedure's name, so that a second attempt sets the password that is already there.
    """
    tenant = work.tenant
    where = Ref("v1", "Secret", FIRST_PASSWORD_SECRET, tenant.names.namespace)
    found = work.outside.kube.get(where)
    mine = work.procedure.metadata.name
    if found is None or found["metadata"].get("annotations", {}).get(ANNOTATION_SET_BY) != mine:
        manifest = first_password_manifest(tenant, new_password())
        manifest["metadata"].setdefault("annotations", {})[ANNOTATION_SET_BY] = mine
        found = work.outside.kube.apply(manifest)
    salt = secrets.token_bytes(SALT_BYTES)
    run(work, tenant, sql.rotate_password(series(work, tenant), ADMINISTRATOR, decode_password(found), salt))
    return Done("shown once by: shopfleet tenant password")
