"""On a real API server: a partner's own people take their tenants' first passwords, and read no other Secret."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from controller.adapters.effects import Unfenced
from controller.adapters.kube import KubeAdapter, connect
from controller.adapters.kube_review import ClusterReview
from controller.cli.app import app
from controller.core.ports import Ref
from controller.errors import RefusedError
from controller.services.passwords import renew_password, take_password
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION
from provisioning.names import FIRST_PASSWORDS_SECRET, partner_namespace
from provisioning.platform import people
from provisioning.tenant import Tenant
from tests.support import samples
from tests.support.eventually import eventually
from tests.support.restored import restored_logs
from tests.support.servers.person import binding, credentials

__all__ = ["restored_logs"]

pytestmark = pytest.mark.integration

NORTH, SOUTH = partner_namespace("north"), partner_namespace("south")
ANA, EMIL = "ana-of-north", "emil-the-engineer"


class Cluster:
    """One API server, as its administrator and as people with a role each see it."""

    def __init__(self, plane: ControlPlane) -> None:
        self.admin = connect(plane.kubeconfig, effects=Unfenced())
        self.tenants = {place: declared(self.admin, place) for place in (NORTH, SOUTH)}
        self.files = {name: credentials(plane, name) for name in (ANA, EMIL)}

    def as_seen_by(self, name: str) -> KubeAdapter:
        return connect(self.files[name], effects=Unfenced())

    def waiting(self, namespace: str) -> list[str]:
        found = self.admin.get(Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, namespace))
        return [] if found is None else sorted(found.get("data", {}))


def declared(admin: KubeAdapter, place: str) -> Tenant:
    """A partner's namespace with a tenant, and that tenant's own namespace with a Secret."""
    ids = {NORTH: "n123456789", SOUTH: "s123456789"}
    made = samples.tenant("rua", id=ids[place])
    manifest = made.manifest()
    manifest["metadata"]["namespace"] = place
    for name in (place, made.names.namespace):
        admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    for namespace, name in ((place, "other"), (made.names.namespace, "database")):
        metadata = {"name": name, "namespace": namespace}
        admin.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"password": "c2VjcmV0"}})
    return Tenant.model_validate({"status": {}, **admin.apply(manifest)})


@pytest.fixture(scope="module")
def rights(api_server: ControlPlane) -> Iterator[Cluster]:
    cluster = Cluster(api_server)
    bindings = [binding(ANA, people.PARTNER, NORTH), binding(EMIL, people.ENGINEER, None)]
    for manifest in (*people.manifests(), *bindings):
        cluster.admin.apply(manifest)
    for name in (ANA, EMIL):
        # Roles are put together from their pieces by a controller, in its own time.
        eventually(lambda n=name: cluster.as_seen_by(n).list(API_VERSION, Tenant.KIND, NORTH))  # type: ignore[misc]
        eventually(lambda n=name: not _refused_passwords(cluster.as_seen_by(n)))  # type: ignore[misc]
    yield cluster
    for manifest in (*bindings, *people.manifests()):
        cluster.admin.delete(Ref.of(manifest))
    # The server is shared, and another suite has a tenant with this one's hostname.
    for place, tenant in cluster.tenants.items():
        for name in (place, tenant.names.namespace):
            cluster.admin.delete(Ref("v1", "Namespace", name))
        eventually(lambda p=place: cluster.admin.list(API_VERSION, Tenant.KIND, p) == [])  # type: ignore[misc]


def _refused_passwords(kube: KubeAdapter) -> bool:
    kube.get(Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, NORTH))
    return False


@pytest.fixture
def cluster(rights: Cluster) -> Cluster:
    """With a password that waits in each partner's namespace."""
    for tenant in rights.tenants.values():
        renew_password(rights.admin, tenant)
    return rights


def test_a_partner_takes_its_own_tenants_password_once(cluster: Cluster) -> None:
    password = renew_password(cluster.admin, cluster.tenants[NORTH])
    ana = cluster.as_seen_by(ANA)
    login = take_password(ana, cluster.tenants[NORTH])
    assert login is not None
    assert login.password == password
    assert take_password(ana, cluster.tenants[NORTH]) is None
    assert cluster.waiting(NORTH) == []


def test_by_the_command_as_well(cluster: Cluster) -> None:
    password = renew_password(cluster.admin, cluster.tenants[NORTH])
    words = ["--kubeconfig", str(cluster.files[ANA]), "--partner", "north", "--output", "json"]
    result = CliRunner().invoke(app, [*words, "tenant", "password", "rua", "--first"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["password"] == password
    assert cluster.waiting(NORTH) == []


def test_of_many_who_ask_at_the_same_moment_one_sees_it(cluster: Cluster) -> None:
    people_asking = [cluster.as_seen_by(name) for name in (ANA, EMIL) * 6]
    with ThreadPoolExecutor(len(people_asking)) as pool:
        shown = list(pool.map(lambda kube: take_password(kube, cluster.tenants[NORTH]), people_asking))
    assert len([login for login in shown if login is not None]) == 1


def test_a_partner_takes_no_other_partners_password(cluster: Cluster) -> None:
    ana = cluster.as_seen_by(ANA)
    with pytest.raises(RefusedError, match="may not get secrets"):
        take_password(ana, cluster.tenants[SOUTH])
    with pytest.raises(RefusedError, match="may not patch secrets"):
        ana.patch(Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, SOUTH), {"data": None})
    assert cluster.waiting(SOUTH) == [cluster.tenants[SOUTH].names.id]


@pytest.mark.parametrize("name", [ANA, EMIL])
def test_nobody_reads_any_other_secret(cluster: Cluster, name: str) -> None:
    kube = cluster.as_seen_by(name)
    inside = cluster.tenants[NORTH].names.namespace
    for secret in (Ref("v1", "Secret", "other", NORTH), Ref("v1", "Secret", "database", inside)):
        with pytest.raises(RefusedError, match="may not get secrets"):
            kube.get(secret)
    for place in (NORTH, inside, None):
        with pytest.raises(RefusedError, match="may not list secrets"):
            kube.list("v1", "Secret", place)


def test_a_partner_neither_makes_nor_removes_a_secret(cluster: Cluster) -> None:
    ana = cluster.as_seen_by(ANA)
    made = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine", "namespace": NORTH}}
    with pytest.raises(RefusedError, match="may not create secrets"):
        ana.create(made)
    with pytest.raises(RefusedError, match="may not delete secrets"):
        ana.delete(Ref("v1", "Secret", FIRST_PASSWORDS_SECRET, NORTH))


def test_an_engineer_takes_any_partners_password(cluster: Cluster) -> None:
    emil = cluster.as_seen_by(EMIL)
    assert all(take_password(emil, tenant) is not None for tenant in cluster.tenants.values())
    assert (cluster.waiting(NORTH), cluster.waiting(SOUTH)) == ([], [])


def test_the_doctor_asks_for_this_one_secret(cluster: Cluster) -> None:
    review = ClusterReview(cluster.as_seen_by(ANA).connection)
    assert review.may("patch", "secrets", namespace=NORTH, name=FIRST_PASSWORDS_SECRET)
    assert not review.may("patch", "secrets", namespace=SOUTH, name=FIRST_PASSWORDS_SECRET)
    assert not review.may("get", "secrets", namespace=NORTH)
