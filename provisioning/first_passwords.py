"""Passwords that nobody has seen yet: one Secret in each partner's namespace, with a key for each tenant's id.

RBAC tells Secrets apart by name and namespace only. So this one has the same name everywhere, and lies where a
partner's RoleBinding reaches. Whoever may take a password out may also write into it what they like; therefore it
is read to show a password or to compare it, and nothing is ever set from it.
"""

import base64

from provisioning.meta import LABEL_MANAGED_BY, LABEL_PARTNER, MANAGED_BY, Manifest
from provisioning.names import FIRST_PASSWORDS_SECRET, partner_of
from provisioning.tenant import Tenant


def first_passwords(tenant: Tenant, password: str) -> Manifest:
    """The Secret as it is made for the first of a partner's tenants."""
    namespace = tenant.metadata.namespace or ""
    labels = {LABEL_MANAGED_BY: MANAGED_BY}
    partner = partner_of(namespace)
    if partner:
        labels[LABEL_PARTNER] = partner
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": FIRST_PASSWORDS_SECRET, "namespace": namespace, "labels": labels},
        "type": "Opaque",
        "data": {tenant.names.id: _encode(password)},
    }


def pending_password(secret: Manifest, tenant: Tenant) -> str | None:
    """The tenant's password that is still to be shown, None when there is none."""
    found = (secret.get("data") or {}).get(tenant.names.id)
    # Others can write here: what is no text must not keep a tenant from being deleted.
    return None if found is None else base64.b64decode(found).decode(errors="replace")


def password_change(secret: Manifest, tenant: Tenant, password: str | None) -> Manifest:
    """The merge patch that sets the tenant's password or, for None, takes it out.

    It holds only for the Secret as it was read: of two who take one password, the second is refused.
    """
    return {
        "metadata": {"resourceVersion": secret["metadata"]["resourceVersion"]},
        "data": {tenant.names.id: None if password is None else _encode(password)},
    }


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
