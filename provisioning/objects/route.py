"""The tenant's routes at the shared gateway: one named rule per traffic class, each with its policy.

A policy is never edited. In Envoy Gateway 1.9.1 a change of one takes 15 seconds to go live and holds up the
new routes of all tenants meanwhile. So the route and its policies carry a digest of the limits in their
names: another plan makes another set, created as a whole beside the old one, which is removed afterwards.
"""

import json
from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.names import WEB, suffixed
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata
from provisioning.objects.traffic import (
    BLOCKED,
    BLOCKED_PATTERNS,
    BLOCKED_PREFIXES,
    PUSH,
    TrafficClass,
    traffic_classes,
)
from provisioning.series import series_of

GATEWAY_API = "gateway.networking.k8s.io"
ENVOY_API = "gateway.envoyproxy.io"
HTTP_ROUTE = (f"{GATEWAY_API}/v1", "HTTPRoute")
ROUTE_FILTER = (f"{ENVOY_API}/v1alpha1", "HTTPRouteFilter")
TRAFFIC_POLICY = (f"{ENVOY_API}/v1alpha1", "BackendTrafficPolicy")

NOT_FOUND_FILTER = "not-found"
REDIRECT_ROUTE = "redirect"
# No client sends it, so a route that demands it matches nothing.
RETIRED_HEADER = "x-shopfleet-retired"
# Keeps method and body: an order form posted to the old hostname is not lost.
PERMANENT_REDIRECT = 308

# A pod that refuses the connection got nothing of the request, so asking the next pod is safe. Any other
# failure may have booked something already.
RETRY_ON = ("connect-failure",)
RETRIES = 2
# Seconds. Within one cluster a connection takes milliseconds or never comes about.
CONNECT_TIMEOUT = 3
# Seconds an open but silent websocket or poll may stay; Odoo's own clients come back every 50 s.
PUSH_IDLE = 3600


@dataclass(frozen=True)
class RouteObjects:
    """In the order of creation: the route comes last and goes live at once, complete with its limits."""

    filters: tuple[Manifest, ...]
    policies: tuple[Manifest, ...]
    routes: tuple[Manifest, ...]

    def all(self) -> tuple[Manifest, ...]:
        return self.filters + self.policies + self.routes


def route_objects(inputs: Inputs) -> RouteObjects:
    classes = traffic_classes(inputs.plan, series_of(inputs.release.series).push_paths)
    specs = {one.name: _limits(one) for one in classes}
    name = suffixed(WEB, json.dumps(specs, sort_keys=True))
    policies = tuple(_policy(inputs, name, one, specs[one.name]) for one in classes)
    routes = [_route(inputs, name, classes)]
    if len(inputs.tenant.spec.hostnames) > 1:
        routes.append(_redirect(inputs))
    return RouteObjects((_not_found(inputs),), policies, tuple(routes))


def retired(route: Manifest) -> Manifest:
    """What to patch a route with so that it matches nothing any more while its clusters stay at the gateway.

    A proxy that is told at once that route and clusters are gone may drop the clusters first, and answers 503 on
    the old route until it hears of the new one. Retired first, the route can be removed later without a trace.
    """
    nobody = [{"type": "Exact", "name": RETIRED_HEADER, "value": "true"}]
    rules = [
        {**rule, "matches": [{**match, "headers": nobody} for match in rule.get("matches") or [{}]]}
        for rule in route["spec"]["rules"]
    ]
    return {"spec": {"rules": rules}}


def _route(inputs: Inputs, name: str, classes: tuple[TrafficClass, ...]) -> Manifest:
    blocked = {
        "name": BLOCKED,
        "matches": _matches(BLOCKED_PREFIXES, BLOCKED_PATTERNS),
        "filters": [
            {
                "type": "ExtensionRef",
                "extensionRef": {"group": ENVOY_API, "kind": ROUTE_FILTER[1], "name": NOT_FOUND_FILTER},
            }
        ],
    }
    return _http_route(inputs, name, inputs.tenant.spec.hostnames[:1], [*(_rule(one) for one in classes), blocked])


def _rule(traffic: TrafficClass) -> Manifest:
    return {
        "name": traffic.name,
        "matches": _matches(traffic.prefixes, traffic.patterns),
        "backendRefs": [{"kind": "Service", "name": traffic.service, "port": traffic.port}],
        "timeouts": {"request": f"{traffic.timeout}s"},
    }


def _redirect(inputs: Inputs) -> Manifest:
    first, *others = inputs.tenant.spec.hostnames
    rule = {
        "name": "redirect",
        "filters": [
            {
                "type": "RequestRedirect",
                "requestRedirect": {"hostname": first, "statusCode": PERMANENT_REDIRECT},
            }
        ],
    }
    return _http_route(inputs, REDIRECT_ROUTE, tuple(others), [rule])


def _http_route(inputs: Inputs, name: str, hostnames: tuple[str, ...], rules: list[Manifest]) -> Manifest:
    gateway = inputs.settings.gateway
    return {
        "apiVersion": HTTP_ROUTE[0],
        "kind": HTTP_ROUTE[1],
        "metadata": metadata(inputs.tenant, name, component=WEB),
        "spec": {
            "parentRefs": [
                {"name": gateway.name, "namespace": gateway.namespace, "sectionName": gateway.listener}
            ],
            "hostnames": list(hostnames),
            "rules": rules,
        },
    }


def _matches(prefixes: tuple[str, ...], patterns: tuple[str, ...]) -> list[Manifest]:
    return [{"path": {"type": "PathPrefix", "value": prefix}} for prefix in prefixes] + [
        {"path": {"type": "RegularExpression", "value": pattern}} for pattern in patterns
    ]


def _not_found(inputs: Inputs) -> Manifest:
    return {
        "apiVersion": ROUTE_FILTER[0],
        "kind": ROUTE_FILTER[1],
        "metadata": metadata(inputs.tenant, NOT_FOUND_FILTER, component=WEB),
        "spec": {
            "directResponse": {
                "statusCode": 404,
                "contentType": "text/plain",
                "body": {"type": "Inline", "inline": "Not found\n"},
            }
        },
    }


def _policy(inputs: Inputs, route: str, traffic: TrafficClass, limits: Manifest) -> Manifest:
    target = {"group": GATEWAY_API, "kind": HTTP_ROUTE[1], "name": route, "sectionName": traffic.name}
    return {
        "apiVersion": TRAFFIC_POLICY[0],
        "kind": TRAFFIC_POLICY[1],
        "metadata": metadata(inputs.tenant, f"{route}-{traffic.name}", component=WEB),
        "spec": {"targetRefs": [target], **limits},
    }


def _limits(traffic: TrafficClass) -> Manifest:
    limits = traffic.limits
    spec: Manifest = {
        "circuitBreaker": {
            "maxConnections": limits.connections,
            "maxPendingRequests": limits.pending,
            # Above the sum of both, so that requests queue for a connection and are not turned away before.
            "maxParallelRequests": limits.connections + limits.pending,
        },
        "retry": {"numRetries": RETRIES, "retryOn": {"triggers": list(RETRY_ON)}},
        "timeout": {"tcp": {"connectTimeout": f"{CONNECT_TIMEOUT}s"}},
    }
    if traffic.name == PUSH:
        spec["timeout"]["http"] = {"streamIdleTimeout": f"{PUSH_IDLE}s"}
    if limits.rate is not None:
        spec["rateLimit"] = {"local": {"rules": [{"limit": {"requests": limits.rate, "unit": "Second"}}]}}
    return spec
