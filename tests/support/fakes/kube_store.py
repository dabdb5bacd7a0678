"""The objects of the fake Kubernetes API, and what the API server and its controllers do to them."""

import pickle
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from controller.adapters.kube_errors import Refusal, missing_kind, refused
from controller.core.ports import Clock, Ref
from controller.errors import RefusedError
from provisioning.meta import Manifest
from tests.support.fakes.kube_kinds import KINDS, Kind
from tests.support.fakes.kube_merge import WRITABLE_METADATA, applied, content, copied, merge_patched

Key = tuple[str, str, str | None, str]
StatusOf = Callable[[Manifest], Manifest | None]


@dataclass(frozen=True, eq=False)
class Stored:
    """One version of an object. Nothing in it is ever changed, so worlds that part can share it."""

    manifest: Manifest
    # What the last server-side apply of each field manager set, so that its next one can take fields back.
    applied: Mapping[str, Manifest] = field(default_factory=dict)

    def copy(self) -> Manifest:
        """The object as a reader gets it, who may change it; objects are read far more often than written."""
        result: Manifest = pickle.loads(self._pickled)  # noqa: S301 our own, of a moment ago
        return result

    @cached_property
    def _pickled(self) -> bytes:
        return pickle.dumps(self.manifest)

    def with_metadata(self, **changes: Any) -> "Stored":
        """The same but for these fields of its metadata."""
        metadata = {**self.manifest["metadata"], **changes}
        return Stored({**self.manifest, "metadata": metadata}, self.applied)


class KubeStore:
    """Versions, generations, finalizers, owners and namespaces; FakeKube puts the port on top of it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kinds = {(each.api_version, each.kind): each for each in KINDS}
        self._store: dict[Key, Stored] = {}
        self._version = 100
        self._simulated: dict[str, StatusOf] = {}

    # For tests

    def seed(self, manifest: Manifest) -> Manifest:
        """Store an object, its status included, as if somebody else had: no effect, no fault."""
        stored = self._insert(manifest)
        if "status" in manifest:
            stored = Stored({**stored.manifest, "status": copied(manifest["status"])})
            self._store[self._key(Ref.of(manifest))] = stored
        return stored.copy()

    def set_status(self, ref: Ref, status: Manifest) -> None:
        """Merge into the status as a controller of the cluster would."""
        stored = self._store[self._key(ref)]
        self._save(ref, stored, merge_patched(stored.manifest, {"status": copied(status)}))

    def simulate(self, kind: str, status_of: StatusOf) -> None:
        """Play a controller: after each change of such an object, merge the result into its status."""
        self._simulated[kind] = status_of

    def forget_kind(self, api_version: str, kind: str) -> None:
        """As if its CRD was not installed."""
        del self._kinds[api_version, kind]

    def objects(self, kind: str | None = None) -> list[Manifest]:
        """Copies of all objects (of one kind), in the order of their creation."""
        return [stored.copy() for key, stored in self._store.items() if kind in {None, key[1]}]

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

    def _apply(self, manifest: Manifest, manager: str) -> Manifest:
        ref = Ref.of(manifest)
        stored = self._store.get(self._key(ref))
        wanted = content(manifest, with_status=not self._kind(ref.api_version, ref.kind).status)
        if stored is None:
            return self._react(ref, self._insert(manifest, {manager: wanted}))
        self._check_version(ref, stored, manifest["metadata"].get("resourceVersion"), "apply")
        before = stored.applied.get(manager, {"metadata": {}})
        now = {**stored.applied, manager: wanted}
        return self._save(ref, stored, applied(stored.manifest, before, wanted), now)

    def _insert(self, manifest: Manifest, applied: Mapping[str, Manifest] | None = None) -> Stored:
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
        inserted = {"apiVersion": ref.api_version, "kind": ref.kind, "metadata": metadata, **body}
        if ref.kind == "Namespace":
            inserted["status"] = {"phase": "Active"}
        stored = Stored(inserted, applied or {})
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

    def _save(
        self, ref: Ref, stored: Stored, changed: Manifest, applied: Mapping[str, Manifest] | None = None
    ) -> Manifest:
        """`applied` is what field managers have applied by now, None when this write is no apply."""
        before, key = stored.manifest, self._key(ref)
        stored = Stored(before, stored.applied if applied is None else applied)
        self._store[key] = stored
        if changed == before:
            return stored.copy()
        new: Manifest = {"resourceVersion": self._next_version()}
        if _specification(changed) != _specification(before) and "generation" in before["metadata"]:
            new["generation"] = before["metadata"]["generation"] + 1
        self._store[key] = stored = Stored(changed, stored.applied).with_metadata(**new)
        if "deletionTimestamp" in changed["metadata"] and not changed["metadata"].get("finalizers"):
            self._remove(key)
        elif changed.get("status") == before.get("status"):
            return self._react(ref, stored)
        return stored.copy()

    def _react(self, ref: Ref, stored: Stored) -> Manifest:
        status_of = self._simulated.get(ref.kind)
        status = status_of(stored.copy()) if status_of else None
        if status is None:
            return stored.copy()
        return self._save(ref, stored, merge_patched(stored.manifest, {"status": copied(status)}))

    def _delete(self, key: Key) -> None:
        metadata = self._store[key].manifest["metadata"]
        if "deletionTimestamp" not in metadata and (metadata.get("finalizers") or key[1] == "Namespace"):
            new = {"deletionTimestamp": self._stamp(), "resourceVersion": self._next_version()}
            if "generation" in metadata:
                new["generation"] = metadata["generation"] + 1
            self._store[key] = self._store[key].with_metadata(**new)
        if key[1] == "Namespace":
            ending = {**self._store[key].manifest, "status": {"phase": "Terminating"}}
            self._store[key] = Stored(ending, self._store[key].applied)
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
