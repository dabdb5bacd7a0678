"""Each key reaches the service of its kind, and what is logged meanwhile says what it is about."""

import pytest
import structlog

from controller.adapters.cancellation import ProcessCancellation
from controller.core import limits
from controller.core.deadline import Deadline
from controller.errors import CancelledError
from controller.operator.dispatch import OBJECT_STORE, REFERENCES, Dispatch
from controller.operator.queue import Key
from controller.services.outside import Again
from tests.support.fakes.clock import FakeClock


class Recorder:
    """All services in one; notes the calls, and the context in which they were made."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []
        self.context: dict[str, object] = {}
        self.deadline: Deadline | None = None

    def _called(self, *call: str, deadline: Deadline) -> Again:
        self.calls.append(call)
        self.deadline = deadline
        self.context = structlog.contextvars.get_contextvars()
        return Again(1.0, call[0])

    def tenant(self, namespace: str, name: str, deadline: Deadline) -> Again:
        again = self._called("tenant", namespace, name, deadline=deadline)
        structlog.contextvars.bind_contextvars(tenant=name, request_id="r1")
        return again

    def procedure(self, namespace: str, name: str, deadline: Deadline) -> Again:
        return self._called("procedure", namespace, name, deadline=deadline)

    def partner(self, name: str, deadline: Deadline) -> Again:
        return self._called("partner", name, deadline=deadline)

    def release(self, name: str, deadline: Deadline) -> Again:
        return self._called("release", name, deadline=deadline)

    def database_server(self, name: str, deadline: Deadline) -> Again:
        return self._called("database_server", name, deadline=deadline)

    def object_store(self, deadline: Deadline) -> Again:
        return self._called("object_store", deadline=deadline)

    def references(self, deadline: Deadline) -> Again:
        return self._called("references", deadline=deadline)


def dispatch_to(services: Recorder) -> Dispatch:
    return Dispatch(services, FakeClock(), ProcessCancellation())


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
    assert dispatch_to(services)(key) == Again(1.0, call[0])
    assert services.calls == [call]
    assert services.context == {"kind": key.kind, "namespace": key.namespace, "name": key.name}


def test_a_kind_that_nobody_knows_is_left_alone() -> None:
    services = Recorder()
    assert dispatch_to(services)(Key("Season", "", "x")) is None
    assert services.calls == []


def test_what_a_pass_was_about_stays_for_the_queue_and_ends_with_the_next_pass() -> None:
    services = Recorder()
    dispatch = dispatch_to(services)
    dispatch(Key("Tenant", "partner-a", "rua"))
    assert structlog.contextvars.get_contextvars()["request_id"] == "r1"
    dispatch(Key("Partner", "", "a"))
    assert services.context == {"kind": "Partner", "namespace": "", "name": "a"}


def test_each_pass_has_the_same_time_and_ends_with_the_operator() -> None:
    services, clock, cancellation = Recorder(), FakeClock(), ProcessCancellation()
    dispatch = Dispatch(services, clock, cancellation)
    for _ in range(2):
        dispatch(Key("Partner", "", "a"))
        assert services.deadline is not None
        assert services.deadline.remaining() == limits.PASS
        clock.advance(limits.PASS / 2)
    cancellation.cancel("the operator ends")
    with pytest.raises(CancelledError, match="the operator ends"):
        services.deadline.check()
