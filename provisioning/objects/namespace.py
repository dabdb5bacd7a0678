"""The tenant's namespace and the identity of its pods."""

from provisioning.meta import GROUP, Manifest
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata, tenant_labels
from provisioning.settings import PlatformSettings

SERVICE_ACCOUNT = "odoo"
ANNOTATION_DISPLAY_NAME = f"{GROUP}/display-name"

# Pinned to no version on purpose: a stricter cluster is welcome to refuse what the tests did not see.
_POD_SECURITY = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}


def pod_security_labels() -> dict[str, str]:
    """Labels that make the API server refuse every pod that is not `restricted`."""
    return dict(_POD_SECURITY)


def namespace(inputs: Inputs) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": inputs.names.namespace,
            "labels": tenant_labels(inputs.tenant) | pod_security_labels(),
            "annotations": {ANNOTATION_DISPLAY_NAME: inputs.tenant.spec.display_name},
        },
    }


def service_account(inputs: Inputs) -> Manifest:
    """The identity of all of the tenant's pods."""
    return account(metadata(inputs.tenant, SERVICE_ACCOUNT), inputs.settings)


def account(where: Manifest, settings: PlatformSettings) -> Manifest:
    """No token is mounted: nothing in these pods has any business with the API server."""
    result: Manifest = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": where,
        "automountServiceAccountToken": False,
    }
    if settings.image_pull_secrets:
        result["imagePullSecrets"] = [{"name": name} for name in settings.image_pull_secrets]
    return result
