"""One suite for the fake object store and a real S3 server."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.objectstore import S3Adapter
from controller.core.ports import ObjectStore
from controller.errors import LostLeadershipError, RefusedError
from tests.support.cutting import ample, refused
from tests.support.fakes.objectstore import FakeObjectStore
from tests.support.leading import Deposed, Leading

pytestmark = pytest.mark.contract


@dataclass
class World:
    store: ObjectStore
    deposed: ObjectStore
    leading: ObjectStore
    effects: Unfenced
    bucket: str


@pytest.fixture(params=["fake", "real"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    effects = Unfenced()
    store: ObjectStore
    deposed: ObjectStore
    leading: ObjectStore
    if request.param == "fake":
        fake, shadow = FakeObjectStore(effects), FakeObjectStore(Deposed())
        leader = FakeObjectStore(Leading())
        shadow.buckets = leader.buckets = fake.buckets
        store, deposed, leading = fake, shadow, leader
    else:
        server = request.getfixturevalue("object_store_server")
        keys = server.endpoint, server.access_key, server.secret_key
        store = S3Adapter(*keys, ca_file=server.ca_file, effects=effects)
        deposed = S3Adapter(*keys, ca_file=server.ca_file, effects=Deposed())
        leading = S3Adapter(*keys, ca_file=server.ca_file, effects=Leading())
    bucket = f"contract-{secrets.token_hex(4)}"
    store.ensure_bucket(bucket)
    yield World(store, deposed, leading, effects, bucket)


def test_a_bucket_can_be_ensured_again(world: World) -> None:
    world.store.put(world.bucket, "kept", b"content")
    world.store.ensure_bucket(world.bucket)
    assert world.store.get(world.bucket, "kept") == b"content"


def test_a_bucket_with_object_lock_and_one_without(world: World) -> None:
    locked = f"{world.bucket}-locked"
    for _ in range(2):
        world.store.ensure_bucket(locked, object_lock=True)
    world.store.ensure_bucket(locked)
    with pytest.raises(RefusedError, match="object lock"):
        world.store.ensure_bucket(world.bucket, object_lock=True)


def test_an_impossible_bucket_name_is_refused(world: World) -> None:
    with pytest.raises(RefusedError, match="ab"):
        world.store.ensure_bucket("ab")


def test_what_was_put_is_read_back(world: World) -> None:
    content = bytes(range(256)) * 1000
    world.store.put(world.bucket, "folder/some key+ü.bin", content)
    assert world.store.get(world.bucket, "folder/some key+ü.bin") == content
    world.store.put(world.bucket, "folder/some key+ü.bin", b"")
    assert world.store.get(world.bucket, "folder/some key+ü.bin") == b""


def test_the_head_tells_size_and_time(world: World) -> None:
    world.store.put(world.bucket, "one", b"12345")
    found = world.store.head(world.bucket, "one")
    assert found is not None
    assert (found.key, found.size) == ("one", 5)
    assert found.modified.tzinfo is not None
    assert found.modified <= datetime.now(UTC) + timedelta(minutes=1)


def test_the_head_tells_under_which_leadership_it_was_put(world: World) -> None:
    world.leading.put(world.bucket, "one", b"1")
    found = world.store.head(world.bucket, "one")
    assert found is not None
    assert found.generation == 7
    world.store.put(world.bucket, "one", b"2")
    again = world.store.head(world.bucket, "one")
    assert again is not None
    assert again.generation is None


def test_absent_objects_are_none_and_deleted_without_complaint(world: World) -> None:
    assert world.store.get(world.bucket, "absent") is None
    assert world.store.head(world.bucket, "absent") is None
    world.store.delete(world.bucket, "absent")


def test_deleted_is_absent(world: World) -> None:
    world.store.put(world.bucket, "one", b"1")
    world.store.delete(world.bucket, "one")
    assert world.store.get(world.bucket, "one") is None


def test_a_list_is_by_prefix_in_order(world: World) -> None:
    for key in ("tenants/b/2", "tenants/a/1", "tenants/b/1", "templates/x"):
        world.store.put(world.bucket, key, key.encode())
    assert [each.key for each in world.store.list(world.bucket, "tenants/b/")] == ["tenants/b/1", "tenants/b/2"]
    assert len(list(world.store.list(world.bucket, ""))) == 4
    assert list(world.store.list(world.bucket, "nothing/")) == []


def test_an_absent_bucket_is_refused_by_name(world: World) -> None:
    absent = f"{world.bucket}-absent"
    for attempt in (
        lambda: world.store.put(absent, "one", b"1"),
        lambda: world.store.get(absent, "one"),
        lambda: world.store.head(absent, "one"),
        lambda: list(world.store.list(absent, "")),
    ):
        with pytest.raises(RefusedError, match=absent):
            attempt()


def test_presigned_urls_name_the_object_and_change_nothing(world: World) -> None:
    before = world.effects.count
    for presign in (world.store.presign_get, world.store.presign_put):
        assert f"{world.bucket}/one" in presign(world.bucket, "one", timedelta(minutes=5))
    assert world.effects.count == before


def test_changes_are_effects_that_need_leadership(world: World) -> None:
    before = world.effects.count
    world.store.ensure_bucket(world.bucket)
    world.store.put(world.bucket, "one", b"1")
    world.store.delete(world.bucket, "two")
    assert world.effects.count == before + 3
    with pytest.raises(LostLeadershipError):
        world.deposed.put(world.bucket, "one", b"2")
    with pytest.raises(LostLeadershipError):
        world.deposed.delete(world.bucket, "one")
    assert world.store.get(world.bucket, "one") == b"1"


def test_nothing_is_asked_and_nothing_changed_without_time_or_when_cancelled(world: World) -> None:
    world.store.put(world.bucket, "kept", b"content")
    refused(lambda deadline: world.store.within(deadline).ensure_bucket(f"{world.bucket}-other"))
    refused(lambda deadline: world.store.within(deadline).put(world.bucket, "kept", b"another"))
    refused(lambda deadline: world.store.within(deadline).get(world.bucket, "kept"))
    refused(lambda deadline: world.store.within(deadline).head(world.bucket, "kept"))
    refused(lambda deadline: list(world.store.within(deadline).list(world.bucket, "")))
    refused(lambda deadline: world.store.within(deadline).delete(world.bucket, "kept"))
    assert world.store.within(ample()).get(world.bucket, "kept") == b"content"


def test_who_has_less_time_than_usual_is_served_all_the_same(world: World) -> None:
    hurried = world.store.within(ample().sooner(20))
    hurried.put(world.bucket, "kept", b"content")
    assert [each.key for each in hurried.list(world.bucket, "")] == ["kept"]
