"""The operator's own Deployment: not root, read-only, with the rights of operator_rights and no others."""

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.names import CA_CONFIG_MAP
from provisioning.platform import material, objects, objectstore, pods
from provisioning.platform.dns import GATEWAY_SERVICE
from provisioning.platform.images import Images
from provisioning.platform.operator_rights import CLUSTER_GRANTS, NAMESPACE_GRANTS
from provisioning.platform.rbac import binding, cluster_binding, cluster_role, role
from provisioning.platform.scraping import OPERATOR as NAME
from provisioning.platform.scraping import OPERATOR_PORT as METRICS_PORT
from provisioning.platform.settings import GATEWAY_NAMESPACE, InstallSettings, Part, service_host

CONFIG = "shopfleet-settings"
SETTINGS_KEY = "settings.yaml"
HEALTH_PORT = 8080
HTTPS_PORT = 443
USER = 10002
"""uid and gid of our own code in its image."""

# Seconds it may take to finish the effect it is in; what it has not begun is resumed by the next one.
GRACE = 30


def manifests(settings: InstallSettings, images: Images, tenant_settings: str) -> list[Manifest]:
    """`tenant_settings` is the file from which the operator knows what surrounds a tenant."""
    config = {SETTINGS_KEY: tenant_settings}
    return [
        objects.service_account(NAME, SYSTEM_NAMESPACE, NAME),
        cluster_role("shopfleet:operator", NAME, CLUSTER_GRANTS),
        cluster_binding("shopfleet:operator", NAME, NAME, SYSTEM_NAMESPACE),
        role(NAME, SYSTEM_NAMESPACE, NAME, NAMESPACE_GRANTS),
        binding(NAME, SYSTEM_NAMESPACE, NAME, NAME),
        objects.config_map(CONFIG, SYSTEM_NAMESPACE, NAME, config),
        objects.service(
            NAME, SYSTEM_NAMESPACE, NAME, {"metrics": (METRICS_PORT, METRICS_PORT)}, cluster_ip="None"
        ),
        # The lease would keep a second one idle; without surge a new version never waits for the old one's lease.
        objects.deployment(
            NAME, SYSTEM_NAMESPACE, NAME, _template(settings, images, objects.checksum(config)), surge=False
        ),
    ]


def _template(settings: InstallSettings, images: Images, configuration: str) -> Manifest:
    main = pods.container(
        "operator",
        images["controller"],
        pods.resources("100m", settings.operator.memory, "160Mi"),
        command=["python3", "-m", "controller.operator"],
        env=_environment(settings),
        ports=pods.ports(health=HEALTH_PORT, metrics=METRICS_PORT),
        volumeMounts=[
            pods.mount("settings", "/etc/shopfleet/settings"),
            pods.mount("ca", "/etc/shopfleet/ca"),
            pods.mount("tmp", "/tmp", writable=True),  # noqa: S108 the pod's own
        ],
        # Python imports for a second or two; asking from the first moment finds it ready at once.
        startupProbe=pods.probe("/healthz", HEALTH_PORT, period=1, failures=60),
        livenessProbe=pods.probe("/healthz", HEALTH_PORT, period=10, failures=6, timeout=5),
    )
    return pods.template(
        NAME,
        [main],
        user=USER,
        configuration=configuration,
        serviceAccountName=NAME,
        automountServiceAccountToken=True,
        terminationGracePeriodSeconds=GRACE,
        volumes=[
            pods.config_volume("settings", CONFIG),
            pods.config_volume("ca", CA_CONFIG_MAP),
            pods.scratch("tmp", "256Mi"),
        ],
    )


def _environment(settings: InstallSettings) -> list[Manifest]:
    plain = {
        "SHOPFLEET_NAMESPACE": SYSTEM_NAMESPACE,
        "SHOPFLEET_SETTINGS": f"/etc/shopfleet/settings/{SETTINGS_KEY}",
        "SHOPFLEET_CA_FILE": "/etc/shopfleet/ca/ca.crt",
        "SHOPFLEET_LOG_LEVEL": settings.operator.log_level,
        "SHOPFLEET_HEALTH_PORT": str(HEALTH_PORT),
        "SHOPFLEET_METRICS_PORT": str(METRICS_PORT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if settings.has(Part.GATEWAY):
        # Only our own DNS knows the shops' names inside the cluster; any other may know them later, or never.
        plain["SHOPFLEET_GATEWAY_ADDRESS"] = f"{service_host(GATEWAY_SERVICE, GATEWAY_NAMESPACE)}:{HTTPS_PORT}"
    found = [pods.from_field("SHOPFLEET_IDENTITY", "metadata.name")]
    plain["SHOPFLEET_OBJECTSTORE_URL"] = objectstore.url(settings)
    plain["SHOPFLEET_OBJECTSTORE_REGION"] = settings.object_store.region
    root = material.OBJECT_STORE_ROOT
    found.append(pods.from_secret("SHOPFLEET_OBJECTSTORE_ACCESS_KEY", root, "access-key"))
    found.append(pods.from_secret("SHOPFLEET_OBJECTSTORE_SECRET_KEY", root, "secret-key"))
    return found + [{"name": name, "value": value} for name, value in plain.items()]
