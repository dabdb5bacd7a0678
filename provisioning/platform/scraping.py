"""What Prometheus asks, and how it finds it. A query names a part by its job, never by an address."""

from provisioning.meta import LABEL_NAME, SYSTEM_NAMESPACE, Manifest
from provisioning.platform import dns, gateway, gateway_controller
from provisioning.platform.postgres_config import API_PORT
from provisioning.platform.postgres_config import NAME as POSTGRES
from provisioning.platform.settings import DNS_NAMESPACE, GATEWAY_NAMESPACE, InstallSettings, service_host

# Seconds. Fast enough for a surge that doubles traffic in a minute, slow enough for 1.6 MB of a proxy's metrics.
INTERVAL = "15s"
OPERATOR_PORT = 9090

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 a path
_CA = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"

# Series of the kubelet's cAdvisor that answer "how full is it"; all of them would be most of what we store.
CONTAINER_SERIES = (
    "container_cpu_usage_seconds_total|container_cpu_cfs_throttled_periods_total|container_memory_working_set_bytes"
    "|container_memory_rss|container_oom_events_total|container_spec_memory_limit_bytes"
    "|container_network_(receive|transmit)_bytes_total|container_fs_(reads|writes)_bytes_total"
)


def prometheus(settings: InstallSettings) -> Manifest:
    """prometheus.yml."""
    return {
        "global": {"scrape_interval": INTERVAL, "evaluation_interval": INTERVAL},
        "rule_files": ["/etc/prometheus-rules/*.yaml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [f"{service_host('alertmanager')}:9093"]}]}]
        },
        "scrape_configs": [
            {"job_name": "prometheus", "static_configs": [{"targets": ["localhost:9090"]}]},
            _pods("gateway-proxy", GATEWAY_NAMESPACE, "envoy", gateway.STATS_PORT, "/stats/prometheus"),
            _pods(
                "gateway-controller", GATEWAY_NAMESPACE, gateway_controller.NAME, gateway_controller.METRICS_PORT
            ),
            _pods("postgres", SYSTEM_NAMESPACE, POSTGRES, API_PORT),
            _pods("operator", SYSTEM_NAMESPACE, "shopfleet-operator", OPERATOR_PORT),
            _pods("dns", DNS_NAMESPACE, dns.NAME, dns.METRICS_PORT),
            _kubelet("kubelet", "/metrics", "kubelet_volume_stats_.*|kubelet_running_(pods|containers)", settings),
            _kubelet("containers", "/metrics/cadvisor", CONTAINER_SERIES, settings),
        ],
    }


def _pods(job: str, namespace: str, component: str, port: int, path: str = "/metrics") -> Manifest:
    """One target for each running pod of a component."""
    name = "__meta_kubernetes_pod_label_" + LABEL_NAME.translate(str.maketrans("./-", "___"))
    return {
        "job_name": job,
        "metrics_path": path,
        "kubernetes_sd_configs": [{"role": "pod", "namespaces": {"names": [namespace]}}],
        "relabel_configs": [
            _relabel([name], component, "keep"),
            _relabel(["__meta_kubernetes_pod_phase"], "Running", "keep"),
            # A pod is found once for each container port; asking it once is enough.
            _relabel(["__meta_kubernetes_pod_container_init"], "true", "drop"),
            {
                "source_labels": ["__meta_kubernetes_pod_ip"],
                "target_label": "__address__",
                "replacement": f"$1:{port}",
            },
            {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
            {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        ],
    }


def _kubelet(job: str, path: str, keep: str, settings: InstallSettings) -> Manifest:
    return {
        "job_name": job,
        "scheme": "https",
        "metrics_path": path,
        "authorization": {"credentials_file": _TOKEN},
        "tls_config": {"ca_file": _CA, "insecure_skip_verify": not settings.metrics.verify_kubelet},
        "kubernetes_sd_configs": [{"role": "node"}],
        "relabel_configs": [
            {"source_labels": ["__meta_kubernetes_node_name"], "target_label": "node"},
        ],
        "metric_relabel_configs": [_relabel(["__name__"], keep, "keep")],
    }


def _relabel(sources: list[str], pattern: str, action: str) -> Manifest:
    return {"source_labels": sources, "regex": pattern, "action": action}
