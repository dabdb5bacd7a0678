"""The one Gateway of all shops: its proxies, its listeners, what it tells the shops about their callers."""

from provisioning.meta import LABEL_TENANT_ID, SYSTEM_NAMESPACE, Manifest
from provisioning.platform import material, objects, pods
from provisioning.platform.dns import GATEWAY_SERVICE
from provisioning.platform.gateway_controller import CONTROLLER
from provisioning.platform.images import Images
from provisioning.platform.settings import GATEWAY_NAMESPACE, GatewaySettings, InstallSettings, Part

NAME = "shopfleet"
COMPONENT = "gateway"
HTTP, HTTPS = "http", "https"
GATEWAY_API = "gateway.networking.k8s.io/v1"
EXTENSION_API = "gateway.envoyproxy.io/v1alpha1"

# Envoy Gateway lets proxies listen this much above the Gateway's port, so that they need no privilege.
PORT_SHIFT = 10_000
STATS_PORT = 19001
METRICS_SERVICE = "shopfleet-gateway-metrics"

# Seconds for requests under way when a proxy stops. A report takes up to a minute.
DRAIN = "60s"
MIN_DRAIN = "5s"

# One name per tenant, route and traffic class; Envoy's own name would be the route's index, which moves.
CLUSTER_STAT = "%ROUTE_NAMESPACE%/%ROUTE_NAME%/%ROUTE_RULE_NAME%"


def manifests(settings: InstallSettings, images: Images) -> list[Manifest]:
    """In this order: with its class but without an EnvoyProxy, a default proxy would be deployed first."""
    own = [_proxy(settings.gateway, images), _gateway_class(), _metrics_service()]
    return [
        *(own if settings.has(Part.GATEWAY) else []),
        _gateway(settings.gateway),
        *(_caller_policy(settings.gateway, listener) for listener in (HTTP, HTTPS)),
        _to_https(),
    ]


def _proxy(settings: GatewaySettings, images: Images) -> Manifest:
    deployment = {
        "name": GATEWAY_SERVICE,
        "replicas": settings.replicas,
        "container": {"image": images["envoy"], "resources": pods.resources("200m", "512Mi", "128Mi")},
        "patch": {"type": "StrategicMerge", "value": _proxy_patch(settings)},
    }
    if settings.host_ports:
        # A second pod on the node would wait for the first one's ports, and the first one for the second.
        deployment["strategy"] = {
            "type": "RollingUpdate",
            "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
        }
    several = {"envoyPDB": {"minAvailable": 1}} if settings.replicas > 1 else {}
    service_type = "ClusterIP" if settings.host_ports else "LoadBalancer"
    return {
        "apiVersion": EXTENSION_API,
        "kind": "EnvoyProxy",
        "metadata": objects.metadata(NAME, GATEWAY_NAMESPACE, COMPONENT),
        "spec": {
            "provider": {
                "type": "Kubernetes",
                "kubernetes": {
                    "envoyDeployment": deployment,
                    "envoyService": {"name": GATEWAY_SERVICE, "type": service_type},
                    **several,
                },
            },
            "shutdown": {"drainTimeout": DRAIN, "minDrainDuration": MIN_DRAIN},
            "telemetry": {"metrics": {"prometheus": {}, "clusterStatName": CLUSTER_STAT}},
            "logging": {"level": {"default": "warn"}},
        },
    }


def _proxy_patch(settings: GatewaySettings) -> Manifest:
    """What EnvoyProxy has no field for. Any change here replaces the proxies: 20 s of outage on one node."""
    # Its own probes ask every 10 s, so a proxy that starts in 1 s would be ready after 10.
    quick = {"startupProbe": {"periodSeconds": 1, "failureThreshold": 120}}
    proxy: Manifest = {"name": "envoy", **quick}
    if settings.host_ports:
        proxy["ports"] = [
            {"name": name, "containerPort": port + PORT_SHIFT, "hostPort": port, "protocol": "TCP"}
            for name, port in ((HTTP, 80), (HTTPS, 443))
        ]
    return {"spec": {"template": {"spec": {"containers": [proxy, {"name": "shutdown-manager", **quick}]}}}}


