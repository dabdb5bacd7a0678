"""How a Job is doing, from what the cluster says of it and its pods."""

from typing import Any

import pytest

from controller.core.ports import Ref
from controller.errors import ConflictError, ExitCode, UnavailableError
from controller.services.jobs import Failed, Running, Succeeded, forget_job, forget_jobs_of, job_state, run_job
from provisioning.meta import Manifest
from provisioning.objects.jobs import REFUSED_CODES
from tests.support.fakes import FakeKube

PLACE = {"name": "dump", "namespace": "sf-x"}
LABELS = {"shopfleet.dev/procedure": "p"}
JOB: Manifest = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {**PLACE, "labels": LABELS},
    "spec": {"a": 1},
}
SECRET: Manifest = {"apiVersion": "v1", "kind": "Secret", "metadata": {**PLACE, "labels": LABELS}, "data": {}}


@pytest.fixture
def kube() -> FakeKube:
    return FakeKube(namespaces=("default", "sf-x"))


def started(kube: FakeKube) -> Manifest:
    run_job(kube, JOB, SECRET)
    found = kube.get(Ref.of(JOB))
    assert found is not None
    return found


def ended(kube: FakeKube, kind: str, message: str = "") -> None:
    kube.set_status(Ref.of(JOB), {"conditions": [{"type": kind, "status": "True", "message": message}]})


def failed(kube: FakeKube) -> Failed:
    job = started(kube)
    ended(kube, "Failed")
    return Failed("it failed", job["metadata"]["uid"])


def pod(kube: FakeKube, status: Manifest, name: str = "dump-1", owner: str | None = None) -> None:
    uid = owner or kube.get(Ref.of(JOB))["metadata"]["uid"]
    metadata = {
        "name": name,
        "namespace": "sf-x",
        "labels": {"job-name": "dump"},
        "ownerReferences": [{"uid": uid}],
    }
    kube.seed({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "status": status})


def waiting(reason: str, image: str = "", message: str = "because") -> Manifest:
    state = {"waiting": {"reason": reason, "message": message}}
    return {"containerStatuses": [{"name": "dump", "image": image, "state": state}]}


def said(message: str, exit_code: int = 1) -> Manifest:
    ended = {"message": message, "exitCode": exit_code}
    return {"containerStatuses": [{"name": "dump", "state": {"terminated": ended}}]}


def test_a_job_is_started_once_with_its_secret_first(kube: FakeKube) -> None:
    assert isinstance(run_job(kube, JOB, SECRET), Running)
    assert isinstance(run_job(kube, JOB, SECRET), Running)
    writes = [(each.method, each.target) for each in kube.faults.calls if each.method in ("apply", "create")]
    assert writes == [("apply", "Secret sf-x/dump"), ("create", "Job sf-x/dump")]


@pytest.mark.parametrize(
    ("message", "result"),
    [('{"bytes": 7}', {"bytes": 7}), ("plain", {"message": "plain"}), ("[1]", {"message": "[1]"}), ("", {})],
)
def test_success_brings_what_the_pod_said(kube: FakeKube, message: str, result: dict[str, Any]) -> None:
    started(kube)
    pod(kube, said(message))
    ended(kube, "Complete")
    assert job_state(kube, kube.get(Ref.of(JOB))) == Succeeded(result)


def test_success_without_pods_is_success(kube: FakeKube) -> None:
    started(kube)
    ended(kube, "Complete")
    assert job_state(kube, kube.get(Ref.of(JOB))) == Succeeded({})


def test_failure_says_what_the_pod_said(kube: FakeKube) -> None:
    started(kube)
    pod(kube, said('{"error": "no space left"}'))
    ended(kube, "Failed", "BackoffLimitExceeded")
    job = kube.get(Ref.of(JOB))
    said_so = "Job dump: BackoffLimitExceeded; it says: no space left"
    assert job_state(kube, job) == Failed(said_so, job["metadata"]["uid"])


def test_failure_without_a_word_quotes_the_log(kube: FakeKube) -> None:
    started(kube)
    pod(kube, said(""))
    kube.logs["sf-x", "dump-1"] = "\n".join(f"line {n}" for n in range(40))
    ended(kube, "Failed", "DeadlineExceeded")
    state = job_state(kube, kube.get(Ref.of(JOB)))
    assert isinstance(state, Failed)
    assert "line 39" in state.reason
    assert "line 10" not in state.reason


