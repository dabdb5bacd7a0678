"""The object store: versitygw over a folder, with versions and object lock; another region is another one."""

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import material, objects, pods
from provisioning.platform.images import Images
from provisioning.platform.settings import InstallSettings, service_host

NAME = "objectstore"
SECOND = "objectstore-second"
PORT = 9000
HEALTH = "/-/health"
"""No bucket can have this name: one is at least three letters or digits long."""


def manifests(settings: InstallSettings, images: Images, secrets: material.Material) -> list[Manifest]:
    regions = {NAME: settings.object_store.region}
    if settings.object_store.second_region:
        regions[SECOND] = settings.object_store.second_region
    found = []
    for name, region in regions.items():
        configuration = secrets.fingerprint(_certificate(name), material.OBJECT_STORE_ROOT)
        found += _store(name, settings, _template(name, region, images, configuration))
    return found


def url(settings: InstallSettings) -> str:
    """Where the object store is, ours or another."""
    return settings.object_store.url or f"https://{service_host(NAME)}:{PORT}"


def names(settings: InstallSettings) -> tuple[str, ...]:
    """The StatefulSets of this installation."""
    return (NAME, SECOND) if settings.object_store.second_region else (NAME,)


def _certificate(name: str) -> str:
    return material.OBJECT_STORE_TLS if name == NAME else material.SECOND_OBJECT_STORE_TLS


def _store(name: str, settings: InstallSettings, template: Manifest) -> list[Manifest]:
    return [
        objects.service_account(name, SYSTEM_NAMESPACE, name),
        objects.service(name, SYSTEM_NAMESPACE, name, {"https": (PORT, PORT)}),
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": objects.metadata(name, SYSTEM_NAMESPACE, name),
            "spec": {
                # Two over one folder would not see each other's locks.
                "replicas": 1,
                "serviceName": name,
                "revisionHistoryLimit": 2,
                "selector": {"matchLabels": objects.selector(name)},
                "template": template,
                "volumeClaimTemplates": [
                    objects.claim("data", settings.disk_class, settings.object_store.storage)
                ],
            },
        },
    ]


def _template(name: str, region: str, images: Images, configuration: str) -> Manifest:
    main = pods.container(
        "versitygw",
        images["versitygw"],
        pods.resources("100m", "512Mi", "96Mi"),
        command=["versitygw"],
        args=_arguments(region),
        env=[
            pods.from_secret("ROOT_ACCESS_KEY", material.OBJECT_STORE_ROOT, "access-key"),
            pods.from_secret("ROOT_SECRET_KEY", material.OBJECT_STORE_ROOT, "secret-key"),
        ],
        ports=pods.ports(https=PORT),
        volumeMounts=[
            # Versions may not lie inside the folder of the buckets: they would be a bucket.
            pods.mount("data", "/data/buckets", writable=True, sub_path="buckets"),
            pods.mount("data", "/data/versions", writable=True, sub_path="versions"),
            pods.mount("data", "/data/accounts", writable=True, sub_path="accounts"),
            pods.mount("tls", "/etc/objectstore-tls"),
            # Parts of an upload are assembled in files without a name.
            pods.mount("tmp", "/tmp", writable=True),  # noqa: S108 the pod's own
        ],
        readinessProbe=pods.probe(HEALTH, PORT, period=2, scheme="HTTPS"),
        livenessProbe=pods.probe(HEALTH, PORT, failures=6, timeout=5, scheme="HTTPS"),
    )
    return pods.template(
        name,
        [main],
        configuration=configuration,
        serviceAccountName=name,
        terminationGracePeriodSeconds=30,
        volumes=[pods.secret_volume("tls", _certificate(name)), pods.scratch("tmp", "1Gi")],
    )


def _arguments(region: str) -> list[str]:
    return [
        f"--port=:{PORT}",
        "--cert=/etc/objectstore-tls/tls.crt",
        "--key=/etc/objectstore-tls/tls.key",
        f"--region={region}",
        f"--health={HEALTH}",
        "--iam-dir=/data/accounts",
        "posix",
        # Only the server itself reads the folder; its default is readable by all.
        "--dir-perms=0700",
        "--file-perms=0600",
        "--versioning-dir=/data/versions",
        "/data/buckets",
    ]
