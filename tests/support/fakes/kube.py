"""A Kubernetes API in memory."""

from collections.abc import Iterable, Mapping
from typing import cast

from controller.adapters.effects import Unfenced
from controller.adapters.kube_errors import Refusal, refused
from controller.adapters.kube_manifests import build_event, counted_again, field_manager, stamped, stamped_status
from controller.core.deadline import Deadline
from controller.core.ports import Clock, Effects, Kube, Ref
from controller.errors import ConflictError, CutOffError, RefusedError, ShopfleetError
from provisioning.meta import Manifest
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.faults import Faults
from tests.support.fakes.kube_merge import copied, merge_patched
from tests.support.fakes.kube_store import Key, KubeStore, Stored
from tests.support.fakes.within import Within


class FakeKube(KubeStore):
    """Implements controller.core.ports.Kube."""

    def __init__(
        self,
        effects: Effects | None = None,
        clock: Clock | None = None,
        namespaces: Iterable[str] = ("default", "kube-system", "shopfleet-system"),
    ) -> None:
        super().__init__(clock or FakeClock())
        self.faults = Faults()
        self.user_name = "tester"
        self.logs: dict[tuple[str, str], str] = {}
        self._effects = effects or Unfenced()
        for name in namespaces:
            self.seed({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def within(self, deadline: Deadline) -> Kube:
        return cast("Kube", Within(self, deadline))

    # Kube

    def get(self, ref: Ref) -> Manifest | None:
        with self.faults.around("get", str(ref)):
            stored = self._store.get(self._key(ref))
            return None if stored is None else stored.copy()

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> list[Manifest]:
        with self.faults.around("list", f"{kind} {namespace or ''}".strip()):
            served = self._kind(api_version, kind)
            group, wanted = served.group, (labels or {}).items()
            found = [
                (str(key), stored)
                for key, stored in self._store.items()
                if key[:2] == (group, kind)
                and namespace in {None, key[2]}
                and wanted <= stored.manifest["metadata"].get("labels", {}).items()
            ]
            return [stored.copy() for _, stored in sorted(found, key=lambda each: each[0])]

    def apply(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        with self._effects("kube.apply", str(ref)), self.faults.around("apply", str(ref)):
            return self._apply(*self._ours(manifest))

    def create(self, manifest: Manifest) -> Manifest:
        ref = Ref.of(manifest)
        with self._effects("kube.create", str(ref)), self.faults.around("create", str(ref)):
            if self._key(ref) in self._store:
                raise refused(Refusal(409, "AlreadyExists", "already exists", {}), "create", str(ref))
            return self._react(ref, self._insert(stamped(manifest, self._effects.generation)))

    def patch(self, ref: Ref, patch: Manifest) -> Manifest:
        with self._effects("kube.patch", str(ref)), self.faults.around("patch", str(ref)):
            stored = self._existing(ref, "patch")
            patch = stamped(patch, self._effects.generation)
            self._check_version(ref, stored, patch.get("metadata", {}).get("resourceVersion"), "patch")
            return self._save(ref, stored, merge_patched(stored.manifest, copied(self._allowed(ref, patch))))

    def patch_status(self, ref: Ref, status: Manifest, resource_version: str | None = None) -> Manifest:
        with self._effects("kube.patch_status", str(ref)), self.faults.around("patch_status", str(ref)):
            if not self._kind(ref.api_version, ref.kind).status:
                raise RefusedError(f"{ref.kind} has no status subresource.")
            stored = self._existing(ref, "patch status of")
            self._check_version(ref, stored, resource_version, "patch status of")
            status = copied(stamped_status(ref, status, self._effects.generation))
            return self._save(ref, stored, merge_patched(stored.manifest, {"status": status}))

    def delete(self, ref: Ref, uid: str | None = None) -> bool:
        with self._effects("kube.delete", str(ref)), self.faults.around("delete", str(ref)):
            stored = self._store.get(self._key(ref))
            if stored is None:
                return False
            if uid not in {None, stored.manifest["metadata"]["uid"]}:
                raise refused(Refusal(409, "Conflict", "another object has this name", {}), "delete", str(ref))
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
        except CutOffError:
            raise
        except ConflictError:
            earlier = self.get(ref)
            if earlier is not None:
                self.patch(ref, counted_again(earlier, event))
        except ShopfleetError:
            return

    def dry_run(self, manifest: Manifest) -> Manifest:
        with self.faults.around("dry_run", str(Ref.of(manifest))):
            untouched, version = dict(self._store), self._version
            simulated, self._simulated = self._simulated, {}
            try:
                return self._apply(*self._ours(manifest))
            finally:
                self._store, self._version, self._simulated = untouched, version, simulated

    def user(self) -> str:
        with self.faults.around("user", ""):
            return self.user_name

    def _ours(self, manifest: Manifest) -> tuple[Manifest, str]:
        """What we apply, and under whose name."""
        generation = self._effects.generation
        return stamped(manifest, generation), field_manager(generation)


def _by_key(item: tuple[Key, Stored]) -> tuple[str, str]:
    _, _, namespace, name = item[0]
    return namespace or "", name
