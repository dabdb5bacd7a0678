"""What an earlier run, or somebody else, left on the machine: cleared away or spared, without starting a node."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.console import Console

from provisioning.local import kernel, network
from provisioning.local.cluster import LocalCluster
from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.findings import Level
from provisioning.local.images.index import BuiltImage, ImageIndex
from provisioning.local.imagestore import PAUSE
from provisioning.local.progress import Progress
from tests.support.servers.processes import left_out, program

# No other test's cluster has this name, so what is ended here is nobody's.
NAME = "leftover"
INTERFACES = Path("/sys/class/net")


@pytest.fixture(autouse=True)
def _as_root() -> None:
    if os.geteuid() != 0:
        left_out("mounts and interfaces need root")
    if any(finding.level is Level.FAILED for finding in kernel.check_kernel(kernel.BARE_PROBES)):
        left_out("this machine gives us neither mounts nor namespaces")


@pytest.fixture
def cluster(tmp_path: Path) -> LocalCluster:
    """One that was up at some time: its folder is there."""
    cluster = at(tmp_path)
    cluster.paths.root.mkdir()
    cluster.paths.owner.write_text(f'{{"cluster": "{NAME}", "layout": 1}}')
    return cluster


def at(state: Path) -> LocalCluster:
    return LocalCluster(NAME, {**os.environ, "SHOPFLEET_STATE": str(state)})


@contextmanager
def mounted(target: Path, *options: str) -> Iterator[Path]:
    run("mount", *options, str(target))
    try:
        yield target
    finally:
        if target.is_mount():
            run("umount", "--lazy", str(target))


@pytest.mark.parametrize("act", ["down", "wipe"])
def test_a_pod_volume_that_is_still_mounted_is_detached_and_not_emptied(
    cluster: LocalCluster, tmp_path: Path, act: str
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "orders.db").write_text("of somebody else")
    volume = cluster.paths.kubelet / "pods" / "0815" / "volumes" / "a volume"
    volume.mkdir(parents=True)
    with mounted(volume, "--bind", str(precious)):
        assert (volume / "orders.db").exists()
        if act == "down":
            cluster.down()
        else:
            cluster.wipe(keep_images=False)
        assert not volume.is_mount()
    assert (precious / "orders.db").read_text() == "of somebody else"
    assert cluster.paths.root.exists() == (act == "down")


def test_a_stale_interface_and_an_empty_namespace_are_removed(cluster: LocalCluster) -> None:
    program("ip")
    link, namespace = cluster.spec.host_link, network.namespace_path(cluster.spec)
    run("ip", "link", "add", link, "type", "veth", "peer", "name", f"{link}b")
    try:
        run("ip", "address", "add", f"{cluster.spec.host_address}/30", "dev", link)
        namespace.parent.mkdir(exist_ok=True)
        # A restart of the machine leaves the file and no namespace.
        namespace.touch()
        cluster.down()
        assert not (INTERFACES / link).exists()
        assert not namespace.exists()
        network.create(cluster.spec)
        assert (INTERFACES / link).exists(), "nothing is in the way of the next start"
    finally:
        network.remove(cluster.spec)


def test_an_address_that_somebody_else_has_is_refused_and_left(cluster: LocalCluster) -> None:
    program("ip")
    run("ip", "link", "add", "notours0", "type", "veth", "peer", "name", "notours1")
    try:
        run("ip", "address", "add", f"{cluster.spec.host_address}/30", "dev", "notours0")
        with pytest.raises(LocalError, match="which 'notours0' has"):
            network.create(cluster.spec)
        cluster.down()
        assert (INTERFACES / "notours0").exists()
    finally:
        run("ip", "link", "delete", "notours0")


def test_a_disk_that_is_too_small_stops_a_start_with_the_numbers(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=1m", "small"):
        cluster = at(tmp_path)
        with pytest.raises(LocalError, match=rf"0\.0 GiB free on the disk of {tmp_path}.* needed for the state"):
            up(cluster)
        assert not cluster.paths.etcd.exists()


def test_a_full_disk_stops_a_start_with_one_sentence(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=64k", "full"):
        cluster = at(tmp_path)
        fill(tmp_path)
        with pytest.raises(LocalError, match=r"No space left on device.*Make room"):
            up(cluster)


def test_a_disk_that_fills_up_on_the_way_stops_with_one_sentence(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=64k", "full"):
        cluster = at(tmp_path)
        cluster.paths.root.mkdir()
        cluster.paths.owner.write_text(f'{{"cluster": "{NAME}", "layout": 1}}')
        cluster.paths.lock.touch()
        fill(tmp_path)
        with (
            pytest.raises(LocalError, match=r"No space left on device.*Make room"),
            Progress(Console(stderr=True)) as progress,
        ):
            cluster.start(progress, ImageIndex(tmp_path, {PAUSE: BuiltImage("pause:1", "pause.tar", "")}))
        assert not cluster.status().node.running


def up(cluster: LocalCluster) -> None:
    with Progress(Console(stderr=True)) as progress:
        cluster.up(progress)


def fill(folder: Path) -> None:
    """Until not a byte is left."""
    with (folder / "full").open("wb", buffering=0) as sink:
        for size in (4096, 1):
            try:
                while sink.write(b"x" * size):
                    pass
            except OSError:
                continue
