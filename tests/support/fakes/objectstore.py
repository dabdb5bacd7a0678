"""An S3 server in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from controller.adapters.effects import Unfenced
from controller.core.deadline import Deadline
from controller.core.ports import Clock, Effects, ObjectInfo, ObjectStore
from controller.errors import RefusedError
from tests.support.fakes.clock import FakeClock
from tests.support.fakes.faults import Faults
from tests.support.fakes.within import Within


@dataclass
class Bucket:
    object_lock: bool
    objects: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    """Of the objects that were put, and not uploaded by a Job."""


class FakeObjectStore:
    """Implements controller.core.ports.ObjectStore."""

    def __init__(self, effects: Effects | None = None, clock: Clock | None = None) -> None:
        self.faults = Faults()
        self.buckets: dict[str, Bucket] = {}
        self._effects = effects or Unfenced()
        self._clock = clock or FakeClock()

    def within(self, deadline: Deadline) -> ObjectStore:
        return cast("ObjectStore", Within(self, deadline))

    def ensure_bucket(self, bucket: str, *, object_lock: bool = False) -> None:
        with self._effects("objectstore.ensure_bucket", bucket), self.faults.around("ensure_bucket", bucket):
            if not 3 <= len(bucket) <= 63:
                raise RefusedError(f"Bucket {bucket}: its name needs 3 to 63 characters.")
            found = self.buckets.setdefault(bucket, Bucket(object_lock))
            if object_lock and not found.object_lock:
                raise RefusedError(f"Bucket {bucket} exists without object lock, which cannot be added.")

    def put(self, bucket: str, key: str, content: bytes) -> None:
        target = f"{bucket}/{key}"
        with self._effects("objectstore.put", target), self.faults.around("put", target):
            found = self._bucket(bucket)
            found.objects[key] = (bytes(content), self._clock.now())
            found.generations.pop(key, None)
            if self._effects.generation:
                found.generations[key] = self._effects.generation

    def get(self, bucket: str, key: str) -> bytes | None:
        with self.faults.around("get", f"{bucket}/{key}"):
            found = self._bucket(bucket).objects.get(key)
            return None if found is None else found[0]

    def head(self, bucket: str, key: str) -> ObjectInfo | None:
        with self.faults.around("head", f"{bucket}/{key}"):
            there = self._bucket(bucket)
            found = there.objects.get(key)
            if found is None:
                return None
            return ObjectInfo(key, len(found[0]), found[1], there.generations.get(key))

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        with self.faults.around("list", f"{bucket}/{prefix}"):
            objects = sorted(self._bucket(bucket).objects.items())
            found = [ObjectInfo(key, len(each[0]), each[1]) for key, each in objects if key.startswith(prefix)]
        yield from found

    def delete(self, bucket: str, key: str) -> None:
        target = f"{bucket}/{key}"
        with self._effects("objectstore.delete", target), self.faults.around("delete", target):
            self._bucket(bucket).objects.pop(key, None)
            self._bucket(bucket).generations.pop(key, None)

    def presign_get(self, bucket: str, key: str, valid: timedelta) -> str:
        return f"https://objectstore.invalid/{bucket}/{key}?method=GET&expires={valid.total_seconds():.0f}"

    def presign_put(self, bucket: str, key: str, valid: timedelta) -> str:
        return f"https://objectstore.invalid/{bucket}/{key}?method=PUT&expires={valid.total_seconds():.0f}"

    def _bucket(self, bucket: str) -> Bucket:
        try:
            return self.buckets[bucket]
        except KeyError:
            raise RefusedError(f"Bucket {bucket} does not exist.") from None
