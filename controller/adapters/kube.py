"""The Kubernetes API (controller.core.ports.Kube) through the official client."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from controller.adapters.kube_connection import (
    APPLY_PATCH,
    JSON_TYPE,
    MERGE_PATCH,
    Connection,
    NotOk,
    open_connection,
)
from controller.adapters.kube_discovery import ApiResource, Discovery
from controller.adapters.kube_errors import missing_kind, refused
from controller.core.ports import Effects, Ref
from controller.errors import ConflictError, LostLeadershipError, RefusedError, ShopfleetError
from provisioning.meta import ANNOTATION_OPERATOR_GENERATION, Manifest

FIELD_MANAGER = "shopfleet"

PAGE = 500
"""Objects per list request: the size kubectl uses; a page of Secrets stays below 10 MB."""

EVENT_MESSAGE_LIMIT = 1024
"""Characters of an Event's message that the API server accepts."""

log = structlog.get_logger(__name__)


def connect(kubeconfig: Path | None = None, context: str | None = None, *, effects: Effects) -> "KubeAdapter":
    """Credentials from the file, or from the pod we run in, or from kubectl's defaults.

    Raises UserError when the kubeconfig cannot be used. Nothing is sent yet.
    """
    return KubeAdapter(open_connection(kubeconfig, context), effects)


