"""A real API server takes every object of the platform, strictly and twice; the installer says what it hears."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from provisioning.crd import crds
from provisioning.installer.assets import load_definitions
from provisioning.installer.cluster import Cluster, connect
from provisioning.installer.errors import (
    DeniedError,
    InstallError,
    KubeconfigError,
    UnknownKindError,
    UnreachableError,
)
from provisioning.installer.platform import Plan, install, plan
from provisioning.installer.progress import State
from provisioning.local import pki
from provisioning.local.certificates import Leaf
from provisioning.local.controlplane import ControlPlane, start_control_plane_only
from provisioning.local.kubeconfig import kubeconfig
from provisioning.meta import Manifest
from provisioning.platform.install import Extras
from provisioning.platform.objects import FIELD_MANAGER
from provisioning.platform.readiness import CRDEstablished
from provisioning.platform.settings import InstallSettings
from tests.support.servers.processes import cache, left_out, program
from tests.unit.platform.conftest import IMAGES, LARGE, SMALL

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One of its own: what other tests keep in theirs must not meet a whole platform."""
    program("etcd")
    binaries = program("kube-apiserver", cache() / "bin").parent
    with start_control_plane_only(binaries, tmp_path_factory.mktemp("platform")) as started:
        yield started


@pytest.fixture(scope="module")
def cluster(plane: ControlPlane) -> Cluster:
    return connect(plane.kubeconfig)


@pytest.fixture(scope="module")
def extras() -> Extras:
    folder = cache() / "assets"
    if not folder.exists():
        left_out("the gateway's definitions are not in the cache")
    return Extras(crds=[*load_definitions(folder), *crds()], rules={"a.yaml": "groups: []\n"})


def planned(cluster: Cluster, settings: InstallSettings, extras: Extras) -> Plan:
    """Without waiting for pods, of which there are none without a node."""
    made = plan(cluster, settings, IMAGES, extras, datetime.now(UTC))
    stages = [
        replace(stage, checks=tuple(check for check in stage.checks if isinstance(check, CRDEstablished)))
        for stage in made.stages
    ]
    return replace(made, stages=tuple(stages))


def stored(cluster: Cluster, manifest: Manifest) -> Manifest:
    metadata = manifest["metadata"]
    found = cluster.read(manifest["apiVersion"], manifest["kind"], metadata["name"], metadata.get("namespace"))
    assert found is not None, metadata["name"]
    return found


def contents(cluster: Cluster, made: Plan) -> dict[tuple[str, str], Manifest]:
    """All objects but for who wrote which field when; the UID tells one that was made anew."""
    found = {}
    for stage in made.stages:
        for manifest in stage.manifests:
            read = stored(cluster, manifest)
            kept = {k: v for k, v in read["metadata"].items() if k not in {"managedFields", "resourceVersion"}}
            found[manifest["kind"], manifest["metadata"]["name"]] = {**read, "metadata": kept}
    return found


@pytest.mark.parametrize("settings", [SMALL, LARGE], ids=["small", "large"])
def test_everything_is_taken_and_taken_again_without_a_change(
    cluster: Cluster, extras: Extras, settings: InstallSettings
) -> None:
    first = planned(cluster, settings, extras)
    told: list[State] = []
    install(cluster, first, lambda progress: told.append(progress.state))
    assert told.count(State.READY) == len(first.stages)
    before = contents(cluster, first)
    again = planned(cluster, settings, extras)
    assert again.authority == first.authority
    install(cluster, again, lambda _: None)
    assert contents(cluster, again) == before


def test_a_definition_that_somebody_else_changed_is_put_right(cluster: Cluster, extras: Extras) -> None:
    made = planned(cluster, SMALL, extras)
    install(cluster, made, lambda _: None)
    name = "tenants.shopfleet.dev"
    definition = next(
        manifest for stage in made.stages for manifest in stage.manifests if manifest["metadata"]["name"] == name
    )
    assert len(stored(cluster, definition)["metadata"]["managedFields"]) >= 1
    changed = {**definition["spec"]["names"], "categories": ["elsewhere"]}
    foreign = {**definition, "spec": {**definition["spec"], "names": changed}}
    # As another tool would: the same object under another field manager's name.
    cluster._client.server_side_apply(
        cluster._kind(definition["apiVersion"], definition["kind"], name),
        body={**foreign, "metadata": {"name": name}},
        name=name,
        field_manager="somebody-else",
        force_conflicts=True,
    )
    assert stored(cluster, definition)["spec"]["names"]["categories"] == ["elsewhere"]
    cluster.apply(definition)
    assert stored(cluster, definition)["spec"]["names"]["categories"] == ["shopfleet"]


def test_fields_are_ours(cluster: Cluster) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ours", "labels": {"a": "b"}}}
    cluster.apply(namespace)
    managers = {entry["manager"] for entry in stored(cluster, namespace)["metadata"]["managedFields"]}
    assert FIELD_MANAGER in managers


def test_what_the_server_refuses_is_told_in_its_own_words(cluster: Cluster) -> None:
    wrong = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "wrong", "namespace": "default"},
        "dta": {},
    }
    with pytest.raises(InstallError, match=r"Cannot apply ConfigMap default/wrong: .*dta"):
        cluster.apply(wrong)


def test_a_missing_right_is_a_no_and_not_a_failure(plane: ControlPlane) -> None:
    certificates = plane.folder / "pki"
    pki.ensure_pki(certificates, [Leaf("stranger", "stranger")], datetime.now(UTC))
    file = plane.folder / "stranger.kubeconfig"
    file.write_text(kubeconfig(certificates, "stranger", plane.url, "integration"))
    with pytest.raises(DeniedError, match="rights of a cluster administrator"):
        connect(file).secrets([("default", "known")])


def test_an_object_of_an_unknown_kind_is_absent_and_cannot_be_applied(cluster: Cluster) -> None:
    assert cluster.read("example.com/v1", "Thing", "a", None) is None
    with pytest.raises(UnknownKindError, match="the cluster does not know it"):
        cluster.apply({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}})


def test_secrets_come_back_as_they_were(cluster: Cluster) -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "known", "namespace": "default"},
        "stringData": {"password": "täst"},
    }
    cluster.apply(secret)
    places = [("default", "known"), ("default", "unknown")]
    assert cluster.secrets(places) == {("default", "known"): {"password": "täst"}}


def test_a_server_that_is_gone_is_said_to_be_gone(tmp_path_factory: pytest.TempPathFactory) -> None:
    binaries = program("kube-apiserver", cache() / "bin").parent
    with start_control_plane_only(binaries, tmp_path_factory.mktemp("gone")) as started:
        lost = connect(started.kubeconfig)
        kubeconfig = started.kubeconfig
        assert lost.read("v1", "Namespace", "default", None) is not None
    with pytest.raises(UnreachableError, match=r"gave no answer.*doctor"):
        lost.read("v1", "Namespace", "default", None)
    with pytest.raises(UnreachableError, match="gave no answer"):
        connect(kubeconfig)


def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(KubeconfigError, match="kubeconfig cannot be used"):
        connect(tmp_path_factory.mktemp("none") / "kubeconfig")
