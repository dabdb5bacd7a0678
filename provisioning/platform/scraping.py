"""What Prometheus asks, and how it finds it: by the DNS names of headless Services.

Not by the API server's word: Debian's Prometheus is built without its discovery, and this way Prometheus needs
no right to read pods. A query names a part by its job, never by an address.
"""

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import dns, gateway, gateway_controller
from provisioning.platform.postgres_config import API_PORT, MEMBERS_SERVICE
from provisioning.platform.settings import (
    DNS_NAMESPACE,
    GATEWAY_NAMESPACE,
    InstallSettings,
    Part,
    service_host,
)

# Seconds. Fast enough for a surge that doubles traffic in a minute, slow enough for 1.6 MB of a proxy's metrics.
INTERVAL = "15s"
OPERATOR = "shopfleet-operator"
OPERATOR_PORT = 9090
KUBELETS = "kubelets"
KUBELET_PORT = 10250

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 a path
_CA = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"

VOLUME_SERIES = "kubelet_volume_stats_.*|kubelet_running_(pods|containers)"
# Series of the kubelet's cAdvisor that answer "how full is it"; all of them would be most of what we store.
CONTAINER_SERIES = (
    "container_cpu_usage_seconds_total|container_cpu_cfs_throttled_periods_total"
    "|container_memory_working_set_bytes|container_memory_rss|container_oom_events_total"
    "|container_spec_memory_limit_bytes|container_network_(receive|transmit)_bytes_total"
    "|container_fs_(reads|writes)_bytes_total"
)


def prometheus(settings: InstallSettings) -> Manifest:
    """prometheus.yml."""
    alertmanager = f"{service_host('alertmanager')}:9093"
    return {
        "global": {"scrape_interval": INTERVAL, "evaluation_interval": INTERVAL},
        "rule_files": ["/etc/prometheus-rules/*.yaml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [
            {"job_name": "prometheus", "static_configs": [{"targets": ["localhost:9090"]}]},
            {"job_name": "alertmanager", "static_configs": [{"targets": [alertmanager]}]},
            *_parts(settings),
            _kubelet("kubelet", "/metrics", VOLUME_SERIES, settings),
            _kubelet("containers", "/metrics/cadvisor", CONTAINER_SERIES, settings),
        ],
    }


def _parts(settings: InstallSettings) -> list[Manifest]:
    """One job for each part that this installation has."""
    controller = gateway_controller.NAME
    jobs = {
        Part.GATEWAY: [
            _pods("gateway-proxy", gateway.METRICS_SERVICE, GATEWAY_NAMESPACE, gateway.STATS_PORT)
            | {"metrics_path": "/stats/prometheus"},
            _pods("gateway-controller", controller, GATEWAY_NAMESPACE, gateway_controller.METRICS_PORT),
        ],
        Part.DATABASE: [_pods("postgres", MEMBERS_SERVICE, SYSTEM_NAMESPACE, API_PORT)],
        Part.OPERATOR: [_pods("operator", OPERATOR, SYSTEM_NAMESPACE, OPERATOR_PORT)],
        Part.DNS: [_pods("dns", dns.SERVICE, DNS_NAMESPACE, dns.METRICS_PORT)],
    }
    return [job for part, found in jobs.items() if settings.has(part) for job in found]


def _pods(job: str, service: str, namespace: str, port: int) -> Manifest:
    """A target for each pod of a headless Service; of another Service, its one address."""
    return {"job_name": job, "dns_sd_configs": [_addresses(service, namespace, port)]}


def _kubelet(job: str, path: str, keep: str, settings: InstallSettings) -> Manifest:
    return {
        "job_name": job,
        "scheme": "https",
        "metrics_path": path,
        "authorization": {"credentials_file": _TOKEN},
        "tls_config": {"ca_file": _CA, "insecure_skip_verify": not settings.metrics.verify_kubelet},
        "dns_sd_configs": [_addresses(KUBELETS, SYSTEM_NAMESPACE, KUBELET_PORT)],
        "metric_relabel_configs": [{"source_labels": ["__name__"], "regex": keep, "action": "keep"}],
    }


def _addresses(service: str, namespace: str, port: int) -> Manifest:
    name = service_host(service, namespace)
    return {"names": [name], "type": "A", "port": port, "refresh_interval": INTERVAL}
