"""Each key reaches the service of its kind, and what is logged meanwhile says what it is about."""

import pytest
import structlog

from controller.operator.dispatch import OBJECT_STORE, REFERENCES, Dispatch
from controller.operator.queue import Key
from controller.services.outside import Again


class Recorder:
    """All services in one; notes the calls, and the context in which they were made."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.context: dict[str, object] = {}

    def _called(self, *call: str) -> Again:
        self.calls.append(call)
        self.context = structlog.contextvars.get_contextvars()
        return Again(1.0, call[0])

    def tenant(self, namespace: str, name: str) -> Again:
        again = self._called("tenant", namespace, name)
        structlog.contextvars.bind_contextvars(tenant=name, request_id="r1")
        return again

    def procedure(self, namespace: str, name: str) -> Again:
        return self._called("procedure", namespace, name)

    def partner(self, name: str) -> Again:
        return self._called("partner", name)

    def release(self, name: str) -> Again:
        return self._called("release", name)

    def database_server(self, name: str) -> Again:
        return self._called("database_server", name)

    def object_store(self) -> Again:
        return self._called("object_store")

    def references(self) -> Again:
        return self._called("references")


@pytest.mark.parametrize(
    ("key", "call"),
    [
        (Key("Tenant", "partner-a", "rua"), ("tenant", "partner-a", "rua")),
        (Key("Procedure", "partner-a", "rua-create"), ("procedure", "partner-a", "rua-create")),
        (Key("Partner", "", "a"), ("partner", "a")),
        (Key("Release", "", "14.0"), ("release", "14.0")),
        (Key("DatabaseServer", "", "default"), ("database_server", "default")),
        (OBJECT_STORE, ("object_store",)),
        (REFERENCES, ("references",)),
    ],
)
def test_each_kind_has_its_service(key: Key, call: tuple[str, ...]) -> None:
    services = Recorder()
    assert Dispatch(services)(key) == Again(1.0, call[0])
    assert services.calls == [call]
    assert services.context == {"kind": key.kind, "namespace": key.namespace, "name": key.name}


def test_a_kind_that_nobody_knows_is_left_alone() -> None:
    services = Recorder()
    assert Dispatch(services)(Key("Season", "", "x")) is None
    assert services.calls == []


def test_what_a_pass_was_about_stays_for_the_queue_and_ends_with_the_next_pass() -> None:
    services = Recorder()
    dispatch = Dispatch(services)
    dispatch(Key("Tenant", "partner-a", "rua"))
    assert structlog.contextvars.get_contextvars()["request_id"] == "r1"
    dispatch(Key("Partner", "", "a"))
    assert services.context == {"kind": "Partner", "namespace": "", "name": "a"}
