"""Step `password`: a new administrator's password, kept only until it is shown once."""

import secrets

from controller.core.ports import Ref
from controller.services.steps.database import run, series
from controller.services.steps.step import Done, Outcome, Work
from provisioning import personalise as sql
from provisioning.meta import GROUP, Manifest
from provisioning.names import FIRST_PASSWORD_SECRET
from provisioning.passwords import SALT_BYTES, accepts
from provisioning.tenant_secrets import ADMINISTRATOR, decode_password, first_password_manifest, new_password

ANNOTATION_SET_BY = f"{GROUP}/set-by"


def rotate_password(work: Work) -> Outcome:
    """Write the new password where `shopfleet tenant password` takes it from, then into the database.

    The Secret carries the procedure's name, so that a second attempt sets the password that is already there.
    """
    tenant, found = work.tenant, _waiting(work)
    if found is None:
        manifest = first_password_manifest(tenant, new_password())
        manifest["metadata"].setdefault("annotations", {})[ANNOTATION_SET_BY] = work.procedure.metadata.name
        found = work.outside.kube.apply(manifest)
    salt = secrets.token_bytes(SALT_BYTES)
    run(work, tenant, sql.rotate_password(series(work, tenant), ADMINISTRATOR, decode_password(found), salt))
    return Done("shown once by: shopfleet tenant password")


def check_password(work: Work) -> str | None:
    """Whether Odoo takes the password that waits to be shown; nothing to say when somebody took it already."""
    tenant, waiting = work.tenant, _waiting(work)
    rows = work.postgres(tenant).query(tenant.names.database, sql.PASSWORD_QUERY, (ADMINISTRATOR,))
    if waiting is None or any(accepts(row["password"], decode_password(waiting)) for row in rows):
        return None
    return f"the database has another password for {ADMINISTRATOR}"


def undo_rotation(work: Work) -> None:
    """A password that may not be the database's is not shown to anybody; whoever needs one makes another."""
    if _waiting(work) is not None:
        work.outside.kube.delete(_where(work))


def _waiting(work: Work) -> Manifest | None:
    """The Secret with this procedure's password, None before it is made and after it was shown."""
    found = work.outside.kube.get(_where(work))
    mine = work.procedure.metadata.name
    if found is None or found["metadata"].get("annotations", {}).get(ANNOTATION_SET_BY) != mine:
        return None
    return found


def _where(work: Work) -> Ref:
    return Ref("v1", "Secret", FIRST_PASSWORD_SECRET, work.tenant.names.namespace)
