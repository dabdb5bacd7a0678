"""What the fakes of a world tell of the operator, refuse it, and do to it: each effect and each call, counted."""

from collections.abc import Iterator
from contextlib import contextmanager

from controller.core.ports import Ref
from controller.errors import LostLeadershipError, RefusedError, UnavailableError
from provisioning.meta import Manifest
from provisioning.plan import quantity
from provisioning.procedure import Procedure
from provisioning.tenant import Tenant
from tests.support.fakes import FakeKube, Faults


class Killed(BaseException):
    """The operator's process ends here and now."""


class Watch:
    """Sees every effect, and kills the operator at one of them."""

    def __init__(self) -> None:
        self.effects: list[tuple[str, str]] = []
        self.kill_before: int | None = None
        self.kill_after: int | None = None
        self.muted = False

    def before(self, number: int, action: str, target: str) -> None:
        if self.muted:
            return
        self.effects.append((action, target))
        if len(self.effects) == self.kill_before:
            raise Killed

    def after(self, number: int, action: str, target: str) -> None:
        if not self.muted and len(self.effects) == self.kill_after:
            raise Killed

    def changing(self, *ignored: str) -> list[tuple[str, str]]:
        """Effects other than what an operator may always write: its own records."""
        records = ("Event ", "AuditRecord ", f"{Procedure.KIND} ", f"{Tenant.KIND} ", *ignored)
        return [each for each in self.effects if not each[1].startswith(records)]


class Calls(Faults):
    """One count over all adapters, so that the n-th call of any of them can fail."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.fail_at: int | None = None
        self.answer_lost = False
        self.failed = ""
        self.muted = False

    @contextmanager
    def around(self, method: str, target: str) -> Iterator[None]:
        if self.muted:
            yield
            return
        self.count += 1
        due = self.count == self.fail_at
        if due:
            self.failed = f"{method} {target}"
        if due and not self.answer_lost:
            raise UnavailableError(f"no answer to {method} {target}")
        with super().around(method, target):
            yield
        if due:
            raise UnavailableError(f"the answer to {method} {target} was lost")


class StrictKube(FakeKube):
    """Refuses what the API server refuses of volumes: to shrink, or to change their class."""

    def _apply(self, manifest: Manifest, manager: str) -> Manifest:
        if manifest["kind"] == "PersistentVolumeClaim":
            stored = self._store.get(self._key(Ref.of(manifest)))
            if stored is not None:
                self._check_volume(stored.manifest["spec"], manifest["spec"])
        return super()._apply(manifest, manager)

    def _check_volume(self, before: Manifest, after: Manifest) -> None:
        sizes = [quantity(each["resources"]["requests"]["storage"]) for each in (before, after)]
        if sizes[1] < sizes[0]:
            raise RefusedError("spec.resources.requests.storage: field can not be less than previous value")
        if before["storageClassName"] != after["storageClassName"]:
            raise RefusedError("spec: is immutable after creation except resources.requests")


class Leadership:
    """A lease that is held until a test says otherwise."""

    def __init__(self) -> None:
        self.generation = 1
        self.held = True

    def check(self) -> None:
        if not self.held:
            raise LostLeadershipError("the lease is somebody else's")
