"""What we write into every object, and events as `kubectl describe` shows them. Pure."""

import hashlib
from datetime import datetime

from controller.core.ports import Ref
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, API_VERSION, MANAGED_BY, Manifest

MESSAGE_LIMIT = 1024
"""Characters of an Event's message that the API server accepts."""


def build_event(about: Manifest, reason: str, message: str, *, warning: bool, now: datetime) -> Manifest:
    """A core/v1 Event; saying the same about the same object again gives the same name."""
    metadata = about["metadata"]
    said = "\0".join((metadata.get("uid", ""), reason, message))
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    regarding = {
        "apiVersion": about["apiVersion"],
        "kind": about["kind"],
        "name": metadata["name"],
        "namespace": metadata.get("namespace"),
        "uid": metadata.get("uid"),
        "resourceVersion": metadata.get("resourceVersion"),
    }
    return {
        "apiVersion": "v1",
        "kind": "Event",
        # The API server wants events on cluster-wide objects in `default`.
        "metadata": {
            "name": f"{metadata['name']}.{digest}",
            "namespace": metadata.get("namespace") or "default",
        },
        "involvedObject": {key: value for key, value in regarding.items() if value},
        "reason": reason,
        "message": message[:MESSAGE_LIMIT],
        "type": "Warning" if warning else "Normal",
        "count": 1,
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "source": {"component": MANAGED_BY},
        "reportingComponent": MANAGED_BY,
    }


def counted_again(earlier: Manifest, event: Manifest) -> Manifest:
    """The patch of an event that was said before."""
    return {"count": int(earlier.get("count", 1)) + 1, "lastTimestamp": event["lastTimestamp"]}


def field_manager(generation: int) -> str:
    """Owner of the fields we write, as `kubectl get --show-managed-fields` prints it.

    Not the same for people: what one owner applied before and does not apply again is taken back, and so a person
    would take the leader's number out of an object.
    """
    return MANAGED_BY if generation else f"{MANAGED_BY}-cli"


def stamped(manifest: Manifest, generation: int) -> Manifest:
    """The same with the number of the leadership under which we act; unchanged without one (0)."""
    if not generation:
        return manifest
    metadata = manifest.get("metadata", {})
    annotations = {**(metadata.get("annotations") or {}), ANNOTATION_OPERATOR_GENERATION: str(generation)}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}


def stamped_status(ref: Ref, status: Manifest, generation: int) -> Manifest:
    """The same for a status, with which the API server takes no annotation; only ours have a field for it."""
    if not generation or ref.api_version != API_VERSION:
        return status
    return {**status, "operatorGeneration": generation}
