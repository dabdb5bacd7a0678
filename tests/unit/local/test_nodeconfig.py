from __future__ import annotations

import configparser
import datetime as dt
import json
import shlex
import tomllib
from pathlib import Path

import jinja2
import pytest
import yaml

from provisioning.local import nodeconfig, pki
from provisioning.local.nodeconfig import NodeInputs, config_files, digest, node_resolv_conf
from provisioning.local.paths import ClusterPaths
from provisioning.local.programs import KUBERNETES_COMPONENTS
from provisioning.local.render import render
from provisioning.local.spec import ClusterSpec, cluster_spec

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PAUSE = "shopfleet.local/pause:0123456789ab"
INPUTS = NodeInputs(
    binaries=Path("/cache/bin"),
    pause_image=PAUSE,
    cgroup_folders=(Path("/sys/fs/cgroup/memory/shopfleet-demo"), Path("/sys/fs/cgroup/pids/shopfleet-demo")),
    resolv_conf="nameserver 192.0.2.1\n",
)


def files_of(spec: ClusterSpec, root: Path) -> dict[str, str]:
    paths = ClusterPaths(root)
    leaves = pki.cluster_leaves(spec.node_name, nodeconfig.api_addresses(spec), [spec.node_address])
    pki.ensure_pki(paths.pki, leaves, NOW)
    return {path.name: content for path, content in config_files(spec, paths, INPUTS).items()}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return files_of(cluster_spec("demo"), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def throwaway(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return files_of(cluster_spec("test"), tmp_path_factory.mktemp("test"))


def supervisor(files: dict[str, str]) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(files["supervisord.conf"])
    return parser


def command(files: dict[str, str], program: str) -> list[str]:
    return shlex.split(supervisor(files)[f"program:{program}"]["command"])


def test_containerd(demo: dict[str, str]) -> None:
    cri = tomllib.loads(demo["containerd.toml"])["plugins"]["io.containerd.grpc.v1.cri"]
    assert cri["sandbox_image"] == PAUSE
    assert cri["restrict_oom_score_adj"] is True
    assert cri["containerd"]["runtimes"]["runc"]["options"]["SystemdCgroup"] is False


def test_kubelet_stays_in_its_own_control_group(demo: dict[str, str], throwaway: dict[str, str]) -> None:
    groups = [yaml.safe_load(files["kubelet.yaml"])["cgroupRoot"] for files in (demo, throwaway)]
    assert groups == ["/shopfleet-demo", "/shopfleet-test"]


def test_kubelet_never_deletes_images(demo: dict[str, str]) -> None:
    kubelet = yaml.safe_load(demo["kubelet.yaml"])
    assert kubelet["imageGCHighThresholdPercent"] == 100
    assert kubelet["imageGCLowThresholdPercent"] < 100
    assert not kubelet["authentication"]["anonymous"]["enabled"]
    assert kubelet["clusterDNS"] == ["10.96.0.10"]


def test_network_of_pods(demo: dict[str, str]) -> None:
    plugins = json.loads(demo["10-shopfleet.conflist"])["plugins"]
    assert [plugin["type"] for plugin in plugins] == ["ptp", "portmap"]
    assert plugins[0]["ipam"]["ranges"] == [[{"subnet": "10.244.0.0/16"}]]


def test_proxy_leaves_the_machines_connection_table_alone(demo: dict[str, str]) -> None:
    proxy = yaml.safe_load(demo["kube-proxy.yaml"])
    assert proxy["mode"] == "nftables"
    assert proxy["conntrack"]["min"] == proxy["conntrack"]["maxPerCore"] == 0


def test_only_a_throwaway_database_skips_the_disk(demo: dict[str, str], throwaway: dict[str, str]) -> None:
    assert "--unsafe-no-fsync" not in command(demo, "etcd")
    assert "--unsafe-no-fsync" in command(throwaway, "etcd")


def test_only_the_demo_forwards_ports(demo: dict[str, str], throwaway: dict[str, str]) -> None:
    assert "TCP:10.213.1.2:443" in command(demo, "forward-443")
    assert not [section for section in supervisor(throwaway).sections() if "forward" in section]
    assert "machine-network" in demo["init.sh"]
    assert "machine-network" not in throwaway["init.sh"]


def test_every_component_is_started_from_the_cache(demo: dict[str, str]) -> None:
    for component in KUBERNETES_COMPONENTS:
        if component != "kubectl":
            assert command(demo, component)[0] == f"/cache/bin/{component}"


def test_front_proxy_is_told_apart_by_name(demo: dict[str, str]) -> None:
    flags = command(demo, "kube-apiserver")
    assert "--requestheader-allowed-names=front-proxy" in flags
    assert "--authorization-mode=Node,RBAC" in flags


def test_first_process_joins_every_control_group_before_anything_else(demo: dict[str, str]) -> None:
    lines = [line for line in demo["init.sh"].splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -eu"
    assert lines[1:3] == [f"echo 0 > {folder}/cgroup.procs" for folder in INPUTS.cgroup_folders]
    assert lines[-1].startswith("exec supervisord")


def test_digest_changes_with_any_file() -> None:
    files = {Path("a"): "1", Path("b"): "2"}
    assert digest(files) == digest(dict(reversed(files.items())))
    assert digest(files) != digest({**files, Path("b"): "3"})
    assert digest(files) != digest({Path("a"): "1"})


def test_resolver_of_the_machines_loopback_is_left_out() -> None:
    machine = "search example.org\nnameserver 127.0.0.53\nnameserver 192.0.2.1\noptions edns0\n"
    assert node_resolv_conf(machine) == "nameserver 192.0.2.1\n"


def test_a_value_nobody_gave_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("hosts.j2")
