"""What the proxies tell the shops, and on which ports, with whose images."""

import pytest
import yaml

from provisioning.meta import Manifest
from provisioning.platform import gateway, gateway_controller, material
from provisioning.platform.settings import InstallSettings
from tests.unit.platform.conftest import IMAGES, LARGE, NOW, SMALL, find


def policy(settings: InstallSettings, listener: str) -> Manifest:
    found: Manifest = find(gateway.manifests(settings, IMAGES), "ClientTrafficPolicy", f"shopfleet-{listener}")[
        "spec"
    ]
    return found


def test_a_caller_cannot_say_which_host_or_scheme_or_address_it_is() -> None:
    headers = policy(SMALL, "https")["headers"]["earlyRequestHeaders"]
    assert {header["name"]: header["value"] for header in headers["set"]} == {
        "X-Forwarded-Host": "%REQ(:AUTHORITY)%",
        "X-Forwarded-Proto": "https",
    }
    assert {"X-Forwarded-For", "Forwarded"} <= set(headers["remove"])


def test_our_own_proxy_in_front_is_believed() -> None:
    spec = policy(LARGE, "https")
    assert spec["clientIPDetection"] == {"xForwardedFor": {"numTrustedHops": 1}}
    assert "remove" not in spec["headers"]["earlyRequestHeaders"]


def test_the_proxy_is_described_before_the_class_that_would_deploy_a_default_one() -> None:
    kinds = [manifest["kind"] for manifest in gateway.manifests(SMALL, IMAGES)]
    assert kinds.index("EnvoyProxy") < kinds.index("GatewayClass") < kinds.index("Gateway")


def deployment(settings: InstallSettings) -> Manifest:
    proxy = find(gateway.manifests(settings, IMAGES), "EnvoyProxy", "shopfleet")["spec"]["provider"]["kubernetes"]
    return {**proxy["envoyDeployment"], "service": proxy["envoyService"]["type"]}


def test_on_one_node_the_proxy_has_the_nodes_ports_and_the_old_one_goes_first() -> None:
    found = deployment(SMALL)
    (proxy, _) = found["patch"]["value"]["spec"]["template"]["spec"]["containers"]
    assert {port["hostPort"]: port["containerPort"] for port in proxy["ports"]} == {80: 10080, 443: 10443}
    assert found["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    assert found["service"] == "ClusterIP"


def test_elsewhere_a_load_balancer_leads_to_it() -> None:
    found = deployment(LARGE)
    assert found["service"] == "LoadBalancer"
    assert "strategy" not in found
    assert not any("ports" in c for c in found["patch"]["value"]["spec"]["template"]["spec"]["containers"])


@pytest.mark.parametrize(("listener", "namespaces"), [("http", "Same"), ("https", "Selector")])
def test_shops_attach_to_https_only(listener: str, namespaces: str) -> None:
    listeners = find(gateway.manifests(SMALL, IMAGES), "Gateway", "shopfleet")["spec"]["listeners"]
    found = next(entry for entry in listeners if entry["name"] == listener)
    assert found["allowedRoutes"]["namespaces"]["from"] == namespaces


def test_no_image_of_somebody_else_is_ever_pulled() -> None:
    manifests = gateway_controller.manifests(IMAGES, material.ensure(SMALL, {}, NOW))
    config = yaml.safe_load(find(manifests, "ConfigMap", "envoy-gateway-config")["data"]["envoy-gateway.yaml"])
    assert config["provider"]["kubernetes"]["shutdownManager"]["image"] == IMAGES["envoy-gateway"]
    assert config["proxyTopologyInjector"] == {"disabled": True}
    assert "rateLimit" not in config
