"""On a real API server: what tenants have cannot be deleted and made anew behind their backs."""

from collections.abc import Iterator
from typing import Any

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.core.ports import Kube, Ref
from controller.errors import RefusedError
from provisioning import defaults
from provisioning.databaseserver import DatabaseServer
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import ANNOTATION_DELETE_ALTHOUGH_USED, API_VERSION, Resource
from provisioning.plan import Plan
from provisioning.platform.references import manifests
from tests.support import samples
from tests.support.eventually import eventually

pytestmark = pytest.mark.integration

PLAN = Ref(API_VERSION, Plan.KIND, "guarded-plan")
RELEASE = Ref(API_VERSION, "Release", "guarded-release")
SERVER = Ref(API_VERSION, DatabaseServer.KIND, "guarded-server")
NOBODY = {"users": 0, "usedBy": []}
TWO = {"users": 12, "usedBy": ["partner-default/rua", "partner-default/northlight"]}


@pytest.fixture(scope="module")
def guarded(api_server: ControlPlane) -> Iterator[Kube]:
    kube = connect(api_server.kubeconfig, effects=Unfenced())
    for manifest in manifests():
        kube.apply(manifest)
    probe = Ref(API_VERSION, Plan.KIND, "guarded-probe")
    make(kube, probe)
    eventually(lambda: is_refused(kube, probe))
    yield kube
    # The server is shared, and other suites remove what nobody counted.
    for manifest in reversed(manifests()):
        kube.delete(Ref.of(manifest))
    for ref in (probe, PLAN, RELEASE, SERVER):
        eventually(lambda gone=ref: not kube.delete(gone))  # type: ignore[misc]


@pytest.fixture
def kube(guarded: Kube) -> Kube:
    for ref in (PLAN, RELEASE, SERVER):
        make(guarded, ref)
    return guarded


def make(kube: Kube, ref: Ref) -> None:
    made: dict[str, Resource[Any, Any]] = {
        Plan.KIND: defaults.plans()[0],
        "Release": samples.release(),
        DatabaseServer.KIND: samples.server(),
    }
    kube.apply({**made[ref.kind].manifest(), "metadata": {"name": ref.name}})


def is_refused(kube: Kube, ref: Ref) -> bool:
    """Whether the policy is in force already; it takes the API server a moment to compile it."""
    try:
        kube.delete(ref)
    except RefusedError as error:
        return "not known yet" in error.message
    make(kube, ref)
    return False


@pytest.mark.parametrize("ref", [PLAN, RELEASE, SERVER], ids=lambda ref: ref.kind)
def test_what_tenants_have_stays_and_they_are_named(kube: Kube, ref: Ref) -> None:
    kube.patch_status(ref, TWO)
    with pytest.raises(
        RefusedError, match=r"12 tenants have it: partner-default/rua, partner-default/northlight, …"
    ):
        kube.delete(ref)
    assert kube.get(ref) is not None


@pytest.mark.parametrize("ref", [PLAN, RELEASE, SERVER], ids=lambda ref: ref.kind)
def test_what_nobody_has_any_more_goes(kube: Kube, ref: Ref) -> None:
    kube.patch_status(ref, TWO)
    kube.patch_status(ref, NOBODY)
    kube.delete(ref)
    assert kube.get(ref) is None


def test_what_nobody_has_counted_stays(kube: Kube) -> None:
    kube.patch_status(PLAN, NOBODY)
    kube.delete(PLAN)
    make(kube, PLAN)
    with pytest.raises(RefusedError, match="not known yet which tenants have it"):
        kube.delete(PLAN)


def test_a_server_that_has_moved_with_its_databases_is_made_anew_when_somebody_says_so(kube: Kube) -> None:
    kube.patch_status(SERVER, TWO)
    with pytest.raises(RefusedError, match=f"annotate it with {ANNOTATION_DELETE_ALTHOUGH_USED}"):
        kube.delete(SERVER)
    kube.patch(SERVER, {"metadata": {"annotations": {ANNOTATION_DELETE_ALTHOUGH_USED: "moved to another rack"}}})
    kube.delete(SERVER)
    assert kube.get(SERVER) is None


def test_nobody_says_so_of_a_plan(kube: Kube) -> None:
    kube.patch_status(PLAN, TWO)
    kube.patch(PLAN, {"metadata": {"annotations": {ANNOTATION_DELETE_ALTHOUGH_USED: "I want other sizes"}}})
    with pytest.raises(RefusedError, match="12 tenants have it"):
        kube.delete(PLAN)
