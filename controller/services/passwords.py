"""Takes a tenant's new password out of the cluster: it is shown once and then kept by nobody of us."""

import base64
from dataclasses import dataclass, field

from controller.core.ports import Kube, Ref
from controller.errors import RefusedError
from provisioning.meta import Manifest
from provisioning.names import FIRST_PASSWORD_SECRET
from provisioning.tenant import Tenant


@dataclass(frozen=True)
class Login:
    """How to log in for the first time."""

    username: str
    password: str = field(repr=False)


def take_password(kube: Kube, tenant: Tenant) -> Login | None:
    """The password that nobody has seen yet, removed from the cluster; None when it was taken before."""
    where = Ref("v1", "Secret", FIRST_PASSWORD_SECRET, tenant.names.namespace)
    found = kube.get(where)
    if found is None:
        return None
    login = _read(found)
    if not kube.delete(where):
        # Somebody else took it between our reading and our deleting, and has shown it.
        return None
    return login


def _read(secret: Manifest) -> Login:
    data = secret.get("data") or {}
    try:
        return Login(*(base64.b64decode(data[key]).decode() for key in ("username", "password")))
    except KeyError as error:
        raise RefusedError(f"Secret {FIRST_PASSWORD_SECRET} has no key {error}") from error
