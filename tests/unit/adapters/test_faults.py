"""Ordered faults of the fakes come when ordered, before or after the effect."""

import pytest

from controller.errors import UnavailableError
from tests.support.fakes import FakeObjectStore

GONE = UnavailableError("gone")


@pytest.fixture
def store() -> FakeObjectStore:
    made = FakeObjectStore()
    made.ensure_bucket("bucket")
    return made


def test_only_the_nth_call_fails_and_has_no_effect(store: FakeObjectStore) -> None:
    store.faults.fail("put", GONE, nth=2)
    store.put("bucket", "one", b"1")
    with pytest.raises(UnavailableError):
        store.put("bucket", "two", b"2")
    store.put("bucket", "three", b"3")
    assert [each.key for each in store.list("bucket", "")] == ["one", "three"]


def test_a_lost_answer_leaves_the_effect(store: FakeObjectStore) -> None:
    store.faults.fail("put", GONE, after=True)
    with pytest.raises(UnavailableError):
        store.put("bucket", "one", b"1")
    assert store.get("bucket", "one") == b"1"


def test_a_fault_can_be_of_one_target(store: FakeObjectStore) -> None:
    store.faults.fail("put", GONE, target="bucket/two")
    store.put("bucket", "one", b"1")
    with pytest.raises(UnavailableError):
        store.put("bucket", "two", b"2")
    assert [call.target for call in store.faults.calls if call.method == "put"] == ["bucket/one", "bucket/two"]
