"""Prometheus and Alertmanager: what every decision about load and every alert is read from."""

from collections.abc import Mapping

import yaml

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import objects, pods
from provisioning.platform.images import Images
from provisioning.platform.rbac import Grant, cluster_binding, cluster_role
from provisioning.platform.scraping import KUBELET_PORT, KUBELETS, prometheus
from provisioning.platform.settings import InstallSettings

PROMETHEUS = "prometheus"
ALERTMANAGER = "alertmanager"
RULES = "prometheus-rules"
PROMETHEUS_PORT = 9090
ALERTMANAGER_PORT = 9093
USER = 65534

GRANTS = (Grant("", ("nodes/metrics",), ("get",), "kubelets measure containers and volumes"),)


def manifests(
    settings: InstallSettings, images: Images, rules: Mapping[str, str], nodes: Mapping[str, str]
) -> list[Manifest]:
    """`rules` are files of alerting rules by name, which must end in `.yaml`; `nodes` are addresses by name."""
    return [*_kubelets(nodes), *_prometheus(settings, images, rules), *_alertmanager(images)]


def _kubelets(nodes: Mapping[str, str]) -> list[Manifest]:
    """A Service without pods: the nodes' addresses under one name, for Prometheus to find the kubelets."""
    service = objects.service(
        KUBELETS, SYSTEM_NAMESPACE, KUBELETS, {"https": (KUBELET_PORT, KUBELET_PORT)}, cluster_ip="None"
    )
    del service["spec"]["selector"]
    addresses = objects.metadata(KUBELETS, SYSTEM_NAMESPACE, KUBELETS)
    addresses["labels"] |= {"kubernetes.io/service-name": KUBELETS}
    slices = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": addresses,
        "addressType": "IPv4",
        "ports": [{"name": "https", "port": KUBELET_PORT, "protocol": "TCP"}],
        "endpoints": [
            {"addresses": [address], "nodeName": node, "conditions": {"ready": True}}
            for node, address in nodes.items()
        ],
    }
    return [service, slices]


def _prometheus(settings: InstallSettings, images: Images, rules: Mapping[str, str]) -> list[Manifest]:
    config = {"prometheus.yml": yaml.safe_dump(prometheus(settings), sort_keys=False)}
    main = pods.container(
        PROMETHEUS,
        images["prometheus"],
        pods.resources("100m", settings.metrics.memory, "128Mi"),
        command=["prometheus"],
        args=[
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/data",
            f"--storage.tsdb.retention.time={settings.metrics.retention}",
            f"--web.listen-address=:{PROMETHEUS_PORT}",
        ],
        ports=pods.ports(http=PROMETHEUS_PORT),
        volumeMounts=[
            pods.mount("config", "/etc/prometheus"),
            pods.mount("rules", "/etc/prometheus-rules"),
            pods.mount("data", "/data", writable=True),
        ],
        readinessProbe=pods.probe("/-/ready", PROMETHEUS_PORT, period=2),
        livenessProbe=pods.probe("/-/healthy", PROMETHEUS_PORT, failures=6),
    )
    template = pods.template(
        PROMETHEUS,
        [main],
        user=USER,
        configuration=objects.checksum(config, dict(rules)),
        serviceAccountName=PROMETHEUS,
        automountServiceAccountToken=True,
        volumes=[
            pods.config_volume("config", PROMETHEUS),
            pods.config_volume("rules", RULES),
            # What is older than a restart is of use to graphs only; SLOs are kept in the cluster's own objects.
            pods.scratch("data", "8Gi"),
        ],
    )
    return [
        objects.service_account(PROMETHEUS, SYSTEM_NAMESPACE, PROMETHEUS),
        cluster_role("shopfleet:prometheus", PROMETHEUS, GRANTS),
        cluster_binding("shopfleet:prometheus", PROMETHEUS, PROMETHEUS, SYSTEM_NAMESPACE),
        objects.config_map(PROMETHEUS, SYSTEM_NAMESPACE, PROMETHEUS, config),
        objects.config_map(RULES, SYSTEM_NAMESPACE, PROMETHEUS, rules),
        objects.service(PROMETHEUS, SYSTEM_NAMESPACE, PROMETHEUS, {"http": (PROMETHEUS_PORT, PROMETHEUS_PORT)}),
        objects.deployment(PROMETHEUS, SYSTEM_NAMESPACE, PROMETHEUS, template, surge=False),
    ]


def _alertmanager(images: Images) -> list[Manifest]:
    config = {"alertmanager.yml": yaml.safe_dump(_routing(), sort_keys=False)}
    main = pods.container(
        ALERTMANAGER,
        images["alertmanager"],
        pods.resources("20m", "128Mi", "32Mi"),
        command=["alertmanager"],
        args=[
            "--config.file=/etc/alertmanager/alertmanager.yml",
            "--storage.path=/data",
            f"--web.listen-address=:{ALERTMANAGER_PORT}",
            # One instance: gossip would only wait for peers.
            "--cluster.listen-address=",
        ],
        ports=pods.ports(http=ALERTMANAGER_PORT),
        volumeMounts=[
            pods.mount("config", "/etc/alertmanager"),
            pods.mount("data", "/data", writable=True),
        ],
        readinessProbe=pods.probe("/-/ready", ALERTMANAGER_PORT, period=2),
        livenessProbe=pods.probe("/-/healthy", ALERTMANAGER_PORT, failures=6),
    )
    template = pods.template(
        ALERTMANAGER,
        [main],
        user=USER,
        configuration=objects.checksum(config),
        serviceAccountName=ALERTMANAGER,
        volumes=[pods.config_volume("config", ALERTMANAGER), pods.scratch("data", "256Mi")],
    )
    return [
        objects.service_account(ALERTMANAGER, SYSTEM_NAMESPACE, ALERTMANAGER),
        objects.config_map(ALERTMANAGER, SYSTEM_NAMESPACE, ALERTMANAGER, config),
        objects.service(
            ALERTMANAGER, SYSTEM_NAMESPACE, ALERTMANAGER, {"http": (ALERTMANAGER_PORT, ALERTMANAGER_PORT)}
        ),
        objects.deployment(ALERTMANAGER, SYSTEM_NAMESPACE, ALERTMANAGER, template, surge=False),
    ]


def _routing() -> Manifest:
    """One route by alert and tenant. Who is called is the installation's own business, added as receivers."""
    return {
        "route": {
            "receiver": "console",
            "group_by": ["alertname", "tenant"],
            "group_wait": "15s",
            "group_interval": "1m",
            "repeat_interval": "4h",
        },
        "receivers": [{"name": "console"}],
    }
