"""The API server's guard over the audit log: nobody writes in another's name, and nobody removes a line."""

from provisioning.audit import AuditRecord
from provisioning.meta import GROUP, VERSION, Manifest
from provisioning.platform import objects

NAME = "shopfleet-audit"
_API = "admissionregistration.k8s.io/v1"

# Deletes what is left in a namespace that goes as a whole, with the partner that it belonged to.
_NAMESPACE_CONTROLLER = "system:serviceaccount:kube-system:namespace-controller"


def manifests() -> list[Manifest]:
    """The policy and its binding. Changes are refused by the schema already (provisioning.audit)."""
    policy: Manifest = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": objects.metadata(NAME, None, NAME),
        "spec": {
            "failurePolicy": "Fail",
            "matchConstraints": {
                "resourceRules": [
                    {
                        "apiGroups": [GROUP],
                        "apiVersions": [VERSION],
                        "operations": ["CREATE", "DELETE"],
                        "resources": [AuditRecord.PLURAL],
                    }
                ]
            },
            "validations": [
                {
                    "expression": "request.operation != 'CREATE' || object.spec.who == request.userInfo.username",
                    "message": "spec.who must be the user who writes the record; name others in spec.onBehalfOf",
                },
                {
                    "expression": "request.operation != 'DELETE' || "
                    f"request.userInfo.username == '{_NAMESPACE_CONTROLLER}'",
                    "message": "audit records cannot be removed",
                },
            ],
        },
    }
    binding: Manifest = {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": objects.metadata(NAME, None, NAME),
        "spec": {"policyName": NAME, "validationActions": ["Deny"]},
    }
    return [policy, binding]
