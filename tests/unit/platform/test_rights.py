"""Every right has a reason, and none is a wildcard."""

import pytest

from provisioning.meta import Manifest
from provisioning.platform import (
    database,
    dns,
    gateway_controller,
    metrics,
    operator_rights,
    people,
    storage,
)
from provisioning.platform.rbac import Grant

TABLES = {
    "operator": (*operator_rights.CLUSTER_GRANTS, *operator_rights.NAMESPACE_GRANTS),
    "gateway": (*gateway_controller.CLUSTER_GRANTS, *gateway_controller.NAMESPACE_GRANTS),
    "storage": storage.GRANTS,
    "database": database.GRANTS,
    "dns": dns.GRANTS,
    "metrics": metrics.GRANTS,
    "people": tuple(grant for piece in people.PIECES for grant in piece.grants),
}
GRANTS = [
    pytest.param(grant, id=f"{part}-{grant.resources[0]}") for part, table in TABLES.items() for grant in table
]


@pytest.mark.parametrize("grant", GRANTS)
def test_every_grant_has_a_reason(grant: Grant) -> None:
    assert len(grant.reason) > 8
    assert grant.resources
    assert grant.verbs


def test_no_rule_has_a_wildcard(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        for rule in manifest.get("rules", []):
            for key in ("apiGroups", "resources", "verbs"):
                assert "*" not in rule[key], manifest["metadata"]["name"]


def test_nobody_may_make_rights(manifests: list[Manifest]) -> None:
    for manifest in manifests:
        for rule in manifest.get("rules", []):
            assert not {"escalate", "bind", "impersonate"} & set(rule["verbs"]), manifest["metadata"]["name"]
            if "rbac.authorization.k8s.io" in rule["apiGroups"]:
                assert set(rule["verbs"]) <= {"get", "list", "watch"}


@pytest.mark.parametrize("table", ["operator", "people"])
def test_nobody_may_change_the_audit_log(table: str) -> None:
    verbs = {verb for grant in TABLES[table] if "auditrecords" in grant.resources for verb in grant.verbs}
    assert "create" in verbs
    assert not verbs & {"update", "patch", "delete", "deletecollection"}


def test_every_binding_names_a_role_and_an_account_that_are_installed(manifests: list[Manifest]) -> None:
    present = {(m["kind"], m["metadata"].get("namespace"), m["metadata"]["name"]) for m in manifests}
    for manifest in manifests:
        if manifest["kind"] not in ("RoleBinding", "ClusterRoleBinding"):
            continue
        reference, namespace = manifest["roleRef"], manifest["metadata"].get("namespace")
        assert (reference["kind"], namespace, reference["name"]) in present
        for subject in manifest["subjects"]:
            assert ("ServiceAccount", subject["namespace"], subject["name"]) in present


def test_partners_get_nothing_beyond_their_tenants() -> None:
    grants = [grant for piece in people.PIECES if people.PARTNER in piece.roles for grant in piece.grants]
    own = {"tenants", "procedures", "auditrecords"}
    others = [grant for grant in grants if not set(grant.resources) <= own]
    assert [(grant.resources, grant.verbs, grant.names) for grant in others] == [
        (("secrets",), ("get", "patch"), ("first-passwords",))
    ]


def test_nobody_but_the_operator_reads_secrets_at_large() -> None:
    for part, table in TABLES.items():
        for grant in table:
            if "secrets" in grant.resources and part not in {"operator", "gateway"}:
                assert grant.names
                assert not {"list", "watch"} & set(grant.verbs)


def test_each_person_role_collects_its_pieces_by_label() -> None:
    manifests = people.manifests()
    for name in people.ROLES:
        role = next(m for m in manifests if m["metadata"]["name"] == f"shopfleet-{name}")
        (selector,) = role["aggregationRule"]["clusterRoleSelectors"]
        collected = {
            m["metadata"]["name"]
            for m in manifests
            if selector["matchLabels"].items() <= m["metadata"]["labels"].items()
        }
        assert collected == {f"shopfleet:{piece.name}" for piece in people.PIECES if name in piece.roles}
