"""The operator's own service account on the test server: its rights, and the fence around it, as installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.adapters.kube_connection import Call
from controller.core.ports import Ref
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.names import OPERATOR_LEASE
from provisioning.platform import fence
from provisioning.platform.operator_rights import CLUSTER_GRANTS, NAMESPACE_GRANTS
from provisioning.platform.rbac import binding, cluster_binding, cluster_role, role
from provisioning.platform.scraping import OPERATOR as NAME

ROLE = "shopfleet:operator"
LEASE = Ref("coordination.k8s.io/v1", "Lease", OPERATOR_LEASE, SYSTEM_NAMESPACE)


def manifests() -> list[Manifest]:
    place = {"name": NAME, "namespace": SYSTEM_NAMESPACE}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SYSTEM_NAMESPACE}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": place},
        cluster_role(ROLE, NAME, CLUSTER_GRANTS),
        cluster_binding(ROLE, NAME, NAME, SYSTEM_NAMESPACE),
        role(NAME, SYSTEM_NAMESPACE, NAME, NAMESPACE_GRANTS),
        binding(NAME, SYSTEM_NAMESPACE, NAME, NAME),
        *fence.manifests(),
    ]


@pytest.fixture(scope="module")
def operator_kubeconfig(api_server: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """By this file a process is the operator. Nobody else on the shared server is touched by the fence."""
    kube = connect(api_server.kubeconfig, effects=Unfenced())
    for manifest in manifests():
        kube.apply(manifest)
    account = f"/api/v1/namespaces/{SYSTEM_NAMESPACE}/serviceaccounts/{NAME}"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    call = Call("create", "serviceaccounts/token", "a token", "POST", f"{account}/token", body=request)
    content = yaml.safe_load(api_server.kubeconfig.read_text())
    content["users"][0]["user"] = {"token": kube.connection.json(call)["status"]["token"]}
    path = tmp_path_factory.mktemp("operator") / "kubeconfig"
    path.write_text(yaml.safe_dump(content))
    yield path
    # For others no operator has ever led there.
    kube.delete(LEASE)
