"""Why a pod does not run: from the pod itself, the claim of its volume, and what would have made it."""

from dataclasses import dataclass

from controller.core.ports import Kube, Ref
from controller.errors import CutOffError, ShopfleetError
from provisioning.meta import Manifest
from provisioning.platform.images import REGISTRY

# Reasons for which a container never starts by itself; waiting longer would only hide them.
HOPELESS = frozenset({"ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError"})
# A registry that is busy or away comes back. An image of ours is on the node or never will be, and an image that
# the registry does not have, it will not have in a minute either.
PULLING = frozenset({"ErrImagePull", "ImagePullBackOff"})
NO_SUCH_IMAGE = ("not found", "manifest unknown", "name unknown")


@dataclass(frozen=True)
class PodTrouble:
    """Why a pod does not run, and whether waiting is of any use.

    `outgrown` is the container that was killed at its memory limit, if that is why.
    """

    reason: str
    hopeless: bool
    outgrown: str | None = None


def pod_trouble(kube: Kube, pod: Manifest) -> PodTrouble | None:
    """What keeps a pod from running; None when it runs or is about to."""
    status = pod.get("status", {})
    for container in (*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])):
        found = _of_container(pod, container)
        if found is not None:
            return found
    if "nodeName" in pod.get("spec", {}):
        return None
    volume = _missing_volume(kube, pod)
    if volume is not None:
        return PodTrouble(volume, hopeless=False)
    for condition in status.get("conditions", []):
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return PodTrouble(f"no node takes the pod: {condition.get('message', '')}", hopeless=False)
    return None


def _of_container(pod: Manifest, container: Manifest) -> PodTrouble | None:
    name, waiting = container["name"], container.get("state", {}).get("waiting") or {}
    if waiting.get("reason") in HOPELESS | PULLING:
        text = f"container {name} cannot start: {waiting['reason']} {waiting.get('message', '')}"
        return PodTrouble(text.strip(), hopeless=_never_starts(container.get("image", ""), waiting))
    killed = None if container.get("ready") else out_of_memory(pod, container)
    if killed is not None:
        return PodTrouble(killed, hopeless=False, outgrown=name)
    if waiting.get("reason") == "CrashLoopBackOff":
        return PodTrouble(f"container {name} keeps crashing", hopeless=False)
    return None


def _never_starts(image: str, waiting: Manifest) -> bool:
    if waiting["reason"] in HOPELESS or image.startswith(REGISTRY):
        return True
    return any(sign in waiting.get("message", "").lower() for sign in NO_SUCH_IMAGE)


def out_of_memory(pod: Manifest, container: Manifest) -> str | None:
    """That the kernel ended the container, now or the last time, because it grew beyond its limit; None if not."""
    ends = [container.get(when, {}).get("terminated") or {} for when in ("state", "lastState")]
    if not any(end.get("reason") == "OOMKilled" for end in ends):
        return None
    limit = next(
        (
            each.get("resources", {}).get("limits", {}).get("memory")
            for each in pod.get("spec", {}).get("containers", [])
            if each["name"] == container["name"]
        ),
        None,
    )
    at = f"its memory limit of {limit}" if limit else "its memory limit"
    return f"container {container['name']} was killed at {at} (OOMKilled)"


def _missing_volume(kube: Kube, pod: Manifest) -> str | None:
    """Why a volume that the pod asks for is not there; None when all are."""
    for volume in pod.get("spec", {}).get("volumes", []):
        name = volume.get("persistentVolumeClaim", {}).get("claimName")
        if name is None:
            continue
        where = Ref("v1", "PersistentVolumeClaim", name, pod["metadata"]["namespace"])
        claim = kube.get(where)
        if claim is None:
            return f"{where} does not exist"
        phase = claim.get("status", {}).get("phase")
        if phase in ("Pending", "Lost"):
            return (
                f"{where} is {phase}, it gets no volume of StorageClass {claim['spec'].get('storageClassName')}: "
                f"{_last_word(kube, claim)}; see that the class exists and its provisioner runs: "
                f"kubectl -n {where.namespace} describe pvc {name}"
            )
    return None


def _last_word(kube: Kube, claim: Manifest) -> str:
    """What was said of the claim last: of what went wrong, if that is anybody's last word.

    Kubernetes says again and again that it waits for the provisioner, which says only now and then why it failed.
    """
    last: dict[str, Manifest] = {}
    for event in reversed(events_of(kube, claim)):
        last.setdefault(_speaker(event), event)
    if not last:
        return "nobody has said why"
    newest = next(iter(last.values()))
    chosen = next((event for event in last.values() if event.get("type") == "Warning"), newest)
    return str(chosen.get("message", "")).rstrip(".")


def _speaker(event: Manifest) -> str:
    return str(event.get("reportingComponent") or event.get("source", {}).get("component", ""))


def replica_failure(deployment: Manifest) -> str | None:
    """Why the cluster takes no pod of a Deployment; None when it does."""
    for condition in deployment.get("status", {}).get("conditions", []):
        if condition["type"] == "ReplicaFailure" and condition["status"] == "True":
            return f"no pod can be made: {condition.get('message', '')}"
    return None


def not_admitted(kube: Kube, job: Manifest) -> str | None:
    """Why the cluster takes no pod of a Job, such as a quota; it says so in an event and nowhere else."""
    said = [event for event in events_of(kube, job) if event.get("reason") == "FailedCreate"]
    return f"no pod can be made: {said[-1].get('message', '')}" if said else None


def events_of(kube: Kube, about: Manifest) -> list[Manifest]:
    """The object's own, the latest last; none where they cannot be read, as only a reason is unknown then."""
    metadata = about["metadata"]
    try:
        found = kube.list("v1", "Event", metadata["namespace"])
    except CutOffError:
        raise
    except ShopfleetError:
        return []
    own = [event for event in found if event["involvedObject"].get("uid") == metadata["uid"]]
    return sorted(own, key=lambda event: str(event.get("lastTimestamp") or event.get("eventTime") or ""))
