"""The whole platform as stages: what to apply, when it is ready, and which stage needs which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import yaml

from provisioning.meta import GROUP, SYSTEM_NAMESPACE, Manifest
from provisioning.platform import (
    database,
    database_setup,
    dns,
    gateway,
    gateway_controller,
    material,
    metrics,
    namespace,
    network,
    objects,
    objectstore,
    operator,
    people,
    postgres_config,
    scraping,
    storage,
)
from provisioning.platform.images import Images
from provisioning.platform.inventory import Removal
from provisioning.platform.policies import guards
from provisioning.platform.readiness import (
    AnnotationSet,
    Check,
    CRDEstablished,
    DeploymentAvailable,
    GatewayProgrammed,
    JobComplete,
    StatefulSetReady,
)
from provisioning.platform.settings import (
    DNS_NAMESPACE,
    GATEWAY_NAMESPACE,
    STORAGE_NAMESPACE,
    InstallSettings,
    Part,
)
from provisioning.settings import PlatformSettings

HTTPS_PORT = 443
NAMESPACES = "namespaces"
"""The stage that all others follow, but for definitions."""
GATEWAY_API_GROUP = "gateway.networking.k8s.io"
ENVOY_GROUP = "gateway.envoyproxy.io"
WORKLOADS = ("Deployment", "StatefulSet")
"""Kinds that run for as long as the platform does."""


@dataclass(frozen=True)
class Stage:
    """Manifests applied one after the other, after removals; the stage is done when all checks hold."""

    name: str
    manifests: Sequence[Manifest]
    checks: tuple[Check, ...] = ()
    needs: frozenset[str] = frozenset()
    """Names of stages that are done before this one begins; the others run beside it."""
    removals: tuple[Removal, ...] = ()


@dataclass(frozen=True)
class Extras:
    """What comes from outside of this package."""

    crds: Sequence[Manifest] = ()
    """Of the Gateway API, of Envoy Gateway, and our own."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Files of alerting rules by name."""
    nodes: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the cluster's nodes by name, for Prometheus."""
    defaults: Sequence[Manifest] = ()
    """Objects of our own kinds that every installation starts with, and their namespaces."""


def build_platform(
    settings: InstallSettings, images: Images, secrets: material.Material, extras: Extras
) -> list[Stage]:
    """Every stage of this installation, in an order in which they could also run one by one."""
    stages = [*_foundation(settings, secrets, extras)]
    if settings.has(Part.DNS):
        stages.append(_dns(settings, images))
    if settings.has(Part.STORAGE):
        stages.append(_storage(settings, images))
    if settings.has(Part.DATABASE):
        stages += _database(settings, images, secrets)
    if settings.has(Part.OBJECT_STORE):
        stages.append(_object_store(settings, images, secrets))
    if settings.has_gateway:
        stages.append(_gateway(settings, images, secrets))
    if settings.has(Part.METRICS):
        stages.append(_metrics(settings, images, extras))
    if settings.has(Part.OPERATOR):
        stages.append(_operator(settings, images, secrets, stages))
    stages.append(Stage("defaults", list(extras.defaults), needs=frozenset({_definitions_of(GROUP)})))
    present = {stage.name for stage in stages}
    return [Stage(stage.name, stage.manifests, stage.checks, stage.needs & present) for stage in stages]


def tenant_settings(
    settings: InstallSettings, images: Images, secrets: material.Material, checks: Sequence[Check] = ()
) -> PlatformSettings:
    """What operator and command line have to know of this installation; `checks` are all that it has to pass."""
    store = urlsplit(objectstore.url(settings))
    return PlatformSettings.model_validate(
        {
            "tools_image": images["controller"],
            "storage_class": settings.shared_class,
            "platform_ca": secrets.authority,
            "gateway": {"proxy_namespace": settings.gateway.proxy_namespace},
            "object_store": {"host": store.hostname, "port": store.port or HTTPS_PORT},
            "inventory": {
                "workloads": [str(check) for check in checks if check.kind in WORKLOADS],
                "certificates": ["/".join(place) for place in material.certificates(settings)],
            },
        }
    )


def _foundation(settings: InstallSettings, secrets: material.Material, extras: Extras) -> list[Stage]:
    return [
        Stage(NAMESPACES, namespace.namespaces(settings)),
        *_definitions(settings, extras),
        Stage("secrets", secrets.manifests(), needs=frozenset({NAMESPACES})),
        # Nobody waits for these, and they are many.
        Stage(
            "rights and policies",
            [*network.manifests(settings), *people.manifests()],
            needs=frozenset({NAMESPACES}),
        ),
    ]


