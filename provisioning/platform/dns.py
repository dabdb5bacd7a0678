"""CoreDNS: the names of Services for every pod, and the shops' own names for callers inside the cluster."""

import re

from provisioning.meta import Manifest
from provisioning.platform import objects, pods
from provisioning.platform.images import Images
from provisioning.platform.rbac import READ, Grant, cluster_binding, cluster_role
from provisioning.platform.settings import DNS_NAMESPACE, GATEWAY_NAMESPACE, InstallSettings, service_host

NAME = "coredns"
SERVICE = "kube-dns"
"""The name by which everybody looks for it."""

GATEWAY_SERVICE = "shopfleet-gateway"

# Above 1023, so that binding needs no capability; the Service maps port 53 to it.
PORT = 1053
HEALTH_PORT = 8080
READY_PORT = 8181
METRICS_PORT = 9153

ZONES = ("cluster.local", "in-addr.arpa", "ip6.arpa")

GRANTS = (
    Grant("", ("services", "namespaces"), READ, "every answer is made of the Services of all namespaces"),
    Grant("discovery.k8s.io", ("endpointslices",), READ, "headless Services answer with their pods"),
)


def manifests(settings: InstallSettings, images: Images) -> list[Manifest]:
    config = {"Corefile": corefile(settings)}
    return [
        objects.service_account(NAME, DNS_NAMESPACE, NAME),
        cluster_role("shopfleet:coredns", NAME, GRANTS),
        cluster_binding("shopfleet:coredns", NAME, NAME, DNS_NAMESPACE),
        objects.config_map(NAME, DNS_NAMESPACE, NAME, config),
        objects.deployment(NAME, DNS_NAMESPACE, NAME, _template(images, objects.checksum(config))),
        _service(settings),
    ]


def corefile(settings: InstallSettings) -> str:
    """The configuration: one block for names of the cluster, one for all others.

    Two blocks, because inside one the order of plugins is CoreDNS's own, and what answers for all other names
    would come before the cluster's. One directive a line: two on one line are read as one with odd arguments.
    """
    cluster = " ".join(f"{zone}:{PORT}" for zone in (*ZONES, settings.gateway.domain))
    return _block(cluster, _cluster_names(settings.gateway.domain)) + _block(
        f".:{PORT}", _other_names(settings.dns.upstreams)
    )


def _block(zones: str, directives: list[str]) -> str:
    return "\n".join([f"{zones} {{", *(f"    {line}" for line in directives), "}", ""])


def _cluster_names(domain: str) -> list[str]:
    return [
        "errors",
        f"health :{HEALTH_PORT}",
        f"ready :{READY_PORT}",
        f"prometheus :{METRICS_PORT}",
        *_shop_names(domain),
        f"kubernetes {' '.join(ZONES)} {{",
        # A Service made a second ago is asked for by the pod that starts next.
        "    ttl 5",
        "}",
        # Also for a name that does not exist yet: the default remembers that for half an hour.
        "cache 30 {",
        "    denial 9984 5",
        "}",
        "loadbalance",
    ]


def _shop_names(domain: str) -> list[str]:
    gateway = service_host(GATEWAY_SERVICE, GATEWAY_NAMESPACE)
    return [
        "rewrite stop {",
        rf"    name regex (.*)\.{re.escape(domain)}\.? {gateway}",
        "    answer auto",
        "}",
    ]


def _other_names(resolvers: tuple[str, ...]) -> list[str]:
    if resolvers:
        return ["errors", f"forward . {' '.join(resolvers)}", "cache 30"]
    # Without an answer, a name outside the cluster is an error that clients retry for seconds.
    return ["errors", "template ANY ANY . {", "    rcode NXDOMAIN", "}"]


def _template(images: Images, configuration: str) -> Manifest:
    dns_ports = [
        {"name": "dns", "containerPort": PORT, "protocol": "UDP"},
        {"name": "dns-tcp", "containerPort": PORT, "protocol": "TCP"},
        *pods.ports(metrics=METRICS_PORT),
    ]
    main = pods.container(
        NAME,
        images["coredns"],
        pods.resources("50m", "128Mi", "48Mi"),
        command=["coredns", "-conf", "/etc/coredns/Corefile"],
        ports=dns_ports,
        volumeMounts=[pods.mount("config", "/etc/coredns")],
        livenessProbe=pods.probe("/health", HEALTH_PORT, failures=5),
        readinessProbe=pods.probe("/ready", READY_PORT, period=2),
    )
    return pods.template(
        NAME,
        [main],
        configuration=configuration,
        # By this label tenants' network policies find the DNS of any cluster.
        extra_labels={"k8s-app": SERVICE},
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        # It cannot ask itself before it runs.
        dnsPolicy="Default",
        priorityClassName="system-cluster-critical",
        volumes=[pods.config_volume("config", NAME)],
    )


def _service(settings: InstallSettings) -> Manifest:
    manifest = objects.service(
        SERVICE,
        DNS_NAMESPACE,
        NAME,
        {"dns-tcp": (53, PORT), "metrics": (METRICS_PORT, METRICS_PORT)},
        cluster_ip=settings.dns.address,
    )
    manifest["spec"]["ports"].append({"name": "dns", "port": 53, "targetPort": PORT, "protocol": "UDP"})
    return manifest
