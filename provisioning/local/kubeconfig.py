"""Files by which the components, and people, reach the API server of a local cluster."""

from __future__ import annotations

import base64
from pathlib import Path

import yaml

from provisioning.local import pki


def kubeconfig(pki_folder: Path, leaf: str, api_url: str, cluster: str) -> str:
    """A self-contained kubeconfig that authenticates by the certificate `leaf`."""
    user = {
        "client-certificate-data": _encoded(pki.certificate_path(pki_folder, leaf)),
        "client-key-data": _encoded(pki.key_path(pki_folder, leaf)),
    }
    server = {
        "server": api_url,
        "certificate-authority-data": _encoded(pki.certificate_path(pki_folder, "ca")),
    }
    name = f"shopfleet-{cluster}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": server}],
            "users": [{"name": leaf, "user": user}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": leaf}}],
            "current-context": name,
        },
        sort_keys=False,
    )


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