class KubeAdapter:
    """Implements controller.core.ports.Kube."""

    def __init__(self, connection: Connection, effects: Effects) -> None:
        self.connection = connection
        self._effects = effects
        self._discovery = Discovery(connection)

    @property
    def calls(self) -> Counter[str]:
        """API calls so far by "verb resource"."""
        return self.connection.calls

    # Reading

    def get(self, ref: Ref) -> Manifest | None:
        resource = self._discovery.find(ref.api_version, ref.kind)
        try:
            return self._send("GET", resource, "get", str(ref), resource.object_path(ref))
        except NotOk as error:
            if error.refusal.object_absent or error.refusal.details.get("kind") == "namespaces":
                return None
            raise refused(error.refusal, "get", str(ref)) from error

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Manifest]:
        resource = self._discovery.find(api_version, kind)
        query = {"limit": str(PAGE)}
        if labels:
            query["labelSelector"] = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        what = f"{resource.plural} in {namespace or 'all namespaces'}"
        found: list[Manifest] = []
        while True:
            try:
                page = self._send("GET", resource, "list", what, resource.path(namespace), query)
            except NotOk as error:
                if error.refusal.code == 410 and "continue" in query:
                    # The page's snapshot was compacted away under us: begin again, unpaged.
                    found, query = [], {k: v for k, v in query.items() if k == "labelSelector"}
                    continue
                raise refused(error.refusal, "list", what) from error
            # The items of a list come without their kind.
            found += [_clean({"apiVersion": api_version, "kind": kind, **item}) for item in page["items"]]
            query["continue"] = page.get("metadata", {}).get("continue", "")
            if not query["continue"]:
                return found

    def pod_log(self, namespace: str, pod: str, container: str | None = None, tail: int | None = None) -> str:
        query = {"container": container or "", "tailLines": "" if tail is None else str(tail)}
        ref = Ref("v1", "Pod", pod, namespace)
        path = self._discovery.find("v1", "Pod").object_path(ref, "log")
        doing = ("read", "pods/log", f"the log of {ref}")
        try:
            return self.connection.text(
                "GET", path, doing=doing, query={key: value for key, value in query.items() if value}
            )
        except NotOk as error:
            if error.refusal.object_absent:
                raise RefusedError(f"There is no {ref} whose log could be read.") from error
            raise refused(error.refusal, doing[0], doing[2]) from error

    def user(self) -> str:
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        doing = ("create", "selfsubjectreviews", "a review of who we are")
        try:
            answer = self.connection.json(
                "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", doing=doing, body=body
            )
        except NotOk as error:
            raise refused(error.refusal, doing[0], doing[2]) from error
        return str(answer["status"]["userInfo"].get("username", ""))

    def dry_run(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        resource = self._discovery.find(ref.api_version, ref.kind)
        query = {"fieldManager": FIELD_MANAGER, "force": "true", "dryRun": "All"}
        return self._change("PATCH", resource, "apply", ref, manifest, query, APPLY_PATCH)

    # Changing

    def apply(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        resource = self._discovery.find(ref.api_version, ref.kind)
        query = {"fieldManager": FIELD_MANAGER, "force": "true"}
        with self._effects("kube.apply", str(ref)):
            return self._change("PATCH", resource, "apply", ref, self._stamp(manifest), query, APPLY_PATCH)

    def create(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        resource = self._discovery.find(ref.api_version, ref.kind)
        resource.check_namespace(ref)
        query = {"fieldManager": FIELD_MANAGER}
        with self._effects("kube.create", str(ref)):
            body = self._stamp(manifest)
            return self._change(
                "POST", resource, "create", ref, body, query, path=resource.path(ref.namespace)
            )

    def patch(self, ref: Ref, patch: Manifest) -> Manifest:
        resource = self._discovery.find(ref.api_version, ref.kind)
        query = {"fieldManager": FIELD_MANAGER}
        with self._effects("kube.patch", str(ref)):
            return self._change("PATCH", resource, "patch", ref, self._stamp(patch), query, MERGE_PATCH)

    def patch_status(self, ref: Ref, status: Manifest, resource_version: str | None = None) -> Manifest:
        resource = self._discovery.find(ref.api_version, ref.kind)
        query = {"fieldManager": FIELD_MANAGER}
        body: Manifest = {"status": status}
        if resource_version is not None:
            body["metadata"] = {"resourceVersion": resource_version}
        path = resource.object_path(ref, "status")
        with self._effects("kube.patch_status", str(ref)):
            return self._change("PATCH", resource, "patch status of", ref, body, query, MERGE_PATCH, path)

    def delete(self, ref: Ref) -> bool:
        resource = self._discovery.find(ref.api_version, ref.kind)
        path = resource.object_path(ref)
        with self._effects("kube.delete", str(ref)):
            try:
                self._send(
                    "DELETE", resource, "delete", str(ref), path, body={"propagationPolicy": "Background"}
                )
            except NotOk as error:
                if error.refusal.object_absent or error.refusal.details.get("kind") == "namespaces":
                    return False
                raise refused(error.refusal, "delete", str(ref)) from error
        return True

    def event(self, about: Manifest, reason: str, message: str, *, warning: bool = False) -> None:
        event = build_event(about, reason, message, warning=warning, now=datetime.now(UTC))
        try:
            self._write_event(event)
        except LostLeadershipError:
            raise
        except ShopfleetError as error:
            log.warning("event not written", about=str(Ref.of(about)), reason=reason, error=error.message)

    def _write_event(self, event: Manifest) -> None:
        ref = Ref.of(event)
        try:
            self.create(event)
        except ConflictError:
            # The same was said before: count it, as kubectl shows "x12 over 3h".
            earlier = self.get(ref)
            if earlier is None:
                return
            again = {"count": int(earlier.get("count", 1)) + 1, "lastTimestamp": event["lastTimestamp"]}
            self.patch(ref, again)

    def _stamp(self, manifest: Manifest) -> Manifest:
        """The same with the number of the leadership under which we act, unless we act without one."""
        if not self._effects.generation:
            return manifest
        metadata = manifest.get("metadata", {})
        stamp = {ANNOTATION_OPERATOR_GENERATION: str(self._effects.generation)}
        annotations = {**(metadata.get("annotations") or {}), **stamp}
        return {**manifest, "metadata": {**metadata, "annotations": annotations}}

    def _change(
        self,
        method: str,
        resource: ApiResource,
        verb: str,
        ref: Ref,
        body: Manifest,
        query: Mapping[str, str],
        content_type: str = JSON_TYPE,
        path: str | None = None,
    ) -> Manifest:
        try:
            return self._send(
                method, resource, verb, str(ref), path or resource.object_path(ref), query, body, content_type
            )
        except NotOk as error:
            raise refused(error.refusal, verb, str(ref)) from error

    def _send(
        self,
        method: str,
        resource: ApiResource,
        verb: str,
        what: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        content_type: str = JSON_TYPE,
    ) -> Manifest:
        try:
            doing = (verb, resource.plural, what)
            answer: Manifest = self.connection.json(
                method, path, doing=doing, query=query, body=body, content_type=content_type
            )
        except NotOk as error:
            if error.refusal.kind_absent:
                self._discovery.forget(resource.api_version)
                raise missing_kind(resource.api_version, resource.kind) from error
            raise
        return _clean(answer)


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
        "message": message[:EVENT_MESSAGE_LIMIT],
        "type": "Warning" if warning else "Normal",
        "count": 1,
        "firstTimestamp": stamp,
        "lastTimestamp": stamp,
        "source": {"component": FIELD_MANAGER},
        "reportingComponent": FIELD_MANAGER,
    }


def _clean(manifest: Manifest) -> Manifest:
    """Without managedFields, which are half of an object's bytes and never decide anything here."""
    manifest.get("metadata", {}).pop("managedFields", None)
    return manifest
