from provisioning.platform import dns
from provisioning.platform.settings import DnsSettings, InstallSettings
from tests.unit.platform.conftest import IMAGES, SMALL, find

ALONE = """\
cluster.local:1053 in-addr.arpa:1053 ip6.arpa:1053 shops.localhost:1053 {
    errors
    health :8080
    ready :8181
    prometheus :9153
    rewrite stop {
        name regex (.*)\\.shops\\.localhost\\.? shopfleet-gateway.shopfleet-gateway.svc.cluster.local
        answer auto
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        ttl 5
    }
    cache 30 {
        denial 9984 5
    }
    loadbalance
}
.:1053 {
    errors
    template ANY ANY . {
        rcode NXDOMAIN
    }
}
"""


def test_corefile_of_a_machine_without_a_resolver() -> None:
    assert dns.corefile(InstallSettings()) == ALONE


def test_names_outside_are_asked_of_the_resolvers() -> None:
    corefile = dns.corefile(InstallSettings(dns=DnsSettings(upstreams=("192.0.2.1", "192.0.2.2"))))
    assert "    forward . 192.0.2.1 192.0.2.2\n" in corefile
    assert "template" not in corefile


def test_the_service_has_the_address_that_kubelets_know() -> None:
    service = find(dns.manifests(SMALL, IMAGES), "Service", "kube-dns")["spec"]
    assert service["clusterIP"] == "10.96.0.10"
    assert {(port["port"], port["protocol"]) for port in service["ports"]} >= {(53, "UDP"), (53, "TCP")}
