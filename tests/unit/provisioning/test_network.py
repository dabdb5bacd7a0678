"""What the policies open, read the way a network plugin reads them: everything else is denied."""

from typing import Any

import pytest

from provisioning.bundle import TenantObjects
from provisioning.meta import Manifest
from provisioning.objects import templates
from provisioning.objects.network import host_peer
from provisioning.tenant import Environment
from tests.unit.provisioning.samples import SETTINGS, bundle, inputs, of_kind

SYSTEM = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shopfleet-system"}}}


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    return all(labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ()))


def allowed(objects: TenantObjects, component: str, direction: str) -> list[tuple[Any, int]]:
    """(peer, port) pairs that pods of a component may send to (`to`) or receive from (`from`)."""
    labels = {"shopfleet.dev/tenant-id": "at3lierrua", "shopfleet.dev/component": component}
    kind = "egress" if direction == "to" else "ingress"
    return [
        (peer, port["port"])
        for policy in objects.network_policies
        if selects(policy["spec"]["podSelector"], labels)
        for rule in policy["spec"].get(kind, ())
        for peer in rule[direction]
        for port in rule["ports"]
    ]


def internet(pairs: list[tuple[Any, int]]) -> list[tuple[Any, int]]:
    return [(peer, port) for peer, port in pairs if "ipBlock" in peer]


def test_everything_is_denied_first() -> None:
    first = bundle().network_policies[0]["spec"]
    assert first == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_policy_says_which_directions_it_restricts() -> None:
    for policy in bundle().network_policies[1:]:
        spec = policy["spec"]
        assert ("Ingress" in spec["policyTypes"]) == ("ingress" in spec)
        assert ("Egress" in spec["policyTypes"]) == ("egress" in spec)


@pytest.mark.parametrize("component", ["web", "cron", "job"])
def test_every_pod_reaches_names_and_its_database(component: str) -> None:
    pairs = allowed(bundle(), component, "to")
    assert (SYSTEM, 5432) in pairs
    assert 53 in [port for _, port in pairs]


def test_only_jobs_reach_the_object_store() -> None:
    assert (SYSTEM, 9000) in allowed(bundle(), "job", "to")
    for component in ("web", "cron"):
        assert (SYSTEM, 9000) not in allowed(bundle(), component, "to")


def test_web_is_reached_by_gateway_metrics_and_its_own_reports_only() -> None:
    found = allowed(bundle(), "web", "from")
    namespaces = {
        (peer.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name"), port)
        for peer, port in found
    }
    assert namespaces == {
        ("shopfleet-gateway", 8069),
        ("shopfleet-gateway", 8072),
        ("shopfleet-system", 8071),
        (None, 8069),
    }
    # Without a namespace selector a peer means the tenant's own namespace.
    assert all(peer["podSelector"] for peer, _ in found)


def test_nobody_reaches_jobs() -> None:
    assert allowed(bundle(), "job", "from") == []


def test_cron_is_reached_by_metrics_only() -> None:
    """The page by which a queued job is started asks for no password."""
    assert [port for _, port in allowed(bundle(), "cron", "from")] == [8071]


def test_production_reaches_payment_and_mail_but_no_private_network() -> None:
    for component in ("web", "cron"):
        pairs = internet(allowed(bundle(), component, "to"))
        assert {port for _, port in pairs} == {443, 465, 587, 993}
        for peer, _ in pairs:
            assert {"10.0.0.0/8", "169.254.0.0/16"} <= set(peer["ipBlock"]["except"])
    assert internet(allowed(bundle(), "job", "to")) == []


def test_staging_reaches_nobody_outside() -> None:
    staging = bundle(environment=Environment.STAGING)
    for component in ("web", "cron", "job"):
        assert internet(allowed(staging, component, "to")) == []


@pytest.mark.parametrize(
    ("host", "peer"),
    [
        ("postgres.shopfleet-system.svc.cluster.local", SYSTEM),
        ("postgres.shopfleet-system.svc", SYSTEM),
        ("192.0.2.7", {"ipBlock": {"cidr": "192.0.2.7/32"}}),
        ("2001:db8::1", {"ipBlock": {"cidr": "2001:db8::1/128"}}),
        ("db.example.com", {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}}),
    ],
)
def test_a_host_becomes_the_narrowest_peer_there_is(host: str, peer: Manifest) -> None:
    assert host_peer(host) == peer


def test_template_builds_reach_their_database_server_and_dumps_the_store() -> None:
    server = inputs().server
    policies = of_kind(templates.namespace_objects(SETTINGS), "NetworkPolicy")
    assert policies[0]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    ports = [rule["ports"][0]["port"] for policy in policies for rule in policy["spec"].get("egress", ())]
    assert ports == [53, 9000]
    (rule,) = templates.database_policy(server)["spec"]["egress"]
    assert rule == {"to": [SYSTEM], "ports": [{"protocol": "TCP", "port": 5432}]}


def test_two_servers_have_two_policies() -> None:
    server = inputs().server
    other = server.model_copy(update={"port": 5433})
    names = {templates.database_policy(one)["metadata"]["name"] for one in (server, other)}
    assert len(names) == 2
