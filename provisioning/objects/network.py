"""Who may talk to whom. Everything is denied first; each further policy opens one thing for one reason.

A cluster whose network plugin ignores policies enforces none of this; `shopfleet doctor` says whether it does.
"""

import ipaddress
import re

from provisioning.meta import LABEL_COMPONENT, LABEL_TENANT_ID, Manifest
from provisioning.names import CRON, JOB, WEB
from provisioning.objects import ports
from provisioning.objects.inputs import Inputs
from provisioning.objects.labels import metadata
from provisioning.settings import PlatformSettings
from provisioning.tenant import Environment

ANYWHERE = "0.0.0.0/0"
# Cloud providers answer questions about the machine, credentials included, on this network.
LINK_LOCAL = "169.254.0.0/16"
# Where clusters and companies keep what is nobody else's business (RFC 1918 and RFC 6598).
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
# Payment providers, carriers and mail: HTTPS, SMTP submission (RFC 6409), SMTP and IMAP over TLS (RFC 8314).
INTERNET_PORTS = (443, 465, 587, 993)

_CLUSTER_HOST = re.compile(r"^[a-z0-9-]+\.(?P<namespace>[a-z0-9-]+)\.svc(\..+)?$")


def network_policies(inputs: Inputs) -> tuple[Manifest, ...]:
    policies = [
        _policy(inputs, "default-deny", {}, ingress=[], egress=[]),
        _policy(inputs, "dns", {}, egress=[dns(inputs.settings)]),
        _policy(inputs, "database", {}, egress=[to(host_peer(inputs.server.host), inputs.server.port)]),
        _policy(inputs, "gateway", _component(WEB), ingress=[_gateway(inputs.settings)]),
        # wkhtmltopdf fetches a report's pictures and styles over HTTP, from cron as well.
        _policy(
            inputs,
            "report-pages",
            _component(WEB),
            ingress=[{"from": [_own_pods(inputs, WEB, CRON)], "ports": _tcp(ports.HTTP)}],
        ),
        _policy(
            inputs,
            "report-calls",
            _component(WEB, CRON),
            egress=[to(_own_pods(inputs, WEB), ports.HTTP)],
        ),
        _policy(inputs, "metrics", _component(WEB, CRON), ingress=[_metrics(inputs.settings)]),
        _policy(inputs, "object-store", _component(JOB), egress=[object_store(inputs.settings)]),
    ]
    if inputs.tenant.spec.environment is Environment.PRODUCTION:
        # A staging tenant reaches nobody: neutralising is the first line, this one holds when it missed something.
        # What can wait is called by queued jobs, from cron alone. Web is let out as well: a payment page asks
        # its provider while the customer waits, a mail that somebody asked for leaves at once, and a mailbox is
        # tried when it is set up. Both run the same addons, so shutting web off would protect nothing.
        policies.append(_policy(inputs, "internet", _component(WEB, CRON), egress=[_internet()]))
    return tuple(policies)


def host_peer(host: str) -> Manifest:
    """The peer of a NetworkPolicy behind a host name.

    A policy cannot name a host. A service of the cluster is matched by its namespace, an address by itself, and
    for any other name only the port can be narrowed down.
    """
    match = _CLUSTER_HOST.match(host)
    if match:
        return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": match["namespace"]}}}
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return {"ipBlock": {"cidr": ANYWHERE, "except": [LINK_LOCAL]}}
    return {"ipBlock": {"cidr": f"{address}/{address.max_prefixlen}"}}


def object_store(settings: PlatformSettings) -> Manifest:
    """The egress rule towards the object store."""
    return to(host_peer(settings.object_store.host), settings.object_store.port)


def dns(settings: PlatformSettings) -> Manifest:
    """The egress rule towards the cluster's name server."""
    return {
        "to": [_pods_of(settings.dns.namespace, settings.dns.labels)],
        "ports": [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")],
    }


def _policy(
    inputs: Inputs,
    name: str,
    pods: Manifest,
    *,
    ingress: list[Manifest] | None = None,
    egress: list[Manifest] | None = None,
) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(inputs.tenant, name),
        "spec": policy_spec(pods, ingress=ingress, egress=egress),
    }


def policy_spec(
    pods: Manifest, *, ingress: list[Manifest] | None = None, egress: list[Manifest] | None = None
) -> Manifest:
    """A policy's spec; a direction that is given, even empty, is one that the policy restricts."""
    spec: Manifest = {"podSelector": pods, "policyTypes": []}
    for direction, rules in (("Ingress", ingress), ("Egress", egress)):
        if rules is not None:
            spec["policyTypes"].append(direction)
        # The server drops an empty list, and would then see a change in every further apply.
        if rules:
            spec[direction.lower()] = rules
    return spec


def _component(*components: str) -> Manifest:
    if len(components) == 1:
        return {"matchLabels": {LABEL_COMPONENT: components[0]}}
    return {"matchExpressions": [{"key": LABEL_COMPONENT, "operator": "In", "values": sorted(components)}]}


def _own_pods(inputs: Inputs, *components: str) -> Manifest:
    selector = _component(*components)
    labels = {LABEL_TENANT_ID: inputs.names.id, **selector.get("matchLabels", {})}
    return {"podSelector": {**selector, "matchLabels": labels}}


def _tcp(*numbers: int) -> list[Manifest]:
    return [{"protocol": "TCP", "port": number} for number in numbers]


def to(peer: Manifest, *numbers: int) -> Manifest:
    """An egress rule towards one peer's TCP ports."""
    return {"to": [peer], "ports": _tcp(*numbers)}


def _pods_of(namespace: str, labels: dict[str, str]) -> Manifest:
    return {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "podSelector": {"matchLabels": dict(labels)},
    }


def _gateway(settings: PlatformSettings) -> Manifest:
    gateway = settings.gateway
    return {
        "from": [_pods_of(gateway.proxy_namespace, gateway.proxy_labels)],
        "ports": _tcp(ports.HTTP, ports.PUSH),
    }


def _metrics(settings: PlatformSettings) -> Manifest:
    return {
        "from": [_pods_of(settings.monitoring.namespace, settings.monitoring.labels)],
        "ports": _tcp(ports.HEALTH),
    }


def _internet() -> Manifest:
    return to({"ipBlock": {"cidr": ANYWHERE, "except": [LINK_LOCAL, *PRIVATE]}}, *INTERNET_PORTS)
