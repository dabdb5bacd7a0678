"""On a real API server: nobody writes an audit record in another's name, changes one, or removes one."""

from collections.abc import Iterator

import pytest

from controller.adapters.clock import SystemClock
from controller.adapters.effects import Unfenced
from controller.adapters.kube import connect
from controller.core.ports import Kube, Ref
from controller.errors import RefusedError
from controller.services.audit import Audit
from provisioning.audit import AuditRecord
from provisioning.crd import crds
from provisioning.local.controlplane import ControlPlane
from provisioning.meta import API_VERSION, Manifest
from provisioning.platform.audit import manifests
from tests.support.eventually import eventually

pytestmark = pytest.mark.integration

NAMESPACE = "partner-audited"


@pytest.fixture(scope="module")
def kube(api_server: ControlPlane) -> Iterator[Kube]:
    kube = connect(api_server.kubeconfig, effects=Unfenced())
    for crd in crds():
        if crd["spec"]["names"]["kind"] == AuditRecord.KIND:
            kube.apply(crd)
    for manifest in manifests():
        kube.apply(manifest)
    kube.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    eventually(lambda: _is_refused(kube, record("forged", who="somebody-else")))
    yield kube
    # The server is shared, and other suites write records of people who do not exist.
    for manifest in reversed(manifests()):
        kube.delete(Ref.of(manifest))
    # It takes the API server a moment to forget it, too.
    eventually(lambda: kube.create(record("free", who="somebody-else")))


def record(name: str, who: str) -> Manifest:
    spec = {
        "who": who,
        "component": "cli",
        "action": "tenant.suspend",
        "result": "asked",
        "requestId": "r1",
        "at": "2026-11-23T12:00:00Z",
    }
    return {
        "apiVersion": API_VERSION,
        "kind": AuditRecord.KIND,
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": spec,
    }


def _is_refused(kube: Kube, manifest: Manifest) -> bool:
    """Whether the policy is in force already; it takes the API server a moment to compile it."""
    try:
        kube.create(manifest)
    except RefusedError as error:
        return "spec.who" in error.message
    return False


def test_a_forged_name_is_refused(kube: Kube) -> None:
    with pytest.raises(RefusedError, match=r"spec\.who must be the user"):
        kube.create(record("forged-again", who="somebody-else"))


def test_our_own_function_may_write(kube: Kube) -> None:
    written = Audit(kube, SystemClock(), component="cli").write(NAMESPACE, action="tenant.suspend", result="asked")
    found = kube.get(Ref(API_VERSION, AuditRecord.KIND, written.metadata.name, NAMESPACE))
    assert found is not None
    assert found["spec"]["who"] == kube.user()


def test_a_record_is_neither_changed_nor_removed(kube: Kube) -> None:
    kube.create(record("kept", who=kube.user()))
    ref = Ref(API_VERSION, AuditRecord.KIND, "kept", NAMESPACE)
    with pytest.raises(RefusedError, match="cannot change"):
        kube.patch(ref, {"spec": {"result": "something else"}})
    with pytest.raises(RefusedError, match="cannot be removed"):
        kube.delete(ref)
    assert kube.get(ref) is not None
