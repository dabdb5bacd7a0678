"""The namespaces of the shared parts, each with the strictest Pod Security that its pods allow."""

from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform.objects import metadata
from provisioning.platform.settings import GATEWAY_NAMESPACE, STORAGE_NAMESPACE, InstallSettings, Part

_LEVEL = "pod-security.kubernetes.io"


def namespaces(settings: InstallSettings) -> list[Manifest]:
    """The namespaces that this installation needs."""
    found = [_namespace(SYSTEM_NAMESPACE, "restricted")]
    if settings.has(Part.GATEWAY):
        # `baseline` forbids host ports too, so it is all or nothing.
        found.append(_namespace(GATEWAY_NAMESPACE, "privileged" if settings.gateway.host_ports else "restricted"))
    if settings.has(Part.STORAGE):
        # The provisioner makes and removes folders of the node.
        found.append(_namespace(STORAGE_NAMESPACE, "privileged"))
    return found


def _namespace(name: str, level: str) -> Manifest:
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(name, None, "platform"),
    }
    manifest["metadata"]["labels"] |= {
        f"{_LEVEL}/enforce": level,
        # Where host access is needed, the API server still tells whoever asks for more than that needs.
        f"{_LEVEL}/warn": "restricted" if level == "restricted" else "baseline",
    }
    return manifest
