"""A tenant whose volume does not come: claim, class and the way out are named, and then it goes on by itself.

Claims and events are the API server's own; its pod is made here as the Deployment's controller would, and no node
takes it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.adapters.postgres_session import Target
from controller.core import catalogue as step
from controller.core.ports import Ref
from controller.services.objects import TenantObjectService
from controller.services.steps.step import Action, Done, Nothing, Outcome, Work
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import Manifest
from provisioning.names import FILES
from provisioning.platform.settings import InstallSettings, StorageSettings
from provisioning.platform.storage import NAME, PROVISIONER, storage_class
from provisioning.procedure import Procedure
from tests.support.eventually import eventually
from tests.support.parts import Parts, parts
from tests.support.restored import restored_logs
from tests.support.servers.processes import cache, program, running

__all__ = ["restored_logs"]

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("restored_logs")]

CLASS = "files-that-do-not-come"


def start_pod(work: Work) -> Outcome:
    web = TenantObjectService(work.outside).build(work.tenant).web
    work.outside.kube.apply(web)
    metadata: Manifest = {
        **web["spec"]["template"]["metadata"],
        "name": "web-1",
        "namespace": web["metadata"]["namespace"],
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": web["spec"]["template"]["spec"]}
    work.outside.kube.create(pod)
    return Done()


LEFT_OUT = Action(lambda _: Done("left out"), Nothing("left out"))
DATABASE = (step.VALIDATE, step.TEMPLATE, step.DATABASE, step.PERSONALISE, step.OPEN)
ACTIONS = {
    **{each.name: LEFT_OUT for each in DATABASE},
    step.WORKLOADS.name: Action(start_pod, Nothing("goes with the namespace")),
}


@pytest.fixture
def cluster(api_server: ControlPlane, tmp_path: Path) -> Iterator[Parts]:
    nobody = Target("localhost", 9, "nobody", "nothing", ca_file=api_server.folder / "pki" / "ca.crt")
    with parts(api_server, "pending", tmp_path, nobody, actions=ACTIONS, storage_class=CLASS) as found:
        yield found
        found.kube.delete(Ref("storage.k8s.io/v1", "StorageClass", CLASS))


def waits_for(cluster: Parts, *said: str) -> str:
    """The reason for which the creation waits, once it says all this; what `tenant show` says is the same."""
    reason = ""

    def told(procedure: Procedure) -> bool:
        nonlocal reason
        reason = procedure.status.message
        return reason.startswith("no web pod is ready yet")

    def holds() -> bool:
        cluster.work("rua", told)
        cluster.clock.advance(1)
        return all(each in reason for each in said)

    eventually(holds)
    assert reason in cluster.shown("rua")["conditions"]["Progressing"]
    return reason


def test_a_claim_that_stays_pending_is_named_until_its_volume_comes(cluster: Parts, tmp_path: Path) -> None:
    namespace = cluster.create("rua").names.namespace
    claim = f"PersistentVolumeClaim {namespace}/{FILES} is Pending"
    look = f"kubectl -n {namespace} describe pvc {FILES}"
    waits_for(cluster, claim, f"StorageClass {CLASS}", f'"{CLASS}" not found', look)

    settings = InstallSettings(storage=StorageSettings.model_validate({"className": CLASS, "path": "/srv"}))
    cluster.kube.apply(storage_class(settings))
    reason = waits_for(cluster, claim, f"external provisioner '{PROVISIONER}'", look)
    assert "not found" not in reason

    folder = tmp_path / "volumes"
    folder.mkdir()
    words = [f"-provisioner={PROVISIONER}", f"-folder={folder}", "-node-path=/srv"]
    argv = [str(program(NAME, cache() / "bin")), *words, f"-kubeconfig={cluster.plane.kubeconfig}"]
    where = Ref("v1", "PersistentVolumeClaim", FILES, namespace)
    with running(argv, tmp_path / "provisioner.log", lambda: bound(cluster, where)):
        assert waits_for(cluster) == "no web pod is ready yet"


def bound(cluster: Parts, where: Ref) -> bool:
    found = cluster.kube.get(where)
    return found is not None and found["status"].get("phase") == "Bound"
