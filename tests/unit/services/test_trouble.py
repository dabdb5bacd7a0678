"""Why a pod does not run, from what the cluster says of it, of its volume and of its containers."""

import pytest

from controller.core.ports import Ref
from controller.services.jobs import Failed, job_state, run_job
from controller.services.trouble import PodTrouble, pod_trouble
from provisioning.meta import Manifest
from provisioning.procedure import ProcedureKind, ProcedurePhase
from tests.support.fakes import FakeKube
from tests.support.world import World

NAMESPACE = "sf-x"
CLAIM: Manifest = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "files", "namespace": NAMESPACE},
    "spec": {"storageClassName": "shared"},
}
KILLED = {"terminated": {"reason": "OOMKilled", "exitCode": 137}}


@pytest.fixture
def kube() -> FakeKube:
    return FakeKube(namespaces=("default", NAMESPACE))


def pod(status: Manifest | None = None, **spec: object) -> Manifest:
    volumes = [{"name": "tmp", "emptyDir": {}}, {"name": "files", "persistentVolumeClaim": {"claimName": "files"}}]
    limits = {"limits": {"memory": "64Mi"}}
    containers = [{"name": "odoo", "resources": limits}, {"name": "gevent"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": NAMESPACE},
        "spec": {"volumes": volumes, "containers": containers, **spec},
        "status": status or {},
    }


def claimed(kube: FakeKube, phase: str) -> Manifest:
    kube.apply(CLAIM)
    kube.set_status(Ref.of(CLAIM), {"phase": phase})
    found = kube.get(Ref.of(CLAIM))
    assert found is not None
    return found


def said(kube: FakeKube, claim: Manifest, at: int, speaker: str, message: str, *, wrong: bool = False) -> None:
    kube.seed(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"said-{at}", "namespace": NAMESPACE},
            "involvedObject": {"kind": "PersistentVolumeClaim", "name": "files", "uid": claim["metadata"]["uid"]},
            "source": {"component": speaker},
            "type": "Warning" if wrong else "Normal",
            "message": message,
            "lastTimestamp": f"2026-03-02T09:00:{at:02}Z",
        }
    )


def reason(kube: FakeKube, found: Manifest) -> str:
    trouble = pod_trouble(kube, found)
    assert trouble is not None
    assert not trouble.hopeless
    return trouble.reason


def test_a_claim_without_a_volume_names_claim_class_and_where_to_look(kube: FakeKube) -> None:
    claimed(kube, "Pending")
    assert reason(kube, pod()) == (
        "PersistentVolumeClaim sf-x/files is Pending, it gets no volume of StorageClass shared: "
        "nobody has said why; see that the class exists and its provisioner runs: "
        "kubectl -n sf-x describe pvc files"
    )


def test_what_went_wrong_wins_over_waiting_unless_its_speaker_has_said_something_since(kube: FakeKube) -> None:
    claim = claimed(kube, "Pending")
    said(kube, claim, 1, "controller", "class not found", wrong=True)
    assert "class not found" in reason(kube, pod())
    said(kube, claim, 2, "controller", "waiting for the provisioner")
    assert "waiting for the provisioner" in reason(kube, pod())
    said(kube, claim, 3, "provisioner", "the folder is full", wrong=True)
    said(kube, claim, 4, "controller", "still waiting")
    assert "the folder is full" in reason(kube, pod())


def test_a_pod_whose_claim_is_gone_says_so(kube: FakeKube) -> None:
    assert reason(kube, pod()) == "PersistentVolumeClaim sf-x/files does not exist"


def test_a_pod_that_has_its_volume_or_a_node_is_in_no_such_trouble(kube: FakeKube) -> None:
    claimed(kube, "Bound")
    assert pod_trouble(kube, pod()) is None
    claimed(kube, "Pending")
    assert pod_trouble(kube, pod(nodeName="node-1")) is None


def container(name: str = "odoo", **state: object) -> Manifest:
    return {"containerStatuses": [{"name": name, "ready": False, **state}]}


@pytest.mark.parametrize(
    "state",
    [
        {"state": KILLED},
        {"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": KILLED},
        {"state": {"running": {}}, "lastState": KILLED},
    ],
    ids=["just now", "waits", "tries again"],
)
def test_a_container_that_outgrew_its_memory_is_named_with_the_limit(kube: FakeKube, state: Manifest) -> None:
    found = pod_trouble(kube, pod(container(**state), nodeName="node-1"))
    said = "container odoo was killed at its memory limit of 64Mi (OOMKilled)"
    assert found == PodTrouble(said, hopeless=False, outgrown="odoo")


def test_a_container_that_is_ready_again_or_ended_otherwise_has_not_outgrown_anything(kube: FakeKube) -> None:
    ready = container(state={"running": {}}, lastState=KILLED)
    ready["containerStatuses"][0]["ready"] = True
    assert pod_trouble(kube, pod(ready, nodeName="node-1")) is None
    crashed = {
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": {"reason": "Error"}},
    }
    found = pod_trouble(kube, pod(container(**crashed), nodeName="node-1"))
    assert found == PodTrouble("container odoo keeps crashing", hopeless=False)


@pytest.mark.parametrize(
    ("outgrown", "remedy"),
    [("odoo", "spec.memory of Plan small is too little for it"), ("gevent", "the same in every plan")],
)
def test_a_creation_says_which_field_of_the_plan_is_too_small(outgrown: str, remedy: str) -> None:
    world = World()
    world.cluster.killed = outgrown
    world.declare()
    world.drive()
    procedure = world.procedure(ProcedureKind.CREATE)
    assert procedure.status.phase is ProcedurePhase.FAILED
    assert f"container {outgrown} was killed at its memory limit of " in procedure.status.message
    assert remedy in procedure.status.message


def test_a_job_that_outgrew_its_memory_says_so(kube: FakeKube) -> None:
    job: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "dump", "namespace": NAMESPACE},
        "spec": {},
    }
    run_job(kube, job)
    kube.set_status(Ref.of(job), {"conditions": [{"type": "Failed", "status": "True", "message": "gave up"}]})
    found = kube.get(Ref.of(job))
    assert found is not None
    ended = pod(container(state=KILLED))
    ended["metadata"].update(labels={"job-name": "dump"}, ownerReferences=[{"uid": found["metadata"]["uid"]}])
    kube.seed(ended)
    state = job_state(kube, found)
    assert isinstance(state, Failed)
    assert state.reason == "Job dump: gave up; container odoo was killed at its memory limit of 64Mi (OOMKilled)"
