"""Why a pod does not run, read from the pod itself. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from provisioning.meta import Manifest
from provisioning.platform.images import REGISTRY

# Reasons of a waiting container that time alone rarely cures.
_IMAGE = {"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName"}
_START = {"CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError"}

CRASHES = 3
"""Restarts that are an accident no more; the first may be a part that came up before the one it needs."""


@dataclass(frozen=True)
class Trouble:
    """One container that does not come up, and whether waiting can help."""

    pod: str
    container: str
    reason: str
    message: str
    hopeless: bool
    has_log: bool

    def __str__(self) -> str:
        said = f": {self.message}" if self.message else ""
        return f"pod {self.pod}, container {self.container}: {self.reason}{said}"


def find_trouble(pods: Iterable[Manifest]) -> Trouble | None:
    """The first container in trouble; hopeless ones first."""
    found = [trouble for pod in pods for trouble in _of_pod(pod)]
    return min(found, key=lambda trouble: not trouble.hopeless, default=None)


def _of_pod(pod: Manifest) -> list[Trouble]:
    if "deletionTimestamp" in pod["metadata"]:
        return []
    status = pod.get("status", {})
    containers = [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]
    found = [_of_container(pod["metadata"]["name"], container) for container in containers]
    return [trouble for trouble in [*found, _of_scheduling(pod)] if trouble is not None]


def _of_container(pod: str, status: Manifest) -> Trouble | None:
    waiting = status.get("state", {}).get("waiting") or {}
    reason, message = waiting.get("reason", ""), waiting.get("message", "")
    if reason in _IMAGE:
        image = status.get("image", "")
        ours = image.startswith(REGISTRY)
        said = f"{image} is not on the node" if ours else message
        return Trouble(pod, status["name"], reason, said, hopeless=ours, has_log=False)
    if reason in _START:
        restarts = status.get("restartCount", 0)
        last = (status.get("lastState", {}).get("terminated") or {}).get("message") or message
        crashed = reason == "CrashLoopBackOff"
        return Trouble(pod, status["name"], reason, last.strip(), hopeless=restarts >= CRASHES, has_log=crashed)
    return None


def _of_scheduling(pod: Manifest) -> Trouble | None:
    for condition in pod.get("status", {}).get("conditions") or []:
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            name, message = pod["metadata"]["name"], condition.get("message", "")
            return Trouble(name, "-", "not scheduled", message, hopeless=False, has_log=False)
    return None
