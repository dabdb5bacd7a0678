"""A node of its own beside the one under test: it comes back from anything, and harms nobody."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.core.ports import Kube, Ref
from provisioning.local import cgroups, network
from provisioning.local.cluster import LocalCluster
from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.images import ImageIndex
from provisioning.local.imagestore import PAUSE
from provisioning.local.processes import read_record
from provisioning.local.progress import Progress
from tests.support.eventually import eventually

NAME = "survivor"
POD = Ref("v1", "Pod", "proof", "default")
# Seconds in which a component or a container starts, on a machine that does something else as well.
START = 300


@pytest.fixture(scope="module")
def images() -> ImageIndex:
    """The sandbox image alone: it can also be the container of a pod."""
    built = ImageIndex.read(LocalCluster(NAME).cache.image_index)
    return ImageIndex(built.folder, {PAUSE: built.images[PAUSE]})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, images: ImageIndex) -> Iterator[LocalCluster]:
    state = str(tmp_path_factory.mktemp("state"))
    cluster = LocalCluster(NAME, {**os.environ, "SHOPFLEET_STATE": state})
    kube = start(cluster, images)
    # The controllers make a namespace's service account a moment after the namespace.
    eventually(lambda: kube.apply(pod(images.ref(PAUSE))), timeout=START)
    yield cluster
    cluster.wipe(keep_images=False)


def start(cluster: LocalCluster, images: ImageIndex) -> Kube:
    with Progress(Console(stderr=True)) as progress:
        return connect(cluster.start(progress, images), effects=Unfenced())


def pod(image: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": POD.name, "namespace": POD.namespace},
        "spec": {"containers": [{"name": "proof", "image": image}]},
    }


def restarts(kube: Kube) -> int | None:
    """How often the pod's container was started again; None while it does not run."""
    found = kube.get(POD)
    statuses = found["status"].get("containerStatuses", []) if found else []
    if not statuses or "running" not in statuses[0]["state"]:
        return None
    return int(statuses[0]["restartCount"])


def processes_of(cluster: LocalCluster) -> set[int]:
    return cgroups.processes(cgroups.detect(), cluster.spec.cgroup)


def staying(cluster: LocalCluster) -> set[int]:
    """Those of its processes that are no moment's work, as that of a shim or a plugin."""
    first = processes_of(cluster)
    # A moment of a busy machine.
    time.sleep(15)
    return first & processes_of(cluster)


def kill_all(pids: set[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_starting_a_running_node_changes_nothing(cluster: LocalCluster, images: ImageIndex) -> None:
    kube = connect(cluster.kubeconfig, effects=Unfenced())
    eventually(lambda: restarts(kube) == 0, timeout=START)
    before = staying(cluster)
    start(cluster, images)
    assert before <= processes_of(cluster)
    assert restarts(kube) == 0


def test_components_killed_all_at_once_come_back_by_themselves(cluster: LocalCluster) -> None:
    kube = connect(cluster.kubeconfig, effects=Unfenced())
    before = restarts(kube)
    assert before is not None
    record = read_record(cluster.paths.process_record)
    assert record is not None
    first = {int(pid) for pid in Path(f"/proc/{record.pid}/task/{record.pid}/children").read_text().split()}
    kill_all(processes_of(cluster) - first)
    eventually(lambda: cluster.status().node.api.ready, timeout=START)
    eventually(lambda: (restarts(kube) or 0) > before, timeout=START)


@pytest.mark.parametrize("which", ["outer", "all"])
def test_a_killed_node_leaves_nothing_and_starts_again(
    cluster: LocalCluster, images: ImageIndex, which: str
) -> None:
    kube = connect(cluster.kubeconfig, effects=Unfenced())
    eventually(lambda: restarts(kube) is not None, timeout=START)
    before = restarts(kube) or 0
    record = read_record(cluster.paths.process_record)
    assert record is not None
    kill_all({record.pid} if which == "outer" else processes_of(cluster))
    eventually(lambda: not processes_of(cluster), timeout=START)
    assert not cluster.status().node.running
    again = start(cluster, images)
    eventually(lambda: (restarts(again) or 0) > before, timeout=START)


def test_leftovers_of_a_lost_machine_are_cleared_and_strangers_spared(
    cluster: LocalCluster, images: ImageIndex, tmp_path: Path
) -> None:
    cluster.down()
    link = cluster.spec.host_link
    run("ip", "link", "add", link, "type", "veth", "peer", "name", f"{link}b")
    run("ip", "address", "add", f"{cluster.spec.host_address}/30", "dev", link)
    # A volume of a pod that is still mounted holds data that are not ours to lose.
    (tmp_path / "orders.db").write_text("precious")
    volume = cluster.paths.kubelet / "pods" / "0815" / "volumes" / "left"
    volume.mkdir(parents=True)
    run("mount", "--bind", str(tmp_path), str(volume))
    # A restart of the machine leaves the file of the namespace without a namespace, and old process ids.
    network.namespace_path(cluster.spec).touch()
    stranger = subprocess.Popen(["sleep", "600"])
    cluster.paths.run.mkdir()
    cluster.paths.process_record.write_text(
        f'{{"pid": {stranger.pid}, "start_ticks": 1, "boot_id": "before", "marker": "init.sh"}}'
    )
    try:
        start(cluster, images)
        assert stranger.poll() is None
        assert not volume.is_mount()
        assert (tmp_path / "orders.db").read_text() == "precious"
    finally:
        stranger.kill()
        stranger.wait()


def test_unsafe_data_of_another_boot_are_thrown_away(cluster: LocalCluster, images: ImageIndex) -> None:
    cluster.down()
    (cluster.paths.root / "boot-id").write_text("before")
    kube = start(cluster, images)
    assert kube.get(POD) is None


def test_stopping_leaves_only_the_folder(cluster: LocalCluster) -> None:
    assert cluster.down().was_running
    assert not cluster.down().was_running
    assert not network.namespace_path(cluster.spec).exists()
    assert not list(cgroups.ROOT.glob(f"*{cluster.spec.cgroup}"))
    assert str(cluster.paths.root) not in Path("/proc/mounts").read_text()
    assert cluster.paths.etcd.is_dir()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, images: ImageIndex) -> None:
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / "thesis.txt").touch()
    foreign = LocalCluster(NAME, {**os.environ, "SHOPFLEET_STATE": str(tmp_path)})
    with pytest.raises(LocalError, match=r"thesis\.txt"):
        start(foreign, images)