def _gateway_class() -> Manifest:
    return {
        "apiVersion": GATEWAY_API,
        "kind": "GatewayClass",
        "metadata": objects.metadata(NAME, None, COMPONENT),
        "spec": {
            "controllerName": CONTROLLER,
            "parametersRef": {
                "group": "gateway.envoyproxy.io",
                "kind": "EnvoyProxy",
                "name": NAME,
                "namespace": GATEWAY_NAMESPACE,
            },
        },
    }


def _gateway(settings: GatewaySettings) -> Manifest:
    tenants = {"matchExpressions": [{"key": LABEL_TENANT_ID, "operator": "Exists"}]}
    listeners = [
        {
            "name": HTTP,
            "protocol": "HTTP",
            "port": 80,
            # Only our redirect: a shop can never be served in clear by mistake.
            "allowedRoutes": {"namespaces": {"from": "Same"}},
        },
        {
            "name": HTTPS,
            "protocol": "HTTPS",
            "port": 443,
            "hostname": f"*.{settings.domain}",
            "tls": {"mode": "Terminate", "certificateRefs": [{"kind": "Secret", "name": material.GATEWAY_TLS}]},
            "allowedRoutes": {"namespaces": {"from": "Selector", "selector": tenants}},
        },
    ]
    return {
        "apiVersion": GATEWAY_API,
        "kind": "Gateway",
        "metadata": objects.metadata(NAME, SYSTEM_NAMESPACE, COMPONENT),
        "spec": {"gatewayClassName": settings.class_name or NAME, "listeners": listeners},
    }


def _caller_policy(settings: GatewaySettings, listener: str) -> Manifest:
    """What a caller says of itself is replaced by what we see of it, before any route looks at it.

    Odoo builds links and cookies from these headers. Envoy sets neither X-Forwarded-Host nor, for a caller
    it takes for a proxy, the others.
    """
    headers: Manifest = {"set": [{"name": "X-Forwarded-Host", "value": "%REQ(:AUTHORITY)%"}]}
    if settings.trusted_hops == 0:
        headers["set"].append({"name": "X-Forwarded-Proto", "value": listener})
        headers["remove"] = ["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Prefix", "Forwarded"]
    spec: Manifest = {
        "targetRefs": [
            {
                "group": "gateway.networking.k8s.io",
                "kind": "Gateway",
                "name": NAME,
                "sectionName": listener,
            }
        ],
        "headers": {"earlyRequestHeaders": headers},
    }
    if settings.trusted_hops:
        spec["clientIPDetection"] = {"xForwardedFor": {"numTrustedHops": settings.trusted_hops}}
    if listener == HTTPS:
        spec["tls"] = {"minVersion": "1.2", "alpnProtocols": ["h2", "http/1.1"]}
    return {
        "apiVersion": EXTENSION_API,
        "kind": "ClientTrafficPolicy",
        "metadata": objects.metadata(f"{NAME}-{listener}", SYSTEM_NAMESPACE, COMPONENT),
        "spec": spec,
    }


def _to_https() -> Manifest:
    redirect = {"type": "RequestRedirect", "requestRedirect": {"scheme": "https", "statusCode": 301}}
    return {
        "apiVersion": GATEWAY_API,
        "kind": "HTTPRoute",
        "metadata": objects.metadata("https-redirect", SYSTEM_NAMESPACE, COMPONENT),
        "spec": {
            "parentRefs": [{"name": NAME, "sectionName": HTTP}],
            "rules": [{"name": "redirect", "filters": [redirect]}],
        },
    }


def _metrics_service() -> Manifest:
    """By which Prometheus finds each proxy; the Service that Envoy Gateway makes has one address for all."""
    manifest = objects.service(
        METRICS_SERVICE,
        GATEWAY_NAMESPACE,
        COMPONENT,
        {"metrics": (STATS_PORT, STATS_PORT)},
        cluster_ip="None",
        unready=True,
    )
    manifest["spec"]["selector"] = {"gateway.envoyproxy.io/owning-gateway-name": NAME}
    return manifest