@pytest.mark.parametrize(
    ("exit_code", "refused"),
    [
        (ExitCode.FAILED, False),
        (ExitCode.USAGE, True),
        (ExitCode.NOT_FOUND, True),
        (ExitCode.REFUSED, True),
        (ExitCode.UNREACHABLE, False),
        (137, False),
    ],
)
def test_the_exit_code_tells_a_refusal_from_what_may_pass(kube: FakeKube, exit_code: int, refused: bool) -> None:
    started(kube)
    pod(kube, said('{"error": "no"}', exit_code))
    ended(kube, "Failed", "PodFailurePolicy")
    state = job_state(kube, kube.get(Ref.of(JOB)))
    assert isinstance(state, Failed)
    assert state.refused is refused


def test_a_job_without_a_pod_says_what_the_cluster_refused(kube: FakeKube) -> None:
    job = started(kube)
    assert job_state(kube, job) == Running("Job dump: its pod is about to be made")
    kube.event({**job, "metadata": {**job["metadata"], "uid": "another"}}, "FailedCreate", "not this one")
    kube.event(job, "FailedCreate", "exceeded quota: tenant, requested: pods=1")
    assert job_state(kube, job) == Running(
        "Job dump: no pod can be made: exceeded quota: tenant, requested: pods=1"
    )
    kube.faults.fail("list", UnavailableError("no answer"), target="Event sf-x")
    assert job_state(kube, job) == Running("Job dump: its pod is about to be made")


def test_a_log_that_cannot_be_read_hides_no_failure(kube: FakeKube) -> None:
    started(kube)
    pod(kube, said(""))
    ended(kube, "Failed", "BackoffLimitExceeded")
    kube.faults.fail("pod_log", UnavailableError("the kubelet gives no answer"))
    state = job_state(kube, kube.get(Ref.of(JOB)))
    assert isinstance(state, Failed)
    assert "the kubelet gives no answer" in state.reason


def test_the_cluster_fails_a_job_at_once_for_the_same_exit_codes() -> None:
    assert set(REFUSED_CODES) == {ExitCode.USAGE, ExitCode.NOT_FOUND, ExitCode.REFUSED}


OURS, THEIRS = "shopfleet.local/controller:0123456789ab", "registry.example.com/tools:1"


@pytest.mark.parametrize(
    ("reason", "image", "message"),
    [
        ("ErrImagePull", OURS, "connection refused"),
        ("ImagePullBackOff", THEIRS, f'Back-off: failed to resolve "{THEIRS}": not found'),
        ("ErrImageNeverPull", THEIRS, ""),
        ("InvalidImageName", THEIRS, ""),
        ("CreateContainerConfigError", THEIRS, 'secret "x" not there'),
    ],
)
def test_a_pod_that_can_never_start_is_a_failure_at_once(
    kube: FakeKube, reason: str, image: str, message: str
) -> None:
    job = started(kube)
    pod(kube, waiting(reason, image, message))
    state = job_state(kube, job)
    assert isinstance(state, Failed)
    assert reason in state.reason


@pytest.mark.parametrize("reason", ["ErrImagePull", "ImagePullBackOff"])
def test_a_registry_that_gives_no_answer_may_come_back(kube: FakeKube, reason: str) -> None:
    job = started(kube)
    pod(kube, waiting(reason, THEIRS, "connection refused"))
    state = job_state(kube, job)
    assert isinstance(state, Running)
    assert f"{reason} connection refused" in state.reason


def test_what_may_pass_is_waited_for_with_its_reason(kube: FakeKube) -> None:
    job = started(kube)
    pod(kube, waiting("CrashLoopBackOff"))
    assert job_state(kube, job) == Running("Job dump: container dump keeps crashing")
    pod(kube, {"conditions": [{"type": "PodScheduled", "status": "False", "message": "no memory"}]}, name="dump-2")
    assert job_state(kube, job) == Running("Job dump: no node takes the pod: no memory")


def test_pods_of_a_job_before_it_do_not_count(kube: FakeKube) -> None:
    job = started(kube)
    pod(kube, waiting("ErrImagePull"), owner="the one before")
    assert job_state(kube, job) == Running("Job dump: its pod is about to be made")


def test_forgetting_removes_job_and_secret(kube: FakeKube) -> None:
    forget_job(kube, JOB, failed(kube), SECRET)
    assert kube.objects("Job") == kube.objects("Secret") == []
    started(kube)
    forget_jobs_of(kube, "other", "sf-x")
    assert len(kube.objects("Job")) == 1
    forget_jobs_of(kube, "p", "sf-x")
    assert kube.objects("Job") == kube.objects("Secret") == []


def test_a_late_forgetting_leaves_the_next_try_alone(kube: FakeKube) -> None:
    before = failed(kube)
    forget_job(kube, JOB, before, SECRET)
    started(kube)
    with pytest.raises(ConflictError):
        forget_job(kube, JOB, before, SECRET)
    assert len(kube.objects("Job")) == len(kube.objects("Secret")) == 1
