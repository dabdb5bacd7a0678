from __future__ import annotations

from pathlib import Path

from provisioning.local.paths import CachePaths, ClusterPaths

UNIX_SOCKET_LIMIT = 107


def test_defaults() -> None:
    assert ClusterPaths.of("demo", {}).root == Path("/var/lib/shopfleet/demo")
    assert CachePaths.from_environment({}).root == Path.home() / ".cache/shopfleet"


def test_environment_moves_both_roots() -> None:
    environment = {"SHOPFLEET_STATE": "/srv/state", "SHOPFLEET_CACHE": "/srv/cache"}
    assert ClusterPaths.of("test", environment).kubeconfig == Path("/srv/state/test/kubeconfig")
    assert CachePaths.from_environment(environment).image_index == Path("/srv/cache/images/index.json")


def test_everything_of_a_cluster_is_below_its_root() -> None:
    paths = ClusterPaths(Path("/srv/state/demo"))
    names = [name for name, member in vars(ClusterPaths).items() if isinstance(member, property)]
    assert len(names) > 10
    for name in names:
        assert paths.root in getattr(paths, name).parents


def test_sockets_fit_into_a_socket_address() -> None:
    paths = ClusterPaths.of("x" * 20, {})
    # containerd listens on a second socket whose name is longer.
    assert len(f"{paths.containerd_socket}.ttrpc") <= UNIX_SOCKET_LIMIT
