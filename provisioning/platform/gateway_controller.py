"""Envoy Gateway, which turns Gateway API objects into proxies and their configuration; without Helm.

Its certificates are ours (see material), so no Job has to make them with the right to write Secrets.
"""

import yaml

from provisioning.meta import Manifest
from provisioning.platform import material, objects, pods
from provisioning.platform.images import Images
from provisioning.platform.rbac import READ, Grant, binding, cluster_binding, cluster_role, role
from provisioning.platform.settings import GATEWAY_NAMESPACE

NAME = "envoy-gateway"
"""Fixed: the proxies look for a Service of this name."""
CONFIG = "envoy-gateway-config"
CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"

XDS_PORT = 18000
WASM_PORT = 18002
HEALTH_PORT = 8081
METRICS_PORT = 19001

_ROUTES = ("grpcroutes", "httproutes", "tcproutes", "tlsroutes", "udproutes")
_POLICIES = ("backendtrafficpolicies", "clienttrafficpolicies", "securitypolicies")
_EXTENSIONS = ("envoyextensionpolicies", "envoypatchpolicies", "backends", "envoyproxies")

CLUSTER_GRANTS = (
    Grant(
        "",
        ("nodes", "namespaces"),
        READ,
        "addresses of the nodes; labels of the namespaces that may attach routes",
    ),
    Grant(
        "",
        ("services", "configmaps", "secrets"),
        READ,
        "back ends, CA bundles and certificates may lie in any namespace, and it can only watch a kind as a whole",
    ),
    Grant("discovery.k8s.io", ("endpointslices",), READ, "the proxies balance over pods, not over Services"),
    Grant("apps", ("deployments", "daemonsets"), READ, "says of a Gateway whether its proxies run"),
    Grant("gateway.networking.k8s.io", ("gatewayclasses",), (*READ, "update", "patch"), "claims its class"),
    Grant(
        "gateway.networking.k8s.io",
        (*_ROUTES, "gateways", "listenersets", "referencegrants", "backendtlspolicies"),
        READ,
        "what it is for",
    ),
    Grant(
        "gateway.networking.k8s.io",
        tuple(
            f"{kind}/status"
            for kind in (*_ROUTES, "gatewayclasses", "gateways", "listenersets", "backendtlspolicies")
        ),
        ("update",),
        "says whether an object was accepted, and why not",
    ),
    Grant(
        "gateway.envoyproxy.io",
        (*_POLICIES, *_EXTENSIONS, "httproutefilters"),
        READ,
        "limits and headers of routes",
    ),
    Grant(
        "gateway.envoyproxy.io",
        tuple(f"{kind}/status" for kind in (*_POLICIES, *_EXTENSIONS)),
        ("update",),
        "says whether a policy was accepted, and why not",
    ),
    Grant("multicluster.x-k8s.io", ("serviceimports",), READ, "it asks for them at start where the kind exists"),
)
_MANAGE = (*READ, "create", "patch", "delete", "deletecollection")
NAMESPACE_GRANTS = (
    Grant("", ("serviceaccounts", "services", "configmaps"), _MANAGE, "each proxy has one of each"),
    Grant("apps", ("deployments", "daemonsets"), _MANAGE, "the proxies themselves"),
    Grant(
        "autoscaling", ("horizontalpodautoscalers",), _MANAGE, "removes the proxies' autoscaler when there is none"
    ),
    Grant("policy", ("poddisruptionbudgets",), _MANAGE, "removes the proxies' budget when there is none"),
    Grant(
        "coordination.k8s.io", ("leases",), (*READ, "create", "update", "patch"), "one controller writes at a time"
    ),
    Grant("", ("events",), ("create", "patch"), "says who leads"),
)


def manifests(images: Images, secrets: material.Material) -> list[Manifest]:
    config = {"envoy-gateway.yaml": yaml.safe_dump(_configuration(images), sort_keys=False)}
    ports = {"grpc": XDS_PORT, "wasm": WASM_PORT, "metrics": METRICS_PORT}
    return [
        objects.service_account(NAME, GATEWAY_NAMESPACE, NAME),
        cluster_role("shopfleet:envoy-gateway", NAME, CLUSTER_GRANTS),
        cluster_binding("shopfleet:envoy-gateway", NAME, NAME, GATEWAY_NAMESPACE),
        role(NAME, GATEWAY_NAMESPACE, NAME, NAMESPACE_GRANTS),
        binding(NAME, GATEWAY_NAMESPACE, NAME, NAME),
        objects.config_map(CONFIG, GATEWAY_NAMESPACE, NAME, config),
        objects.service(NAME, GATEWAY_NAMESPACE, NAME, {name: (port, port) for name, port in ports.items()}),
        # Routes live on in the proxies while it is away; two of it without election would both write.
        objects.deployment(
            NAME,
            GATEWAY_NAMESPACE,
            NAME,
            _template(images, objects.checksum(config, secrets.fingerprint(material.CONTROLLER_TLS))),
            surge=False,
        ),
    ]


def _configuration(images: Images) -> Manifest:
    return {
        "apiVersion": "gateway.envoyproxy.io/v1alpha1",
        "kind": "EnvoyGateway",
        "gateway": {"controllerName": CONTROLLER},
        "provider": {
            "type": "Kubernetes",
            "kubernetes": {
                # Waiting for the lease of a controller that was killed would delay each new route by 15 s.
                "leaderElection": {"disable": True},
                # Without it the proxies would pull a development image from the internet.
                "shutdownManager": {"image": images["envoy-gateway"]},
            },
        },
        "logging": {"level": {"default": "info"}},
        # It would need a webhook and rights on all pods, to tell proxies their zone; we have one.
        "proxyTopologyInjector": {"disabled": True},
    }


def _template(images: Images, configuration: str) -> Manifest:
    main = pods.container(
        NAME,
        images["envoy-gateway"],
        pods.resources("100m", "768Mi", "128Mi"),
        command=["envoy-gateway"],
        args=["server", "--config-path=/config/envoy-gateway.yaml"],
        env=[
            pods.from_field("ENVOY_GATEWAY_NAMESPACE", "metadata.namespace"),
            {"name": "KUBERNETES_CLUSTER_DOMAIN", "value": "cluster.local"},
        ],
        ports=pods.ports(grpc=XDS_PORT, wasm=WASM_PORT, metrics=METRICS_PORT),
        volumeMounts=[
            pods.mount("config", "/config"),
            pods.mount("certs", "/certs"),
            pods.mount("wasm", "/var/lib/eg/wasm", writable=True),
        ],
        startupProbe=pods.probe("/healthz", HEALTH_PORT, period=1, failures=60),
        livenessProbe=pods.probe("/healthz", HEALTH_PORT, period=20),
        readinessProbe=pods.probe("/readyz", HEALTH_PORT, period=2),
    )
    return pods.template(
        NAME,
        [main],
        configuration=configuration,
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        terminationGracePeriodSeconds=10,
        volumes=[
            pods.config_volume("config", CONFIG),
            pods.secret_volume("certs", material.CONTROLLER_TLS),
            pods.scratch("wasm"),
        ],
    )
