"""The Kubernetes API (controller.core.ports.Kube) through the official client."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from controller.adapters.kube_connection import (
    APPLY_PATCH,
    MERGE_PATCH,
    Call,
    Connection,
    NotOk,
    open_connection,
)
from controller.adapters.kube_discovery import ApiResource, Discovery
from controller.adapters.kube_errors import missing_kind, refused
from controller.adapters.kube_manifests import build_event, counted_again, field_manager, stamped, stamped_status
from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Effects, Ref
from controller.errors import ConflictError, CutOffError, RefusedError, ShopfleetError
from provisioning.meta import Manifest

PAGE = 500
"""Objects per list request: the size kubectl uses; a page of Secrets stays below 10 MB."""

log = structlog.get_logger(__name__)


def connect(
    kubeconfig: Path | None = None,
    context: str | None = None,
    *,
    effects: Effects,
    read_timeout: float = limits.API_READ,
) -> "KubeAdapter":
    """Credentials from the file, or from the pod we run in, or from kubectl's defaults.

    `read_timeout` in seconds without a byte. Raises UserError when the kubeconfig cannot be used. Nothing is
    sent yet.
    """
    return KubeAdapter(open_connection(kubeconfig, context, read_timeout), effects)


class KubeAdapter:
    """Implements controller.core.ports.Kube."""

    def __init__(self, connection: Connection, effects: Effects, discovery: Discovery | None = None) -> None:
        self.connection = connection
        self._effects = effects
        self._discovery = discovery or Discovery()

    def within(self, deadline: Deadline) -> "KubeAdapter":
        return KubeAdapter(self.connection.within(deadline), self._effects, self._discovery)

    @property
    def calls(self) -> Counter[str]:
        """API calls so far by "verb resource"."""
        return self.connection.calls

    # Reading

    def get(self, ref: Ref) -> Manifest | None:
        resource = self._find(ref.api_version, ref.kind)
        return self._unless_absent(resource, _call(resource, "get", "GET", ref))

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Manifest]:
        resource = self._find(api_version, kind)
        what = f"{resource.plural} in {namespace or 'all namespaces'}"
        selector = ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items()))
        query = {"limit": str(PAGE), "labelSelector": selector, "continue": ""}
        found: list[Manifest] = []
        while True:
            asked = {key: value for key, value in query.items() if value}
            call = Call("list", resource.plural, what, "GET", resource.path(namespace), asked)
            try:
                page = self._send(resource, call)
            except NotOk as error:
                if error.refusal.code == 410 and query["continue"]:
                    # The snapshot of these pages was compacted away under us: begin again, unpaged.
                    found, query = [], {**query, "limit": "", "continue": ""}
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
        path = self._find("v1", "Pod").object_path(ref, "log")
        asked = {key: value for key, value in query.items() if value}
        call = Call("read", "pods/log", f"the log of {ref}", "GET", path, asked)
        try:
            return self.connection.text(call)
        except NotOk as error:
            if error.refusal.object_absent:
                raise RefusedError(f"There is no {ref} whose log could be read.") from error
            raise refused(error.refusal, call.verb, call.what) from error

    def user(self) -> str:
        path = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
        call = Call("create", "selfsubjectreviews", "a review of who we are", "POST", path, body=body)
        try:
            answer = self.connection.json(call)
        except NotOk as error:
            raise refused(error.refusal, call.verb, call.what) from error
        return str(answer["status"]["userInfo"].get("username", ""))

    def dry_run(self, manifest: Manifest) -> Manifest:
        return self._apply(manifest, {"dryRun": "All"})

    # Changing

    def apply(self, manifest: Manifest) -> Manifest:
        with self._effects("kube.apply", str(Ref.of(manifest))):
            return self._apply(manifest, {})

    def create(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        resource = self._find(ref.api_version, ref.kind)
        resource.check_namespace(ref)
        with self._effects("kube.create", str(ref)):
            call = Call(
                verb="create",
                resource=resource.plural,
                what=str(ref),
                method="POST",
                path=resource.path(ref.namespace),
                query=self._manager,
                body=stamped(manifest, self._effects.generation),
            )
            return self._change(resource, call)

    def patch(self, ref: Ref, patch: Manifest) -> Manifest:
        resource = self._find(ref.api_version, ref.kind)
        with self._effects("kube.patch", str(ref)):
            call = _call(resource, "patch", "PATCH", ref)
            body = stamped(patch, self._effects.generation)
            return self._change(resource, replace(call, query=self._manager, body=body, content_type=MERGE_PATCH))

    def patch_status(self, ref: Ref, status: Manifest, resource_version: str | None = None) -> Manifest:
        resource = self._find(ref.api_version, ref.kind)
        version = {} if resource_version is None else {"metadata": {"resourceVersion": resource_version}}
        with self._effects("kube.patch_status", str(ref)):
            body = {"status": stamped_status(ref, status, self._effects.generation), **version}
            call = replace(
                _call(resource, "patch status of", "PATCH", ref, "status"),
                query=self._manager,
                body=body,
                content_type=MERGE_PATCH,
            )
            return self._change(resource, call)

    def delete(self, ref: Ref, uid: str | None = None) -> bool:
        resource = self._find(ref.api_version, ref.kind)
        only = {} if uid is None else {"preconditions": {"uid": uid}}
        with self._effects("kube.delete", str(ref)):
            body = {"propagationPolicy": "Background", **only}
            call = replace(_call(resource, "delete", "DELETE", ref), body=body)
            return self._unless_absent(resource, call) is not None

    def event(self, about: Manifest, reason: str, message: str, *, warning: bool = False) -> None:
        event = build_event(about, reason, message, warning=warning, now=datetime.now(UTC))
        try:
            self._write_event(event)
        except CutOffError:
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
            if earlier is not None:
                self.patch(ref, counted_again(earlier, event))

    @property
    def _manager(self) -> Mapping[str, str]:
        return {"fieldManager": field_manager(self._effects.generation)}

    def _apply(self, manifest: Manifest, options: Mapping[str, str]) -> Manifest:
        ref = Ref.of(manifest)
        resource = self._find(ref.api_version, ref.kind)
        call = replace(
            _call(resource, "apply", "PATCH", ref),
            query={**self._manager, "force": "true", **options},
            body=stamped(manifest, self._effects.generation),
            content_type=APPLY_PATCH,
        )
        return self._change(resource, call)

    def _find(self, api_version: str, kind: str) -> ApiResource:
        return self._discovery.find(api_version, kind, self.connection)

    def _unless_absent(self, resource: ApiResource, call: Call) -> Manifest | None:
        try:
            return self._send(resource, call)
        except NotOk as error:
            if error.refusal.object_absent:
                return None
            raise refused(error.refusal, call.verb, call.what) from error

    def _change(self, resource: ApiResource, call: Call) -> Manifest:
        try:
            return self._send(resource, call)
        except NotOk as error:
            raise refused(error.refusal, call.verb, call.what) from error

    def _send(self, resource: ApiResource, call: Call) -> Manifest:
        try:
            answer: Manifest = self.connection.json(call)
        except NotOk as error:
            if error.refusal.kind_absent:
                self._discovery.forget(resource.api_version)
                raise missing_kind(resource.api_version, resource.kind) from error
            raise
        return _clean(answer)


def _call(resource: ApiResource, verb: str, method: str, ref: Ref, subresource: str | None = None) -> Call:
    return Call(verb, resource.plural, str(ref), method, resource.object_path(ref, subresource))


def _clean(manifest: Manifest) -> Manifest:
    """Without managedFields, which are half of an object's bytes and never decide anything here."""
    manifest.get("metadata", {}).pop("managedFields", None)
    return manifest
