"""What the platform around a tenant looks like: where its gateway, object store, DNS and metrics are.

One file per cluster, written by the installer and read by the operator. The defaults are what the installer
of this repository sets up.
"""

from pydantic import Field

from provisioning.meta import SYSTEM_NAMESPACE, Model


class GatewaySettings(Model):
    name: str = "shopfleet"
    namespace: str = SYSTEM_NAMESPACE
    listener: str = Field(default="https", description="Section of the gateway that terminates TLS.")
    proxy_namespace: str = Field(default="shopfleet-gateway", description="Where the proxy pods run.")
    proxy_labels: dict[str, str] = Field(
        default_factory=lambda: {"gateway.envoyproxy.io/owning-gateway-name": "shopfleet"}
    )


class ObjectStoreSettings(Model):
    host: str = f"objectstore.{SYSTEM_NAMESPACE}.svc.cluster.local"
    port: int = Field(default=9000, ge=1, le=65535)


class Neighbour(Model):
    """Pods of one sort that tenants talk with, as a NetworkPolicy selects them."""

    namespace: str
    labels: dict[str, str]


class Inventory(Model):
    """What the installer put there, so that what has gone missing is noticed."""

    workloads: tuple[str, ...] = Field(
        default=(), description="Deployments and StatefulSets, such as `Deployment shopfleet-system/prometheus`."
    )
    certificates: tuple[str, ...] = Field(
        default=(), description="Secrets with certificates, such as `shopfleet-system/gateway-tls`."
    )


class PlatformSettings(Model):
    tools_image: str = Field(description="Image of the controller: runs dump, restore and file jobs too.")
    storage_class: str = Field(
        default="shopfleet-rwx", description="Must give volumes that several pods can write."
    )
    platform_ca: str = Field(
        default="", description="PEM of the authority that signed the object store's certificate."
    )
    gateway: GatewaySettings = GatewaySettings()
    object_store: ObjectStoreSettings = ObjectStoreSettings()
    dns: Neighbour = Neighbour(namespace="kube-system", labels={"k8s-app": "kube-dns"})
    monitoring: Neighbour = Neighbour(namespace=SYSTEM_NAMESPACE, labels={"app.kubernetes.io/name": "prometheus"})
    image_pull_secrets: tuple[str, ...] = Field(
        default=(), description="Names of Secrets in every tenant's namespace."
    )
    inventory: Inventory | None = Field(
        default=None, description="None when an installer wrote this that kept no list."
    )
