"""Every path of the local platform, derived in one place.

Two roots: the *cache* can be rebuilt from the package registries at the price
of minutes (binaries, images, templates); the *state* is what one cluster knows
(database, volumes, certificates) and is lost when it is wiped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent
REPOSITORY = SOURCE.parents[1]
GO_MODULES = SOURCE / "go"
TEMPLATES = SOURCE / "templates"

DEFAULT_STATE_ROOT = Path("/var/lib/shopfleet")


@dataclass(frozen=True)
class CachePaths:
    """Shared by all clusters of the machine."""

    root: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> CachePaths:
        """`SHOPFLEET_CACHE`, by default `~/.cache/shopfleet`."""
        chosen = environment.get("SHOPFLEET_CACHE")
        return cls(Path(chosen) if chosen else Path.home() / ".cache" / "shopfleet")

    @property
    def boot(self) -> Path:
        """The virtual environment that carries the Go toolchain."""
        return self.root / "boot"

    @property
    def go_modules(self) -> Path:
        return self.root / "go" / "mod"

    @property
    def go_build(self) -> Path:
        return self.root / "go" / "build"

    @property
    def binaries(self) -> Path:
        return self.root / "bin"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def image_index(self) -> Path:
        return self.images / "index.json"

    @property
    def assets(self) -> Path:
        """Files read out of Go modules, such as the CRDs of the gateway."""
        return self.root / "assets"

    @property
    def templates(self) -> Path:
        """Dumps of golden templates, by digest of release and variant."""
        return self.root / "templates"

    @property
    def logs(self) -> Path:
        return self.root / "logs"


@dataclass(frozen=True)
class ClusterPaths:
    """The folder of one cluster. Nothing of a cluster lies outside of it."""

    root: Path

    @classmethod
    def of(cls, cluster: str, environment: Mapping[str, str]) -> ClusterPaths:
        """`$SHOPFLEET_STATE/<cluster>`, by default below `/var/lib/shopfleet`."""
        chosen = environment.get("SHOPFLEET_STATE")
        return cls((Path(chosen) if chosen else DEFAULT_STATE_ROOT) / cluster)

    @property
    def owner(self) -> Path:
        """Says that the folder is ours; a folder with other content is never touched."""
        return self.root / "shopfleet-cluster.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def kubeconfig(self) -> Path:
        """Of the cluster's administrator."""
        return self.root / "kubeconfig"

    @property
    def authority(self) -> Path:
        """Certificate of the authority that signs the shops' addresses, for browsers and curl."""
        return self.root / "ca.crt"

    @property
    def pki(self) -> Path:
        return self.root / "pki"

    @property
    def config(self) -> Path:
        """Rendered anew at every start."""
        return self.root / "config"

    @property
    def cni_config(self) -> Path:
        return self.config / "cni"

    @property
    def init_script(self) -> Path:
        return self.config / "init.sh"

    @property
    def supervisor_config(self) -> Path:
        return self.config / "supervisord.conf"

    @property
    def etcd(self) -> Path:
        return self.root / "etcd"

    @property
    def containerd(self) -> Path:
        """Image store and snapshots: the expensive part, which `wipe` can keep."""
        return self.root / "containerd"

    @property
    def kubelet(self) -> Path:
        return self.root / "kubelet"

    @property
    def pod_logs(self) -> Path:
        return self.root / "pod-logs"

    @property
    def volumes(self) -> Path:
        """Persistent volumes of the local provisioner."""
        return self.root / "volumes"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def process_record(self) -> Path:
        return self.run / "node.json"

    @property
    def containerd_socket(self) -> Path:
        return self.run / "containerd.sock"

    @property
    def supervisor_socket(self) -> Path:
        return self.run / "supervisor.sock"

    @property
    def logs(self) -> Path:
        return self.root / "logs"
