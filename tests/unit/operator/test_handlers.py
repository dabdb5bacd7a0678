"""Every event becomes a key, and kopf changes nothing."""

from typing import Any

import kopf
import pytest

from controller.operator import handlers
from controller.operator.dispatch import REFERENCES
from controller.operator.queue import Key, WorkQueue
from provisioning.meta import LABEL_PARTNER, LABEL_TENANT
from provisioning.plan import Plan
from tests.support.fakes.clock import FakeClock


class Noted(WorkQueue):
    """Notes what is added, and hands nothing out."""

    def __init__(self) -> None:
        super().__init__(lambda _: None, FakeClock(), lambda: None, threads=1)
        self.keys: list[Key] = []

    def add(self, key: Key, delay: float = 0.0) -> None:
        self.keys.append(key)


@pytest.fixture
def queue() -> Noted:
    return Noted()


def event(queue: Noted, plural: str, **seen: Any) -> list[Key]:
    """What an event of this kind puts into the queue."""
    found = handlers.registry(queue)._watching.get_all_handlers()
    (handler,) = [each for each in found if plural in each.id]
    handler.fn(**{"name": "x", "namespace": None, "spec": {}, "labels": {}, "type": "MODIFIED", **seen})
    return queue.keys


@pytest.mark.parametrize("kind", [kind for kind in handlers.OWN_KINDS if kind is not Plan])
def test_each_of_our_kinds_is_watched(queue: Noted, kind: type[Any]) -> None:
    namespace = "partner-a" if kind.NAMESPACED else None
    assert event(queue, kind.PLURAL, namespace=namespace)[0] == Key(kind.KIND, namespace or "", "x")


@pytest.mark.parametrize("type_", [None, "ADDED"])
@pytest.mark.parametrize("plural", ["plans", "releases", "databaseservers"])
def test_what_is_new_has_its_users_counted(queue: Noted, plural: str, type_: str | None) -> None:
    assert REFERENCES in event(queue, plural, type=type_)


@pytest.mark.parametrize("plural", ["plans", "releases", "databaseservers"])
def test_a_count_that_was_written_down_does_not_ask_for_the_next_one(queue: Noted, plural: str) -> None:
    assert REFERENCES not in event(queue, plural, type="MODIFIED")


@pytest.mark.parametrize("type_", ["ADDED", "MODIFIED", "DELETED"])
def test_whatever_happens_to_a_tenant_its_references_are_counted(queue: Noted, type_: str) -> None:
    assert REFERENCES in event(queue, "tenants", namespace="partner-a", type=type_)


def test_a_procedure_wakes_its_tenant(queue: Noted) -> None:
    keys = event(queue, "procedures", namespace="partner-a", name="rua-create", spec={"tenant": "rua"})
    assert keys == [Key("Procedure", "partner-a", "rua-create"), Key("Tenant", "partner-a", "rua")]


def test_a_tenant_s_deployment_wakes_the_tenant(queue: Noted) -> None:
    labels = {LABEL_TENANT: "rua", LABEL_PARTNER: "a"}
    assert event(queue, "workloads", labels=labels) == [Key("Tenant", "partner-a", "rua")]


def test_a_deployment_that_does_not_say_whose_it_is_wakes_nobody(queue: Noted) -> None:
    assert event(queue, "workloads", labels={LABEL_TENANT: "rua"}) == []


def test_kopf_only_watches() -> None:
    chosen = handlers.settings()
    assert not chosen.posting.enabled
    assert not chosen.scanning.disabled
    registry = handlers.registry(Noted())
    assert not registry._changing.get_all_handlers()
    assert not registry._spawning.get_all_handlers()
    assert isinstance(registry, kopf.OperatorRegistry)
