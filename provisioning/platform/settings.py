"""What one installation of the shared parts looks like: sizes, addresses, and which parts are ours to install."""

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from provisioning.meta import SYSTEM_NAMESPACE, Model
from provisioning.plan import Quantity, quantity

GATEWAY_NAMESPACE = "shopfleet-gateway"
STORAGE_NAMESPACE = "shopfleet-storage"
DNS_NAMESPACE = "kube-system"

OWN_CLASS = "shopfleet-rwx"
"""StorageClass of our own provisioner."""

HOSTNAME = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"


SHARED_BUFFERS_SHARE = 0.25

CONNECTION_BYTES = 4 * 2**20
"""Memory of one PostgreSQL session's own: 1.4 to 5.2 MB were measured for Odoo's, 2.4 in the middle."""


class Part(StrEnum):
    """A shared part that an existing cluster may already have."""

    DNS = "dns"
    STORAGE = "storage"
    DATABASE = "database"
    OBJECT_STORE = "objectstore"
    GATEWAY = "gateway"
    METRICS = "metrics"
    OPERATOR = "operator"


ALL_PARTS = tuple(Part)
ON_AN_EXISTING_CLUSTER = tuple(part for part in Part if part not in {Part.DNS, Part.STORAGE})
"""Every Kubernetes in use has DNS and a default StorageClass; the rest we bring."""


class StorageSettings(Model):
    class_name: str | None = Field(
        default=None,
        max_length=253,
        description="Gives volumes that several pods can write; when absent our own where storage is among the "
        "parts, else the cluster's default class.",
    )
    single_writer_class: str | None = Field(
        default=None,
        max_length=253,
        description="For the database and the object store, which want a disk; the same class when absent.",
    )
    path: str = Field(
        default="/var/lib/shopfleet/volumes",
        pattern=r"^/.+",
        description="Folder on the node, or on a file system that all nodes mount at the same place.",
    )


class DatabaseSettings(Model):
    members: int = Field(
        default=1, ge=1, le=3, description="PostgreSQL servers; 2 or more replicate synchronously."
    )
    memory: Quantity = Field(default="2Gi", description="A quarter becomes PostgreSQL's shared buffers.")
    storage: Quantity = "20Gi"
    max_connections: int = Field(default=300, ge=50, le=5000)
    durable: bool = Field(
        default=True,
        description="Whether a commit waits for the disk. Only tests may say no: a crash then loses the server.",
    )

    @model_validator(mode="after")
    def _connections_fit(self) -> Self:
        left = quantity(self.memory) * (1 - SHARED_BUFFERS_SHARE)
        if left < self.max_connections * CONNECTION_BYTES:
            raise ValueError(
                f"memory {self.memory} is too little for {self.max_connections} connections: beside the shared "
                f"buffers it holds {left / CONNECTION_BYTES:.0f}; raise memory or lower maxConnections"
            )
        return self


class ObjectStoreSettings(Model):
    storage: Quantity = "20Gi"
    url: str | None = Field(
        default=None,
        pattern=r"^https://[^/]+$",
        description="Of a store that is not ours to install; its keys are in Secret objectstore-root.",
    )
    region: str = Field(default="local-1", min_length=3, max_length=63)
    second_region: str | None = Field(
        default=None,
        min_length=3,
        max_length=63,
        description="Name of a second, independent store; none when absent.",
    )


class GatewaySettings(Model):
    domain: str = Field(default="shops.localhost", pattern=HOSTNAME)
    class_name: str | None = Field(
        default=None, max_length=253, description="GatewayClass of an Envoy Gateway that is not ours to install."
    )
    proxy_namespace: str = Field(
        default=GATEWAY_NAMESPACE, max_length=63, description="Where the proxies of that class run."
    )
    replicas: int = Field(default=1, ge=1, le=20)
    host_ports: bool = Field(
        default=True, description="Serve on ports 80 and 443 of the node itself, for want of a load balancer."
    )
    own_certificate: bool = Field(
        default=True, description="Whether our CA signs for the domain; false when Secret gateway-tls is brought."
    )
    trusted_hops: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Proxies of ours in front of the gateway, whose X-Forwarded-For is true.",
    )


class DnsSettings(Model):
    address: str = Field(default="10.96.0.10", description="Cluster IP that every kubelet tells its pods.")
    upstreams: tuple[str, ...] = Field(
        default=(), description="Resolvers for names outside the cluster; without them those do not exist."
    )


class MetricsSettings(Model):
    retention: str = Field(default="24h", pattern=r"^[0-9]+[hdw]$")
    memory: Quantity = "512Mi"
    verify_kubelet: bool = Field(
        default=True, description="Many clusters' kubelets serve a self-signed certificate; then false."
    )


class OperatorSettings(Model):
    memory: Quantity = "384Mi"
    log_level: str = Field(default="info", pattern=r"^(debug|info|warning|error)$")


class InstallSettings(Model):
    """One installation. Defaults are those of a one-node cluster on a bare machine."""

    parts: tuple[Part, ...] = ALL_PARTS
    pod_network: str = Field(
        default="10.244.0.0/16", description="Who may ask PostgreSQL for a connection at all."
    )
    storage: StorageSettings = StorageSettings()
    database: DatabaseSettings = DatabaseSettings()
    object_store: ObjectStoreSettings = ObjectStoreSettings()
    gateway: GatewaySettings = GatewaySettings()
    dns: DnsSettings = DnsSettings()
    metrics: MetricsSettings = MetricsSettings()
    operator: OperatorSettings = OperatorSettings()

    @model_validator(mode="after")
    def _no_part_twice(self) -> Self:
        if len(set(self.parts)) != len(self.parts):
            raise ValueError(f"parts names one part twice: {', '.join(self.parts)}")
        return self

    @model_validator(mode="after")
    def _somebody_brings_it(self) -> Self:
        if self.has(Part.OPERATOR) and not self.has(Part.OBJECT_STORE) and not self.object_store.url:
            raise ValueError("objectStore.url is needed, because the object store is not among the parts")
        if self.has(Part.GATEWAY) and self.gateway.class_name:
            raise ValueError("gateway.className is for a gateway that is not among the parts")
        return self

    @property
    def has_gateway(self) -> bool:
        """Whether the shops' Gateway is ours to make, of our own class or of another."""
        return self.has(Part.GATEWAY) or self.gateway.class_name is not None

    @property
    def shared_class(self) -> str:
        """StorageClass of volumes that several pods can write; storage_class.choose names the cluster's own."""
        return self.storage.class_name or OWN_CLASS

    @property
    def disk_class(self) -> str:
        """StorageClass of volumes with a single writer."""
        return self.storage.single_writer_class or self.shared_class

    def has(self, part: Part) -> bool:
        return part in self.parts


def service_host(name: str, namespace: str = SYSTEM_NAMESPACE) -> str:
    """The full cluster name of a Service."""
    return f"{name}.{namespace}.svc.cluster.local"


def service_names(name: str, namespace: str = SYSTEM_NAMESPACE) -> tuple[str, ...]:
    """Every name by which pods may call a Service, for its certificate."""
    return (name, f"{name}.{namespace}", f"{name}.{namespace}.svc", service_host(name, namespace))
