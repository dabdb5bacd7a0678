"""Keeps a tenant's new password until it is shown: once, and then it is kept by nobody of us."""

from dataclasses import dataclass, field

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError
from provisioning.first_passwords import first_passwords, password_change, pending_password
from provisioning.names import FIRST_PASSWORDS_SECRET
from provisioning.tenant import Tenant
from provisioning.tenant_secrets import ADMINISTRATOR, new_password

# All tenants of a partner share one Secret, so who writes may be overtaken by others again and again: once by each
# of 20 that are created at the same time. Whatever loses more often than this is no race.
TRIES = 25


@dataclass(frozen=True)
class Login:
    """How to log in for the first time."""

    username: str
    password: str = field(repr=False)


def take_password(kube: Kube, tenant: Tenant) -> Login | None:
    """The password that nobody has seen yet, removed from the cluster; None when it was taken before."""
    password = _exchange(kube, tenant, None)
    return None if password is None else Login(ADMINISTRATOR, password)


def renew_password(kube: Kube, tenant: Tenant) -> str:
    """A new password that waits to be shown, in place of one that still does."""
    password = new_password()
    _exchange(kube, tenant, password)
    return password


def waiting_password(kube: Kube, tenant: Tenant) -> str | None:
    """The password that waits to be shown, to compare it with what the database has; it goes on waiting."""
    found = kube.get(Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, tenant.metadata.namespace))
    return None if found is None else pending_password(found, tenant)


def forget_password(kube: Kube, tenant: Tenant) -> None:
    """Remove a password that is not to be shown any more; there may be none."""
    _exchange(kube, tenant, None)


def _exchange(kube: Kube, tenant: Tenant, password: str | None) -> str | None:
    """Put the password in the place of the one that waits, None for none; returns that one.

    Nobody else gets what is returned here: of several who ask at once, one writes, and the others are refused and
    read again. Raises ConflictError when that does not end.
    """
    for _ in range(TRIES - 1):
        try:
            return _try_exchange(kube, tenant, password)
        except ConflictError:
            continue
    return _try_exchange(kube, tenant, password)


def _try_exchange(kube: Kube, tenant: Tenant, password: str | None) -> str | None:
    where = Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, tenant.metadata.namespace)
    found = kube.get(where)
    before = None if found is None else pending_password(found, tenant)
    if found is None and password is not None:
        kube.create(first_passwords(tenant, password))
    elif found is not None and (before, password) != (None, None):
        kube.patch(where, password_change(found, tenant, password))
    return before
