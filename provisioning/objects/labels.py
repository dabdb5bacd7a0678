"""Labels and metadata of everything that belongs to a tenant, in one place.

Only what never changes is a label: a Deployment's selector cannot be edited, and a label that changed would
replace every pod.
"""

from collections.abc import Mapping

from provisioning.meta import (
    LABEL_COMPONENT,
    LABEL_ENVIRONMENT,
    LABEL_INSTANCE,
    LABEL_MANAGED_BY,
    LABEL_NAME,
    LABEL_PARTNER,
    LABEL_TENANT,
    LABEL_TENANT_ID,
    MANAGED_BY,
    Manifest,
)
from provisioning.names import partner_of
from provisioning.tenant import Tenant

APPLICATION = "odoo"


def tenant_labels(tenant: Tenant, component: str | None = None) -> dict[str, str]:
    """All labels of one of the tenant's objects; raises ValueError while it has no id."""
    labels = {
        LABEL_NAME: APPLICATION,
        LABEL_INSTANCE: tenant.names.id,
        LABEL_MANAGED_BY: MANAGED_BY,
        LABEL_TENANT_ID: tenant.names.id,
        LABEL_TENANT: tenant.metadata.name,
        LABEL_ENVIRONMENT: tenant.spec.environment.value,
    }
    partner = partner_of(tenant.metadata.namespace or "")
    if partner:
        labels[LABEL_PARTNER] = partner
    if component:
        labels[LABEL_COMPONENT] = component
    return labels


def selector(tenant: Tenant, component: str) -> dict[str, str]:
    """The labels by which workloads, services and policies find the pods of one component."""
    return {LABEL_TENANT_ID: tenant.names.id, LABEL_COMPONENT: component}


def metadata(
    tenant: Tenant, name: str, *, component: str | None = None, annotations: Mapping[str, str] | None = None
) -> Manifest:
    """Metadata of an object in the tenant's own namespace."""
    result: Manifest = {
        "name": name,
        "namespace": tenant.names.namespace,
        "labels": tenant_labels(tenant, component),
    }
    if annotations:
        result["annotations"] = dict(annotations)
    return result
