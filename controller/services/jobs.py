"""Follows a Kubernetes Job to its end, so that a step can ask again and again and start it only once."""

import json
from dataclasses import dataclass, field
from typing import Any

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError, CutOffError, ShopfleetError
from provisioning.meta import LABEL_PROCEDURE, Manifest
from provisioning.objects.jobs import REFUSED_CODES
from provisioning.platform.images import REGISTRY


@dataclass(frozen=True)
class Running:
    """The Job is at work, or waits for something; the reason says what for."""

    reason: str


@dataclass(frozen=True)
class Succeeded:
    """The Job is done; `result` is the JSON object that it left as its termination message, if any."""

    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failed:
    """The Job gave up; the reason holds the end of its log.

    `refused` says that the same Job would end the same way again.
    """

    reason: str
    uid: str
    refused: bool = False


JobState = Running | Succeeded | Failed

LOG_TAIL = 15
# Reasons for which a container never starts by itself; waiting longer would only hide them.
HOPELESS = frozenset({"ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"})
# A registry that is busy or away comes back. An image of ours is on the node or never will be, and an image that
# the registry does not have, it will not have in a minute either.
PULLING = frozenset({"ErrImagePull", "ImagePullBackOff"})
NO_SUCH_IMAGE = ("not found", "manifest unknown", "name unknown")


def run_job(kube: Kube, job: Manifest, secret: Manifest | None = None) -> JobState:
    """Create the Job (and first the Secret it reads) unless it exists, and say how it is doing."""
    where = Ref.of(job)
    found = kube.get(where)
    if found is None:
        if secret is not None:
            kube.apply(secret)
        try:
            kube.create(job)
        except ConflictError:
            pass  # Two passes at once; the Job is the same.
        return Running(f"{where} starts")
    return job_state(kube, found)


def forget_job(kube: Kube, job: Manifest, failed: Failed, secret: Manifest | None = None) -> None:
    """Delete a failed Job and its Secret, so that the step can be tried anew; never those of that new try."""
    present = None if secret is None else kube.get(Ref.of(secret))
    kube.delete(Ref.of(job), failed.uid)
    if present is not None:
        kube.delete(Ref.of(present), present["metadata"]["uid"])


def forget_jobs_of(kube: Kube, procedure: str, namespace: str) -> None:
    """Delete all Jobs of a procedure in a namespace, with their Secrets, finished or not."""
    for api_version, kind in (("batch/v1", "Job"), ("v1", "Secret")):
        for found in kube.list(api_version, kind, namespace, {LABEL_PROCEDURE: procedure}):
            kube.delete(Ref.of(found), found["metadata"]["uid"])


def job_state(kube: Kube, job: Manifest) -> JobState:
    """How a Job is doing, with the reason when it waits or failed."""
    name, namespace, uid = (job["metadata"][key] for key in ("name", "namespace", "uid"))
    pods = [pod for pod in kube.list("v1", "Pod", namespace, {"job-name": name}) if _is_of(pod, uid)]
    pods.sort(key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")))
    done = {c["type"]: c for c in job.get("status", {}).get("conditions", []) if c["status"] == "True"}
    if "Complete" in done:
        return Succeeded(_result(pods[-1]) if pods else {})
    if "Failed" in done:
        said = _result(pods[-1]).get("error") if pods else None
        why = f"; it says: {said}" if said else _tail(kube, pods)
        refused = bool(pods) and _exit_code(pods[-1]) in REFUSED_CODES
        return Failed(f"Job {name}: {done['Failed'].get('message', 'failed')}{why}", uid, refused=refused)
    if not pods:
        return Running(f"Job {name}: {_not_admitted(kube, job) or 'its pod is about to be made'}")
    waiting = pod_trouble(pods[-1])
    if waiting is not None and waiting.hopeless:
        return Failed(f"Job {name}: {waiting.reason}", uid)
    return Running(f"Job {name}: {waiting.reason if waiting else 'running'}")


def _not_admitted(kube: Kube, job: Manifest) -> str | None:
    """Why the cluster takes no pod of a Job, such as a quota; it says so in an event and nowhere else."""
    metadata = job["metadata"]
    try:
        events = kube.list("v1", "Event", metadata["namespace"])
    except CutOffError:
        raise
    except ShopfleetError:
        # Only the reason is unknown then; the Job is waited for all the same.
        return None
    said = [
        (str(event.get("lastTimestamp") or event.get("eventTime") or ""), str(event.get("message", "")))
        for event in events
        if event.get("reason") == "FailedCreate" and event["involvedObject"].get("uid") == metadata["uid"]
    ]
    return f"no pod can be made: {max(said)[1]}" if said else None


def replica_failure(deployment: Manifest) -> str | None:
    """Why the cluster takes no pod of a Deployment; None when it does."""
    for condition in deployment.get("status", {}).get("conditions", []):
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            return f"no pod can be made: {condition.get('message', '')}"
    return None


@dataclass(frozen=True)
class PodTrouble:
    """Why a pod does not run, and whether waiting is of any use."""

    reason: str
    hopeless: bool


def pod_trouble(pod: Manifest) -> PodTrouble | None:
    """What keeps a pod from running; None when it runs or is about to."""
    status = pod.get("status", {})
    for container in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
        waiting = container.get("state", {}).get("waiting")
        if waiting and waiting.get("reason") in HOPELESS | PULLING:
            text = f"container {container['name']} cannot start: {waiting['reason']} {waiting.get('message', '')}"
            return PodTrouble(text.strip(), hopeless=_never_starts(container.get("image", ""), waiting))
        if waiting and waiting.get("reason") == "CrashLoopBackOff":
            return PodTrouble(f"container {container['name']} keeps crashing", hopeless=False)
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return PodTrouble(f"no node takes the pod: {condition.get('message', '')}", hopeless=False)
    return None


def _never_starts(image: str, waiting: Manifest) -> bool:
    if waiting["reason"] in HOPELESS or image.startswith(REGISTRY):
        return True
    return any(sign in waiting.get("message", "").lower() for sign in NO_SUCH_IMAGE)


def _is_of(pod: Manifest, uid: str) -> bool:
    """Not of a Job of the same name before it, whose pods may still be going away."""
    return any(owner["uid"] == uid for owner in pod["metadata"].get("ownerReferences", []))


def _result(pod: Manifest) -> dict[str, Any]:
    for container in pod.get("status", {}).get("containerStatuses", []):
        message = container.get("state", {}).get("terminated", {}).get("message")
        if message:
            try:
                result = json.loads(message)
            except ValueError:
                return {"message": message}
            return result if isinstance(result, dict) else {"message": message}
    return {}


def _exit_code(pod: Manifest) -> int | None:
    for container in pod.get("status", {}).get("containerStatuses", []):
        ended = container.get("state", {}).get("terminated")
        if ended:
            code: int | None = ended.get("exitCode")
            return code
    return None


def _tail(kube: Kube, pods: list[Manifest]) -> str:
    if not pods:
        return ""
    pod = pods[-1]["metadata"]
    try:
        log = kube.pod_log(pod["namespace"], pod["name"], tail=LOG_TAIL).strip()
    except CutOffError:
        raise
    except ShopfleetError as error:
        # The Job failed whether its log can be read or not.
        return f"; its log cannot be read: {error.message}"
    return f"; its log ends: {log}" if log else ""
