"""Our provisioner of folders on a real API server: claims are bound, volumes removed, nothing else is touched."""

import secrets
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.core.ports import Ref
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import Manifest
from provisioning.platform.settings import ON_AN_EXISTING_CLUSTER, InstallSettings, Part, StorageSettings
from provisioning.platform.storage import NAME, PROVISIONER, storage_class
from tests.support.eventually import eventually
from tests.support.servers.processes import cache, program, running

pytestmark = pytest.mark.integration

NODE_PATH = "/srv/as-the-nodes-see-it"


@dataclass
class Shared:
    """The folder, the cluster's API and a namespace of this test's own."""

    folder: Path
    kube: KubeAdapter
    namespace: str
    class_name: str

    def claim(self, name: str, *, size: str = "1Gi", mode: str = "Filesystem") -> Ref:
        spec = {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": self.class_name,
            "volumeMode": mode,
            "resources": {"requests": {"storage": size}},
        }
        metadata = {"name": name, "namespace": self.namespace}
        self.kube.apply({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": spec})
        return Ref("v1", "PersistentVolumeClaim", name, self.namespace)

    def bound(self, claim: Ref) -> Manifest:
        """The claim's volume."""
        eventually(lambda: self._read(claim)["status"].get("phase") == "Bound")
        return self._read(Ref("v1", "PersistentVolume", self._read(claim)["spec"]["volumeName"]))

    def folder_of(self, volume: Manifest) -> Path:
        path = Path(volume["spec"]["hostPath"]["path"])
        assert str(path.parent) == NODE_PATH
        return self.folder / path.name

    def events(self, claim: Ref) -> str:
        found = self.kube.list("v1", "Event", self.namespace)
        return " ".join(each["message"] for each in found if each["involvedObject"]["name"] == claim.name)

    def _read(self, ref: Ref) -> Manifest:
        found = self.kube.get(ref)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def shared(api_server: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    work = tmp_path_factory.mktemp("shared-folder")
    folder = work / "volumes"
    folder.mkdir(mode=0o755)
    kube = connect(api_server.kubeconfig, effects=Unfenced())
    suffix = secrets.token_hex(4)
    namespace, class_name = f"volumes-{suffix}", f"files-{suffix}"
    settings = InstallSettings(
        parts=(*ON_AN_EXISTING_CLUSTER, Part.STORAGE),
        storage=StorageSettings.model_validate({"className": class_name, "path": NODE_PATH}),
    )
    kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    kube.apply(storage_class(settings))
    words = [f"-provisioner={PROVISIONER}", f"-folder={folder}", f"-node-path={NODE_PATH}"]
    log = work / "log"
    argv = [str(program(NAME, cache() / "bin")), *words, f"-kubeconfig={api_server.kubeconfig}"]
    with running(argv, log, lambda: "Started provisioner" in log.read_text()):
        yield Shared(folder, kube, namespace, class_name)
    kube.delete(Ref("v1", "Namespace", namespace))
    kube.delete(Ref("storage.k8s.io/v1", "StorageClass", class_name))


def test_a_claim_gets_a_folder_that_every_pod_can_write_and_others_cannot_reach(shared: Shared) -> None:
    volume = shared.bound(shared.claim("data", size="3Gi"))
    assert volume["spec"]["accessModes"] == ["ReadWriteMany"]
    assert volume["spec"]["capacity"] == {"storage": "3Gi"}
    made = shared.folder_of(volume)
    assert stat.S_IMODE(made.stat().st_mode) == 0o777
    assert stat.S_IMODE(shared.folder.stat().st_mode) == 0o700


def test_a_folder_goes_with_its_claim_and_no_link_leads_out(shared: Shared) -> None:
    kept = shared.folder_of(shared.bound(shared.claim("kept")))
    (kept / "file").write_text("of another tenant")
    outside = shared.folder.parent / "outside"
    outside.mkdir()
    (outside / "file").write_text("of the node")
    claim = shared.claim("gone")
    gone = shared.folder_of(shared.bound(claim))
    (gone / "deep" / "er").mkdir(parents=True)
    (gone / "link").symlink_to(outside)
    shared.kube.delete(claim)
    eventually(lambda: not gone.exists())
    assert (kept / "file").exists()
    assert (outside / "file").exists()


def test_a_volume_that_points_elsewhere_is_left_alone(shared: Shared) -> None:
    claim = shared.claim("moved")
    volume = shared.bound(claim)
    elsewhere = shared.folder.parent / "elsewhere"
    elsewhere.mkdir()
    name = f"elsewhere-{secrets.token_hex(4)}"
    shared.kube.apply(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": name, "annotations": volume["metadata"]["annotations"]},
            "spec": {
                **{key: volume["spec"][key] for key in ("accessModes", "capacity", "storageClassName")},
                "persistentVolumeReclaimPolicy": "Delete",
                "hostPath": {"path": str(elsewhere)},
                # Of a claim that is gone, so the volume counts as released at once.
                "claimRef": {"namespace": shared.namespace, "name": "was", "uid": secrets.token_hex(8)},
            },
        }
    )
    ref = Ref("v1", "PersistentVolume", name)
    eventually(lambda: (shared.kube.get(ref) or {})["status"].get("phase") == "Released")
    # The same queue has come to this one when a later claim's folder is gone.
    shared.kube.delete(claim)
    eventually(lambda: not shared.folder_of(volume).exists())
    assert elsewhere.exists()
    shared.kube.delete(ref)


def test_a_block_device_is_refused_and_said_on_the_claim(shared: Shared) -> None:
    claim = shared.claim("device", mode="Block")
    eventually(lambda: "does not support block volume provisioning" in shared.events(claim))
    assert not list(shared.folder.glob("*_device"))


@pytest.mark.parametrize(
    "words", [["-folder=/tmp", "-node-path=/tmp"], ["-provisioner=x", "-folder=here", "-node-path=/tmp"]]
)
def test_wrong_arguments_are_told(words: list[str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        pytest.raises(RuntimeError, match="are needed"),
        running([str(program(NAME, cache() / "bin")), *words], log, lambda: False),
    ):
        pass
