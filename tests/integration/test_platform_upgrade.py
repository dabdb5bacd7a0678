"""A newer version over an older one, on a real API server: what it does not have goes, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from provisioning.crd import crds
from provisioning.installer import platform
from provisioning.installer.cluster import Cluster, connect
from provisioning.installer.errors import InstallError
from provisioning.installer.platform import Plan, install, plan
from provisioning.local.controlplane import start_control_plane_only
from provisioning.meta import SYSTEM_NAMESPACE, Manifest
from provisioning.platform import inventory, objects
from provisioning.platform.install import NAMESPACES, Extras, Stage, build_platform
from provisioning.platform.settings import ALL_PARTS, InstallSettings, Part
from tests.support.servers.processes import cache, program
from tests.unit.platform.conftest import IMAGES, SMALL

pytestmark = pytest.mark.integration

COMPONENT = "former"


def former_objects() -> list[Manifest]:
    """What a version before this one could have had: a part with its rights, and something with data."""
    metadata = objects.metadata("former", SYSTEM_NAMESPACE, COMPONENT)
    pod = {"containers": [{"name": "a", "image": "shopfleet.local/a:1"}]}
    template = {"metadata": {"labels": objects.selector(COMPONENT)}, "spec": pod}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    return [
        objects.deployment("former", SYSTEM_NAMESPACE, COMPONENT, template),
        {**role, "metadata": objects.metadata("shopfleet:former", None, COMPONENT), "rules": []},
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": "kept"}},
    ]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One of its own: what other tests keep in theirs must not meet a whole platform."""
    program("etcd")
    binaries = program("kube-apiserver", cache() / "bin").parent
    with start_control_plane_only(binaries, tmp_path_factory.mktemp("upgrade"), with_controllers=True) as started:
        yield connect(started.kubeconfig)


def planned(cluster: Cluster, settings: InstallSettings = SMALL) -> Plan:
    """Without the gateway's kinds, and without waiting for pods, of which there are none without a node."""
    made = plan(cluster, settings, IMAGES, Extras(crds=crds()), datetime.now(UTC))
    stages = [
        replace(stage, checks=(), manifests=[] if stage.name in {"gateway", "defaults"} else stage.manifests)
        for stage in made.stages
    ]
    return replace(made, stages=tuple(stages))


def of_before(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install as that older version would have."""
    build = build_platform
    former = Stage(COMPONENT, former_objects(), needs=frozenset({NAMESPACES}))
    with monkeypatch.context() as older:
        older.setattr(platform, "build_platform", lambda *given: [*build(*given), former])
        install(cluster, planned(cluster), lambda _: None)


def there(cluster: Cluster) -> list[str]:
    found = [
        manifest["kind"]
        for manifest in former_objects()
        if cluster.read(
            manifest["apiVersion"],
            manifest["kind"],
            manifest["metadata"]["name"],
            manifest["metadata"].get("namespace"),
        )
    ]
    return sorted(found)


def listed(cluster: Cluster) -> set[str]:
    found = inventory.read(cluster.read("v1", "ConfigMap", inventory.NAME, SYSTEM_NAMESPACE))
    return {str(each) for each in found.objects}


def test_what_the_newer_version_does_not_have_is_removed_but_for_data(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_before(cluster, monkeypatch)
    assert there(cluster) == ["ClusterRole", "Deployment", "Secret"]
    made = planned(cluster)
    assert [str(each) for each in made.removals] == [
        f"Deployment {SYSTEM_NAMESPACE}/former",
        "ClusterRole shopfleet:former",
    ]
    assert f"Secret {SYSTEM_NAMESPACE}/former" in made.notes[0]
    install(cluster, made, lambda _: None)
    assert there(cluster) == ["Secret"]
    again = planned(cluster)
    assert again.removals == ()
    assert again.notes == made.notes, "said until somebody has removed it"


def test_an_upgrade_that_is_interrupted_forgets_nothing(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    of_before(cluster, monkeypatch)
    before = listed(cluster)

    def broken(manifest: Manifest) -> None:
        if manifest["kind"] == "StatefulSet":
            raise InstallError("the connection is cut")
        Cluster.apply(cluster, manifest)

    with monkeypatch.context() as unlucky:
        unlucky.setattr(cluster, "apply", broken)
        with pytest.raises(InstallError, match="cut"):
            install(cluster, planned(cluster), lambda _: None)
    assert listed(cluster) == before
    install(cluster, planned(cluster), lambda _: None)
    assert there(cluster) == ["Secret"]


def test_a_successor_of_the_same_name_is_not_removed(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    of_before(cluster, monkeypatch)
    made = planned(cluster)
    deployment = former_objects()[0]
    cluster.remove(made.removals[0])
    cluster.apply(deployment)
    with pytest.raises(InstallError, match=r"remove Deployment .*former"):
        install(cluster, made, lambda _: None)
    assert "Deployment" in there(cluster)


def test_leaving_a_part_out_takes_nothing_of_it_away(cluster: Cluster) -> None:
    install(cluster, planned(cluster), lambda _: None)
    fewer = InstallSettings(parts=tuple(part for part in ALL_PARTS if part is not Part.METRICS))
    made = planned(cluster, fewer)
    assert made.removals == ()
    assert "metrics: left out now" in made.notes[0]
    install(cluster, made, lambda _: None)
    assert cluster.read("apps/v1", "Deployment", "prometheus", SYSTEM_NAMESPACE)
    assert not any("left out" in note for note in planned(cluster).notes), "it is part of it again"
