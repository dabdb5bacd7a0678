"""The API server's own fence: it refuses what an operator sends after another has taken the lease (ADR 10).

Every write of the operator carries the number of its leadership: in an annotation, and in a status, where the API
server drops annotations, in `operatorGeneration`. One policy compares that number with two others, by a binding
each: with the one that is stored in the object, which is exact, and with the lease's, which also covers what no
later leader has written yet, but which the API server may learn of a moment late.
"""

from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, SYSTEM_NAMESPACE, Manifest
from provisioning.names import OPERATOR_FENCE, OPERATOR_LEASE
from provisioning.platform import objects
from provisioning.platform.operator_rights import CLUSTER_GRANTS
from provisioning.platform.scraping import OPERATOR

_API = "admissionregistration.k8s.io/v1"
_LEASE = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
_ACCOUNT = f"system:serviceaccount:{SYSTEM_NAMESPACE}:{OPERATOR}"


def manifests() -> list[Manifest]:
    """The policy and its two bindings. People and controllers are not asked for a number."""
    lease = {"name": OPERATOR_LEASE, "namespace": SYSTEM_NAMESPACE, "parameterNotFoundAction": "Allow"}
    return [
        _policy(),
        _binding(f"{OPERATOR_FENCE}-object", {}),
        _binding(f"{OPERATOR_FENCE}-lease", {"paramRef": lease}),
    ]


def _policy() -> Manifest:
    return {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicy",
        "metadata": objects.metadata(OPERATOR_FENCE, None, OPERATOR),
        "spec": {
            # An API server that cannot read leases yet, because it has just started, would refuse everybody's
            # writes of these kinds. The lease itself and resource versions protect meanwhile.
            "failurePolicy": "Ignore",
            "paramKind": _LEASE,
            "matchConstraints": {"resourceRules": _written()},
            "matchConditions": [
                {"name": "by-the-operator", "expression": f"request.userInfo.username == '{_ACCOUNT}'"}
            ],
            "variables": [
                {"name": "carried", "expression": _number("object")},
                {"name": "stored", "expression": f"oldObject == null ? 0 : ({_number('oldObject')})"},
                {
                    "name": "lease",
                    "expression": "params == null ? 0 : int(params.?spec.?leaseTransitions.orValue(0))",
                },
            ],
            "validations": [
                _at_least("stored", "has written this object"),
                _at_least("lease", "holds the lease"),
            ],
        },
    }


def _binding(name: str, parameter: Manifest) -> Manifest:
    return {
        "apiVersion": _API,
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": objects.metadata(name, None, OPERATOR),
        "spec": {"policyName": OPERATOR_FENCE, "validationActions": ["Deny"], **parameter},
    }


def _written() -> list[Manifest]:
    """All kinds that the operator may write, but for its lease: taking that over is what raises the number."""
    return [
        {
            "apiGroups": [grant.group],
            "apiVersions": ["*"],
            "operations": ["CREATE", "UPDATE"],
            "resources": list(grant.resources),
        }
        for grant in CLUSTER_GRANTS
        if {"create", "patch"} & set(grant.verbs)
    ]


def _number(of: str) -> str:
    """CEL: the number of the leadership under which this was written, 0 when nobody's."""
    return (
        f"request.?subResource.orValue('') == 'status' ? int({of}.?status.?operatorGeneration.orValue(0)) : "
        f"int({of}.metadata.?annotations[?'{ANNOTATION_OPERATOR_GENERATION}'].orValue('0'))"
    )


def _at_least(least: str, said: str) -> Manifest:
    return {
        "expression": f"variables.carried >= variables.{least}",
        "messageExpression": f"'leadership ' + string(variables.carried) + ' is over: number ' + "
        f"string(variables.{least}) + ' {said}'",
    }
