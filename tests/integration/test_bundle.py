"""A real API server takes every object of a tenant, and its quota lets a whole roll-out in, and no more."""

from collections.abc import Iterable
from copy import deepcopy

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.core.ports import Kube, Ref
from controller.errors import RefusedError
from provisioning.bundle import TenantObjects
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import Manifest
from provisioning.names import TemplateNames, new_tenant_id
from provisioning.objects import jobs, stores, templates
from provisioning.objects.configuration import DatabaseAccess
from provisioning.objects.inputs import Inputs
from provisioning.objects.route import RETIRED_HEADER, retired
from provisioning.plan import quantity
from provisioning.release import template_digest
from tests.support.eventually import eventually
from tests.unit.provisioning.samples import IDS, SERVER_CA, SETTINGS, built, bundle, inputs

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def kube(api_server: ControlPlane) -> Kube:
    return connect(api_server.kubeconfig, effects=Unfenced())


@pytest.fixture
def given() -> Inputs:
    """Of a tenant of the test's own: nothing here ends the finalizers of volumes, so namespaces stay."""
    return inputs(id=new_tenant_id())


@pytest.fixture
def applied(kube: Kube, with_gateway: None, given: Inputs) -> TenantObjects:
    objects = built(given)
    for manifest in objects.all():
        kube.apply(manifest)
    return objects


def same(stored: object, wanted: object) -> bool:
    """Equal, also when the server writes a quantity in another unit."""
    if isinstance(stored, str) and isinstance(wanted, str) and stored != wanted:
        try:
            return quantity(stored) == quantity(wanted)
        except ValueError:
            return False
    return stored == wanted


def asks_for(stored: object, wanted: object) -> bool:
    """Whether everything that was asked for is in what the server stored, defaults aside."""
    if isinstance(wanted, dict) and isinstance(stored, dict):
        return all(key in stored and asks_for(stored[key], value) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(stored, list):
        return len(stored) == len(wanted) and all(map(asks_for, stored, wanted))
    return same(stored, wanted)


@pytest.mark.parametrize("name", IDS)
def test_every_object_is_stored_as_it_was_built(kube: Kube, with_gateway: None, name: str) -> None:
    objects = bundle(
        name, id=new_tenant_id(), hostnames=(f"{name}.shops.localhost", f"{name}-old.shops.localhost")
    )
    kube.apply(objects.namespace)
    for manifest in objects.all()[1:]:
        stored = kube.dry_run(manifest)
        assert asks_for(stored, manifest), Ref.of(manifest)


def test_applying_again_changes_nothing(kube: Kube, applied: TenantObjects) -> None:
    for manifest in applied.all():
        before = kube.get(Ref.of(manifest))
        after = kube.apply(manifest)
        if manifest["kind"] == "PersistentVolumeClaim":
            # The API server stores a claim anew even when nothing in it changed.
            assert before is not None
            after["metadata"]["resourceVersion"] = before["metadata"]["resourceVersion"]
        assert after == before


def test_a_retired_route_takes_requests_again_when_it_is_applied(kube: Kube, applied: TenantObjects) -> None:
    """As the undo of a change of plan needs it."""
    route = applied.route.routes[0]
    kube.patch(Ref.of(route), retired(route))
    away = kube.get(Ref.of(route))
    assert away is not None
    assert RETIRED_HEADER in str(away["spec"])
    back = kube.apply(route)
    assert RETIRED_HEADER not in str(back["spec"])
    assert asks_for(back["spec"], route["spec"])


def test_jobs_and_templates_are_stored(kube: Kube, given: Inputs, applied: TenantObjects) -> None:
    place = jobs.tenant_place(given.tenant, "delete-atelier-rua-1", "r1")
    names = TemplateNames(template_digest(given.release, None), given.tenant.spec.variant.digest)
    building = templates.template_place(names.procedure, "r1")
    access = DatabaseAccess(given.server, names.building, names.owner, "password", SERVER_CA)
    shared = templates.namespace_objects(SETTINGS)
    kube.apply(shared[0])
    for manifest in (
        *shared[1:],
        templates.database_policy(given.server),
        templates.conf_secret(building, given.release, access, "master"),
        templates.build_job(
            building, "build", names, given.tenant.spec.variant, given.release, given.release.modules
        ),
        jobs.transfer_secret(place, "dump", put_url="https://store/x"),
        jobs.database_dump(place, "dump", given.names.database, given.server, SETTINGS),
        jobs.files_restore(place, "unpack", given.names.database, SETTINGS),
        stores.stores_secret(place, "stores", given.tenant),
        stores.stores_job(place, "stores", given.tenant, given.release),
    ):
        assert asks_for(kube.dry_run(manifest), manifest), Ref.of(manifest)


def pod_of(workload: Manifest, name: str) -> Manifest:
    """A pod as the workload's controller would create it."""
    template = deepcopy(workload["spec"]["template"])
    metadata = {**template["metadata"], "name": name, "namespace": workload["metadata"]["namespace"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def admit_quota(kube: Kube, applied: TenantObjects) -> None:
    """What the quota's controller does first, which does not run here: nothing is used yet.

    For some seconds the server remembers that it found none, if it looked before this one had arrived everywhere.
    """
    hard = applied.quota["spec"]["hard"]
    unused = {"hard": hard, "used": dict.fromkeys(hard, "0")}
    kube.patch_status(Ref.of(applied.quota), unused)
    eventually(lambda: is_counted(kube, applied))
    kube.patch_status(Ref.of(applied.quota), unused)


def is_counted(kube: Kube, applied: TenantObjects) -> bool:
    """Whether a pod that is made now counts."""
    probe = Ref.of(kube.create(pod_of(applied.cron, "probe")))
    kube.delete(probe)
    quota = kube.get(Ref.of(applied.quota))
    assert quota is not None
    return any(used != "0" for used in quota["status"]["used"].values())


def create_all(kube: Kube, pods: Iterable[Manifest]) -> None:
    for pod in pods:
        kube.create(pod)


def test_the_quota_takes_a_roll_out_beside_two_jobs_and_no_stranger(
    kube: Kube, given: Inputs, applied: TenantObjects
) -> None:
    admit_quota(kube, applied)
    place = jobs.tenant_place(given.tenant, "delete-atelier-rua-1", "r1")
    dump = jobs.database_dump(place, "dump", given.names.database, given.server, SETTINGS)
    archive = jobs.files_archive(place, "archive", given.names.database, SETTINGS)
    # Every old web pod still ends while every new one and the surge are there.
    create_all(kube, (pod_of(applied.web, f"web-{index}") for index in range(2 * given.plan.replicas.max + 1)))
    create_all(kube, (pod_of(applied.cron, f"cron-{index}") for index in range(2)))
    create_all(kube, (pod_of(dump, "dump"), pod_of(archive, "archive")))
    with pytest.raises(RefusedError, match="exceeded quota"):
        kube.create(pod_of(applied.cron, "one-too-many"))


def test_a_pod_that_is_not_restricted_is_refused(kube: Kube, applied: TenantObjects) -> None:
    admit_quota(kube, applied)
    pod = pod_of(applied.web, "root")
    pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = True
    with pytest.raises(RefusedError, match='violates PodSecurity "restricted'):
        kube.create(pod)


def test_a_way_around_the_gateway_is_refused(kube: Kube, applied: TenantObjects) -> None:
    admit_quota(kube, applied)
    service = deepcopy(applied.services[0])
    service["metadata"]["name"] = "open"
    service["spec"]["type"] = "NodePort"
    with pytest.raises(RefusedError, match="exceeded quota"):
        kube.create(service)
