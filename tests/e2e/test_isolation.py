"""Nobody reaches a neighbour's data, whatever they know: checked with the tenants' own credentials."""

import json

import pytest

from controller.core.ports import Ref
from tests.e2e.conftest import DatabaseLogin, Fleet, Shop, database_password


@pytest.mark.parametrize("database", ["neighbour", "postgres", "template1", "shopfleet"])
def test_a_tenants_role_gets_into_no_other_database(
    database: str, northlight: Shop, atelier_rua: Shop, database_login: DatabaseLogin
) -> None:
    target = atelier_rua.database if database == "neighbour" else database
    password = database_password(northlight)
    assert database_login(northlight.database, password, northlight.database) is None
    refusal = database_login(northlight.database, password, target)
    assert refusal is not None, f"{northlight.database} got into {target}"


def test_pods_carry_no_token_and_no_privilege(fleet: Fleet, northlight: Shop) -> None:
    pods = fleet.kube.list("v1", "Pod", northlight.namespace)
    assert pods
    for pod in pods:
        assert pod["spec"].get("automountServiceAccountToken") is False
        for container in pod["spec"]["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert context["capabilities"]["drop"] == ["ALL"]
    namespace = fleet.kube.get(Ref("v1", "Namespace", northlight.namespace))
    assert namespace is not None
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_network_policies_are_there_and_their_enforcement_is_reported(fleet: Fleet, northlight: Shop) -> None:
    policies = fleet.kube.list("networking.k8s.io/v1", "NetworkPolicy", northlight.namespace)
    assert any(
        not policy["spec"].get("ingress") and "Ingress" in policy["spec"]["policyTypes"] for policy in policies
    )
    findings = json.loads(fleet.run("--output", "json", "doctor", check=False).stdout)
    # The node's own network plugin ignores policies, and saying anything else here would be a lie.
    assert "not enforced here" in json.dumps(findings).lower()
