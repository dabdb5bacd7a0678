"""Settings of the running processes, from the environment: SHOPFLEET_<NAME>. Each says its unit and why.

What surrounds a tenant (storage class, gateway, images) is not here but in provisioning.settings, which the
installer writes into a ConfigMap, so that operator and command line read the same.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from controller.constants import SETTINGS_KEY
from provisioning.meta import SYSTEM_NAMESPACE


class OperatorSettings(BaseSettings):
    """The operator's environment, as provisioning/platform/operator.py writes it."""

    model_config = SettingsConfigDict(env_prefix="SHOPFLEET_", frozen=True, extra="ignore")

    namespace: str = Field(default=SYSTEM_NAMESPACE, description="Where the lease and the settings are.")
    identity: str = Field(min_length=1, description="Name of this process in the lease: the pod's name.")
    settings: Path = Field(
        default=Path(f"/etc/shopfleet/settings/{SETTINGS_KEY}"), description="PlatformSettings as YAML."
    )
    ca_file: Path = Field(
        default=Path("/etc/shopfleet/ca/ca.crt"),
        description="The platform's authority, which signs for its own gateway, object store and database.",
    )
    scratch: Path = Field(
        default=Path("/tmp/shopfleet"),  # noqa: S108 a volume of the pod's own
        description="For certificates of authorities, which libpq and the object store's client want as files.",
    )
    log_level: str = Field(default="info", pattern=r"^(debug|info|warning|error)$")
    health_port: int = Field(default=8080, ge=1, le=65535, description="Liveness of the event loop.")
    metrics_port: int = Field(default=9090, ge=1, le=65535, description="Prometheus format, no TLS.")
    threads: int = Field(
        default=8,
        ge=1,
        le=64,
        description="Objects worked on at once. A pass mostly waits for the network; 8 keep 20 creations busy "
        "while the API server's fair queueing still lets people through.",
    )
    objectstore_url: str = Field(
        default=f"https://objectstore.{SYSTEM_NAMESPACE}.svc.cluster.local:9000",
        pattern=r"^https://",
        description="Signed addresses of dumps go out under this name, so pods must be able to resolve it.",
    )
    objectstore_region: str = Field(default="local-1", min_length=1)
    objectstore_access_key: SecretStr
    objectstore_secret_key: SecretStr
    gateway_address: str | None = Field(
        default=None,
        pattern=r"^[^:]+:[0-9]{1,5}$",
        description="host:port to ask for tenants' pages; what DNS says may lag behind, or know none of them.",
    )

    @property
    def authorities(self) -> Path:
        """The system's authorities and ours in one file, made at the start; for clients that take only one."""
        return self.scratch / "authorities.crt"
