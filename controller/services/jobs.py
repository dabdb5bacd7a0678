"""Follows a Kubernetes Job to its end, so that a step can ask again and again and start it only once."""

import json
from dataclasses import dataclass, field
from typing import Any

from controller.core.ports import Kube, Ref
from controller.errors import ConflictError, CutOffError, ShopfleetError
from controller.services.trouble import not_admitted, out_of_memory, pod_trouble
from provisioning.meta import LABEL_PROCEDURE, Manifest
from provisioning.objects.jobs import REFUSED_CODES


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
        why = f"; it says: {said}" if said else _killed(pods) or _tail(kube, pods)
        refused = bool(pods) and _exit_code(pods[-1]) in REFUSED_CODES
        return Failed(f"Job {name}: {done['Failed'].get('message', 'failed')}{why}", uid, refused=refused)
    if not pods:
        return Running(f"Job {name}: {not_admitted(kube, job) or 'its pod is about to be made'}")
    waiting = pod_trouble(kube, pods[-1])
    if waiting is not None and waiting.hopeless:
        return Failed(f"Job {name}: {waiting.reason}", uid)
    return Running(f"Job {name}: {waiting.reason if waiting else 'running'}")


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


def _killed(pods: list[Manifest]) -> str:
    """Of a container that grew too large; it could say nothing any more, and its log ends anywhere."""
    for container in pods[-1].get("status", {}).get("containerStatuses", []) if pods else []:
        killed = out_of_memory(pods[-1], container)
        if killed is not None:
            return f"; {killed}"
    return ""


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
