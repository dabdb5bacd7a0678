"""People of an API server: by a certificate of its authority, in no group, with the rights that they are given."""

import datetime as dt
from pathlib import Path

from provisioning.local import pki
from provisioning.local.certificates import Leaf
from provisioning.local.controlplane import ControlPlane
from provisioning.local.kubeconfig import kubeconfig
from provisioning.meta import Manifest
from provisioning.platform.rbac import RBAC


def credentials(plane: ControlPlane, name: str) -> Path:
    """A kubeconfig of somebody who is in no group."""
    certificates = plane.folder / "pki"
    pki.ensure_pki(certificates, [Leaf(name, name)], dt.datetime.now(dt.UTC))
    file = plane.folder / f"{name}.kubeconfig"
    file.write_text(kubeconfig(certificates, name, plane.url, "integration"))
    return file


def binding(user: str, role: str, namespace: str | None) -> Manifest:
    """As install-platform.md says to give people their rights."""
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": {"name": f"shopfleet-test-{user}", **place},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": f"shopfleet-{role}"},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": user}],
    }
