"""Every event becomes a key, and kopf changes nothing."""

from typing import Any

import kopf
import pytest

from controller.operator import handlers
from controller.operator.queue import Key, WorkQueue
from provisioning.meta import LABEL_PARTNER, LABEL_TENANT
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
    handler.fn(**{"name": "x", "namespace": None, "spec": {}, "labels": {}, **seen})
    return queue.keys


@pytest.mark.parametrize("kind", handlers.OWN_KINDS)
def test_each_of_our_kinds_is_watched(queue: Noted, kind: type[Any]) -> None:
    namespace = "partner-a" if kind.NAMESPACED else None
    assert event(queue, kind.PLURAL, namespace=namespace) == [Key(kind.KIND, namespace or "", "x")]


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
