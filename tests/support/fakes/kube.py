"""A Kubernetes API in memory."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from controller.adapters.effects import Unfenced
from controller.adapters.kube_errors import Refusal, missing_kind, refused
from controller.adapters.kube_manifests import build_event, counted_again, stamped
from controller.core.ports import Clock, Effects, Ref
from controller.errors import ConflictError, LostLeadershipError, RefusedError, ShopfleetError
from provisioning.meta import Manifest
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.faults import Faults
from tests.support.fakes.kube_kinds import KINDS, Kind
from tests.support.fakes.kube_merge import WRITABLE_METADATA, applied, content, copied, merge_patched

Key = tuple[str, str, str | None, str]
StatusOf = Callable[[Manifest], Manifest | None]


@dataclass
class Stored:
    manifest: Manifest
    # What our last server-side apply set, so that the next one can take fields back.
    applied: Manifest = field(default_factory=lambda: {"metadata": {}})


class FakeKube:
    """Implements controller.core.ports.Kube."""

    def __init__(
        self,
        effects: Effects | None = None,
        clock: Clock | None = None,
        namespaces: Iterable[str] = ("default", "kube-system", "shopfleet-system"),
    ) -> None:
        self.faults = Faults()
        self.user_name = "tester"
        self.logs: dict[tuple[str, str], str] = {}
        self._effects = effects or Unfenced()
        self._clock = clock or FakeClock()
        self._kinds = {(each.api_version, each.kind): each for each in KINDS}
        self._store: dict[Key, Stored] = {}
        self._version = 100
        self._simulated: dict[str, StatusOf] = {}
        for name in namespaces:
            self.seed({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    # For tests

    def seed(self, manifest: Manifest) -> Manifest:
        """Store an object, its status included, as if somebody else had: no effect, no fault."""
        stored = self._insert(manifest)
        if "status" in manifest:
            stored.manifest["status"] = copied(manifest["status"])
        return copied(stored.manifest)

    def set_status(self, ref: Ref, status: Manifest) -> None:
        """Merge into the status as a controller of the cluster would."""
        stored = self._store[self._key(ref)]
        self._save(ref, stored, merge_patched(stored.manifest, {"status": status}))

    def simulate(self, kind: str, status_of: StatusOf) -> None:
        """Play a controller: after each change of such an object, merge the result into its status."""
        self._simulated[kind] = status_of

    def forget_kind(self, api_version: str, kind: str) -> None:
        """As if its CRD was not installed."""
        del self._kinds[api_version, kind]

    def objects(self, kind: str | None = None) -> list[Manifest]:
        """Copies of all objects (of one kind), in the order of their creation."""
        found = [stored.manifest for stored in self._store.values()]
        return copied([each for each in found if kind in {None, each["kind"]}])

    # Kube

    def get(self, ref: Ref) -> Manifest | None:
        with self.faults.around("get", str(ref)):
            stored = self._store.get(self._key(ref))
            return None if stored is None else copied(stored.manifest)

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Manifest]:
        with self.faults.around("list", f"{kind} {namespace or ''}".strip()):
            served = self._kind(api_version, kind)
            found = [
                stored.manifest
                for (group, name, place, _), stored in sorted(self._store.items(), key=lambda each: str(each[0]))
                if (group, name) == (served.group, kind) and namespace in {None, place}
            ]
            wanted = (labels or {}).items()
            return copied([each for each in found if wanted <= each["metadata"].get("labels", {}).items()])

    def apply(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        with self._effects("kube.apply", str(ref)), self.faults.around("apply", str(ref)):
            return self._apply(stamped(manifest, self._effects.generation))

    def create(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        with self._effects("kube.create", str(ref)), self.faults.around("create", str(ref)):
            if self._key(ref) in self._store:
                raise refused(Refusal(409, "AlreadyExists", "already exists", {}), "create", str(ref))
            stored = self._insert(stamped(manifest, self._effects.generation))
            self._react(ref, stored)
            return copied(stored.manifest)

    def patch(self, ref: Ref, patch: Manifest) -> Manifest:
        with self._effects("kube.patch", str(ref)), self.faults.around("patch", str(ref)):
            stored = self._existing(ref, "patch")
            patch = stamped(patch, self._effects.generation)
            self._check_version(ref, stored, patch.get("metadata", {}).get("resourceVersion"), "patch")
            return self._save(ref, stored, merge_patched(stored.manifest, self._allowed(ref, patch)))

    def patch_status(self, ref: Ref, status: Manifest, resource_version: str | None = None) -> Manifest:
        with self._effects("kube.patch_status", str(ref)), self.faults.around("patch_status", str(ref)):
            if not self._kind(ref.api_version, ref.kind).status:
                raise RefusedError(f"{ref.kind} has no status subresource.")
            stored = self._existing(ref, "patch status of")
            self._check_version(ref, stored, resource_version, "patch status of")
            return self._save(ref, stored, merge_patched(stored.manifest, {"status": status}))

    def delete(self, ref: Ref) -> bool:
        with self._effects("kube.delete", str(ref)), self.faults.around("delete", str(ref)):
            if self._key(ref) not in self._store:
                return False
            self._delete(self._key(ref))
            return True

    def pod_log(self, namespace: str, pod: str, container: str | None = None, tail: int | None = None) -> str:
        ref = Ref("v1", "Pod", pod, namespace)
        with self.faults.around("pod_log", str(ref)):
            if self._key(ref) not in self._store:
                raise RefusedError(f"There is no {ref} whose log could be read.")
            lines = self.logs.get((namespace, pod), "").splitlines(keepends=True)
            return "".join(lines if tail is None else lines[-tail:] if tail else [])

    def event(self, about: Manifest, reason: str, message: str, *, warning: bool = False) -> None:
        event = build_event(about, reason, message, warning=warning, now=self._clock.now())
        ref = Ref.of(event)
        try:
            self.create(event)
        except LostLeadershipError:
            raise
        except ConflictError:
            earlier = self.get(ref)
            if earlier is not None:
                self.patch(ref, counted_again(earlier, event))
        except ShopfleetError:
            return

    def dry_run(self, manifest: Manifest) -> Manifest:
        with self.faults.around("dry_run", str(Ref.of(manifest))):
            untouched, version = deepcopy(self._store), self._version
            simulated, self._simulated = self._simulated, {}
            try:
                return self._apply(manifest)
            finally:
                self._store, self._version, self._simulated = untouched, version, simulated

    def user(self) -> str:
        with self.faults.around("user", ""):
            return self.user_name

    # Inside

    def _kind(self, api_version: str, kind: str) -> Kind:
        try:
            return self._kinds[api_version, kind]
        except KeyError:
            raise missing_kind(api_version, kind) from None

    def _key(self, ref: Ref) -> Key:
        kind = self._kind(ref.api_version, ref.kind)
        if kind.namespaced and not ref.namespace:
            raise RefusedError(f"{ref} needs a namespace: its kind is namespaced.")
        return kind.group, ref.kind, ref.namespace if kind.namespaced else None, ref.name

    def _existing(self, ref: Ref, verb: str) -> Stored:
        stored = self._store.get(self._key(ref))
        if stored is None:
            raise refused(Refusal(404, "NotFound", "not found", {"name": ref.name}), verb, str(ref))
        return stored

    def _allowed(self, ref: Ref, patch: Manifest) -> Manifest:
        """The patch without what ordinary writes cannot change."""
        status = self._kind(ref.api_version, ref.kind).status
        metadata = {k: v for k, v in patch.get("metadata", {}).items() if k in WRITABLE_METADATA}
        rest = {k: v for k, v in patch.items() if k != "metadata" and not (status and k == "status")}
        return {**rest, "metadata": metadata}

    def _check_version(self, ref: Ref, stored: Stored, expected: str | None, verb: str) -> None:
        if expected is not None and expected != stored.manifest["metadata"]["resourceVersion"]:
            raise refused(Refusal(409, "Conflict", "the object has been modified", {}), verb, str(ref))

    def _apply(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        stored = self._store.get(self._key(ref))
        wanted = content(manifest, with_status=not self._kind(ref.api_version, ref.kind).status)
        if stored is None:
            stored = self._insert(manifest)
            stored.applied = wanted
            self._react(ref, stored)
            return copied(stored.manifest)
        self._check_version(ref, stored, manifest["metadata"].get("resourceVersion"), "apply")
        result = self._save(ref, stored, applied(stored.manifest, stored.applied, wanted))
        stored.applied = wanted
        return result

    def _insert(self, manifest: Manifest) -> Stored:
        ref = Ref.of(manifest)
        key = self._key(ref)
        self._check_place(ref, key[2])
        kind = self._kind(ref.api_version, ref.kind)
        body = content(manifest, with_status=not kind.status)
        metadata = {
            "name": ref.name,
            **({"namespace": key[2]} if key[2] else {}),
            "uid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key}{self._version}")),
            "resourceVersion": self._next_version(),
            "creationTimestamp": self._stamp(),
            **({"generation": 1} if kind.generation else {}),
            **body.pop("metadata"),
        }
        stored = Stored({"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata, **body})
        if ref.kind == "Namespace":
            stored.manifest["status"] = {"phase": "Active"}
        self._store[key] = stored
        return stored

    def _check_place(self, ref: Ref, namespace: str | None) -> None:
        if namespace is None:
            return
        place = self._store.get(("", "Namespace", None, namespace))
        if place is None:
            details = {"name": namespace, "kind": "namespaces"}
            raise refused(Refusal(404, "NotFound", "not found", details), "create", str(ref))
        if "deletionTimestamp" in place.manifest["metadata"]:
            causes = {"causes": [{"reason": "NamespaceTerminating"}]}
            raise refused(Refusal(403, "Forbidden", "being terminated", causes), "create", str(ref))

    def _save(self, ref: Ref, stored: Stored, changed: Manifest) -> Manifest:
        before = stored.manifest
        if changed == before:
            return copied(before)
        if _specification(changed) != _specification(before) and "generation" in before["metadata"]:
            changed["metadata"]["generation"] += 1
        changed["metadata"]["resourceVersion"] = self._next_version()
        stored.manifest = changed
        key = self._key(ref)
        if "deletionTimestamp" in changed["metadata"] and not changed["metadata"].get("finalizers"):
            self._remove(key)
        elif changed.get("status") == before.get("status"):
            self._react(ref, stored)
        return copied(stored.manifest)

    def _react(self, ref: Ref, stored: Stored) -> None:
        status_of = self._simulated.get(ref.kind)
        status = status_of(copied(stored.manifest)) if status_of else None
        if status is not None:
            self._save(ref, stored, merge_patched(stored.manifest, {"status": status}))

    def _delete(self, key: Key) -> None:
        metadata = self._store[key].manifest["metadata"]
        if "deletionTimestamp" not in metadata and (metadata.get("finalizers") or key[1] == "Namespace"):
            metadata["deletionTimestamp"] = self._stamp()
            metadata["resourceVersion"] = self._next_version()
            if "generation" in metadata:
                metadata["generation"] += 1
        if key[1] == "Namespace":
            self._store[key].manifest["status"] = {"phase": "Terminating"}
            for inside in [each for each in self._store if each[2] == key[3]]:
                if inside in self._store:
                    self._delete(inside)
            self._finish_namespace(key[3])
        elif not metadata.get("finalizers"):
            self._remove(key)

    def _remove(self, key: Key) -> None:
        gone = self._store.pop(key, None)
        if gone is None:
            return
        if key[2] is not None:
            self._finish_namespace(key[2])
        uid = gone.manifest["metadata"]["uid"]
        for dependent in [each for each, stored in self._store.items() if _owned_by(stored.manifest, uid)]:
            if dependent in self._store:
                self._delete(dependent)

    def _finish_namespace(self, name: str) -> None:
        key = ("", "Namespace", None, name)
        place = self._store.get(key)
        if place is None or "deletionTimestamp" not in place.manifest["metadata"]:
            return
        if not any(each[2] == name for each in self._store):
            del self._store[key]

    def _next_version(self) -> str:
        self._version += 1
        return str(self._version)

    def _stamp(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _specification(manifest: Manifest) -> Manifest:
    return {key: value for key, value in manifest.items() if key not in {"metadata", "status"}}


def _owned_by(manifest: Manifest, uid: str) -> bool:
    return any(each.get("uid") == uid for each in manifest["metadata"].get("ownerReferences", ()))


def _by_key(item: tuple[Key, Stored]) -> tuple[str, str]:
    _, _, namespace, name = item[0]
    return namespace or "", name
