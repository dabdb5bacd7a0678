"""The API server's guard over what tenants refer to: nobody deletes it under them and makes another of its name.

A plan is final, and so are a release and a server's address; deleted and created anew they would not be. The
operator writes into each status who has it, and this policy reads that. A finaliser would leave an accidental
deletion waiting for the last tenant to move, without a way back.
"""

from provisioning.databaseserver import DatabaseServer
from provisioning.meta import ANNOTATION_DELETE_ALTHOUGH_USED, GROUP, VERSION, Manifest
from provisioning.plan import Plan
from provisioning.platform import objects
from provisioning.release import Release

NAME = "shopfleet-references"
_API = "admissionregistration.k8s.io/v1"

KINDS = (Plan, Release, DatabaseServer)

_UNKNOWN = -1
_MOVED = "if the server itself has moved with all its databases, annotate it with"


def manifests() -> list[Manifest]:
    """The policy and its binding."""
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
                        "operations": ["DELETE"],
                        "resources": [kind.PLURAL for kind in KINDS],
                    }
                ]
            },
            "variables": [
                # Absent is not zero: nobody has counted yet.
                {"name": "users", "expression": f"int(oldObject.?status.?users.orValue({_UNKNOWN}))"},
                {"name": "some", "expression": "oldObject.?status.?usedBy.orValue([])"},
                {"name": "isServer", "expression": f"request.resource.resource == '{DatabaseServer.PLURAL}'"},
                {
                    "name": "although",
                    "expression": "variables.isServer && oldObject.metadata.?annotations"
                    f"[?'{ANNOTATION_DELETE_ALTHOUGH_USED}'].orValue('') != ''",
                },
                {
                    "name": "wayOut",
                    "expression": "'when no tenant has it any more' + "
                    f"(variables.isServer ? ', or, {_MOVED} {ANNOTATION_DELETE_ALTHOUGH_USED}' : '')",
                },
            ],
            "validations": [
                {
                    "expression": f"variables.users != {_UNKNOWN} || variables.although",
                    "message": "it is not known yet which tenants have it: is an operator at work? "
                    "run: shopfleet doctor",
                },
                {
                    "expression": "variables.users <= 0 || variables.although",
                    "messageExpression": "string(variables.users) + ' tenants have it: ' + "
                    "variables.some.join(', ') + (variables.users > variables.some.size() ? ', …' : '') + "
                    "'; delete it ' + variables.wayOut",
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
