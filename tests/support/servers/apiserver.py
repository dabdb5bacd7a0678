"""A real API server with etcd and the controllers that end namespaces and orphans; no node."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from provisioning.crd import crds
from provisioning.local.controlplane import ControlPlane, start_control_plane_only
from tests.support.eventually import eventually
from tests.support.servers.processes import cache, program


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Everybody's."""
    with serving(tmp_path_factory.mktemp("apiserver")) as plane:
        yield plane


@contextmanager
def serving(folder: Path) -> Iterator[ControlPlane]:
    """The platform's resource definitions are installed."""
    binaries = program("kube-apiserver", cache() / "bin").parent
    program("etcd")
    with start_control_plane_only(binaries, folder, with_controllers=True) as plane:
        kube = connect(plane.kubeconfig, effects=Unfenced())
        for manifest in crds():
            kube.apply(manifest)
        for manifest in crds():
            spec = manifest["spec"]
            version = f"{spec['group']}/{spec['versions'][0]['name']}"
            eventually(lambda v=version, k=spec["names"]["kind"]: kube.list(v, k) == [])  # type: ignore[misc]
        yield plane
