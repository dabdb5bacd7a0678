"""The API server's fence looks at everything that the operator writes, and at nobody else."""

from provisioning.crd import KINDS, definition
from provisioning.meta import GROUP, Manifest
from provisioning.names import OPERATOR_LEASE
from provisioning.platform import fence, operator
from provisioning.platform.operator_rights import CLUSTER_GRANTS, NAMESPACE_GRANTS
from tests.unit.platform.conftest import IMAGES, SMALL, find

SPEC = fence.manifests()[0]["spec"]
RULES = SPEC["matchConstraints"]["resourceRules"]
WRITTEN = {(rule["apiGroups"][0], resource) for rule in RULES for resource in rule["resources"]}


def test_every_kind_that_the_operator_may_write_is_fenced() -> None:
    for grant in CLUSTER_GRANTS:
        if {"create", "update", "patch"} & set(grant.verbs):
            assert {(grant.group, resource) for resource in grant.resources} <= WRITTEN
    assert all(rule["operations"] == ["CREATE", "UPDATE"] for rule in RULES)


def test_the_lease_is_taken_over_without_a_number() -> None:
    leases = {(grant.group, resource) for grant in NAMESPACE_GRANTS for resource in grant.resources}
    assert leases == {("coordination.k8s.io", "leases")}
    assert not leases & WRITTEN


def test_every_status_that_the_operator_writes_has_a_field_for_its_number() -> None:
    fields = {
        kind.PLURAL: definition(kind)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
        for kind in KINDS
    }
    statuses = {(group, resource) for group, resource in WRITTEN if "/" in resource}
    assert statuses
    for group, resource in statuses:
        plural, _, subresource = resource.partition("/")
        assert (group, subresource) == (GROUP, "status")
        assert "operatorGeneration" in fields[plural]["status"]["properties"]


def test_it_is_about_the_operators_account_and_lease(manifests: list[Manifest]) -> None:
    account = find(manifests, "ServiceAccount", operator.NAME)["metadata"]
    (condition,) = SPEC["matchConditions"]
    assert f"'system:serviceaccount:{account['namespace']}:{account['name']}'" in condition["expression"]
    bound = find(manifests, "ValidatingAdmissionPolicyBinding", "shopfleet-operator-fence-lease")["spec"]
    assert bound["paramRef"]["name"] == OPERATOR_LEASE
    deployment = find(operator.manifests(SMALL, IMAGES, ""), "Deployment", operator.NAME)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    namespaces = [each["value"] for each in container["env"] if each["name"] == "SHOPFLEET_NAMESPACE"]
    assert namespaces == [bound["paramRef"]["namespace"]]