def _definitions(settings: InstallSettings, extras: Extras) -> list[Stage]:
    """A stage for each API group: applying the gateway's keeps an API server busy for seconds."""
    groups: dict[str, list[Manifest]] = {}
    for manifest in extras.crds:
        # What has no group of its own guards the upgrades of the Gateway API.
        groups.setdefault(manifest["spec"].get("group", GATEWAY_API_GROUP), []).append(manifest)
    if not settings.has(Part.GATEWAY):
        # Those of a gateway that somebody else brings are theirs, in the version that it speaks.
        groups = {group: found for group, found in groups.items() if group == GROUP}
    return [
        Stage(_definitions_of(group), [_marked(manifest) for manifest in found], _established(found))
        for group, found in groups.items()
    ]


def _definitions_of(group: str) -> str:
    return f"definitions of {group}"


def _established(manifests: Sequence[Manifest]) -> tuple[Check, ...]:
    return tuple(
        CRDEstablished(manifest["metadata"]["name"])
        for manifest in manifests
        if manifest["kind"] == "CustomResourceDefinition"
    )


def _marked(manifest: Manifest) -> Manifest:
    """With a checksum, by which the installer sees that it need not apply it again."""
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), objects.CHECKSUM: objects.checksum(manifest)}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def _dns(settings: InstallSettings, images: Images) -> Stage:
    return Stage(
        "dns",
        dns.manifests(settings, images),
        (DeploymentAvailable(dns.NAME, DNS_NAMESPACE),),
        frozenset({NAMESPACES}),
    )


def _storage(settings: InstallSettings, images: Images) -> Stage:
    return Stage(
        "storage",
        storage.manifests(settings, images),
        (DeploymentAvailable(storage.NAME, STORAGE_NAMESPACE),),
        frozenset({NAMESPACES}),
    )


def _database(settings: InstallSettings, images: Images, secrets: material.Material) -> list[Stage]:
    ready: list[Check] = [StatefulSetReady(postgres_config.NAME, SYSTEM_NAMESPACE)]
    if settings.database.members > 1:
        # Patroni names the synchronous standby some 20 s after both are ready; until then a failover loses data.
        ready.append(AnnotationSet("postgres-sync", SYSTEM_NAMESPACE, "sync_standby"))
    job = database_setup.job_name(settings, images, secrets)
    # Claims and pods may be made before the provisioner runs or a Service has an address: they wait by themselves.
    return [
        Stage(
            "database",
            database.manifests(settings, images, secrets),
            tuple(ready),
            frozenset({"secrets"}),
        ),
        Stage(
            "database setup",
            database_setup.manifests(settings, images, secrets),
            (JobComplete(job, SYSTEM_NAMESPACE),),
            frozenset({"database", "dns"}),
        ),
    ]


def _object_store(settings: InstallSettings, images: Images, secrets: material.Material) -> Stage:
    return Stage(
        "object store",
        objectstore.manifests(settings, images, secrets),
        tuple(StatefulSetReady(name, SYSTEM_NAMESPACE) for name in objectstore.names(settings)),
        frozenset({"secrets"}),
    )


def _gateway(settings: InstallSettings, images: Images, secrets: material.Material) -> Stage:
    controller: list[Manifest] = []
    proxies: tuple[Check, ...] = ()
    if settings.has(Part.GATEWAY):
        controller = gateway_controller.manifests(images, secrets)
        proxies = (
            DeploymentAvailable(gateway_controller.NAME, GATEWAY_NAMESPACE),
            DeploymentAvailable(dns.GATEWAY_SERVICE, GATEWAY_NAMESPACE),
        )
    return Stage(
        "gateway",
        [*gateway.manifests(settings, images), *controller],
        (*proxies, GatewayProgrammed(gateway.NAME, SYSTEM_NAMESPACE)),
        frozenset({"secrets", *map(_definitions_of, (GATEWAY_API_GROUP, ENVOY_GROUP))}),
    )


def _metrics(settings: InstallSettings, images: Images, extras: Extras) -> Stage:
    return Stage(
        "metrics",
        metrics.manifests(settings, images, extras.rules, extras.nodes),
        (
            DeploymentAvailable(metrics.PROMETHEUS, SYSTEM_NAMESPACE),
            DeploymentAvailable(metrics.ALERTMANAGER, SYSTEM_NAMESPACE),
        ),
        frozenset({NAMESPACES}),
    )


def _operator(
    settings: InstallSettings, images: Images, secrets: material.Material, others: Sequence[Stage]
) -> Stage:
    ready = DeploymentAvailable(scraping.OPERATOR, SYSTEM_NAMESPACE)
    checks = [*(check for stage in others for check in stage.checks), ready]
    known = tenant_settings(settings, images, secrets, checks).model_dump(mode="json", by_alias=True)
    return Stage(
        "operator",
        [
            *(manifest for guard in guards() for manifest in guard.manifests),
            *operator.manifests(settings, images, yaml.safe_dump(known, sort_keys=False)),
        ],
        (ready,),
        # It would wait for DNS and the roles anyway, and its first errors would only worry people.
        frozenset({"secrets", _definitions_of(GROUP), "database setup", "dns"}),
    )
