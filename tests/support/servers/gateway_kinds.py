"""The gateway's definitions on the test server, as its release has them; nothing acts on them."""

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from provisioning.installer.assets import load_definitions
from provisioning.local.controlplane import ControlPlane
from tests.support.eventually import eventually
from tests.support.servers.processes import cache, left_out

KINDS = ("HTTPRoute", "HTTPRouteFilter", "BackendTrafficPolicy")


@pytest.fixture(scope="session")
def with_gateway(api_server: ControlPlane) -> None:
    folder = cache() / "assets"
    if not folder.exists():
        left_out("the gateway's definitions are not in the cache")
    kube = connect(api_server.kubeconfig, effects=Unfenced())
    for manifest in load_definitions(folder):
        if manifest["kind"] == "CustomResourceDefinition" and manifest["spec"]["names"]["kind"] in KINDS:
            kube.apply(manifest)
            version, kind = manifest["spec"]["versions"][0]["name"], manifest["spec"]["names"]["kind"]
            group = manifest["spec"]["group"]
            eventually(lambda g=group, v=version, k=kind: kube.list(f"{g}/{v}", k) == [])  # type: ignore[misc]
