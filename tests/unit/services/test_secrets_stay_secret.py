"""A canary planted in every Secret never shows in logs, events, statuses or the audit log."""

import base64
import json

import pytest
import structlog

from controller.core.ports import Ref
from controller.errors import RefusedError
from provisioning import tenant_secrets
from tests.support.world import World
from tests.unit.services.scenarios import SCENARIOS

CANARY = "canary-5up3r-s3cr3t"
SPEAKING = ("Event", "Tenant", "Procedure", "AuditRecord", "Namespace", "Deployment", "HTTPRoute", "ConfigMap")


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every secret that is drawn from now on contains the canary."""
    drawn = iter(range(10_000))
    monkeypatch.setattr(tenant_secrets.secrets, "token_urlsafe", lambda *_: f"{CANARY}-{next(drawn)}")


def told(world: World, logs: list[structlog.typing.EventDict]) -> str:
    """All that anybody without the right to read Secrets can see."""
    objects = [each for each in world.kube.objects() if each["kind"] in SPEAKING]
    kept = [content.decode() for bucket in world.store.buckets.values() for content, _ in bucket.objects.values()]
    return json.dumps([objects, logs, kept], default=repr)


def canaries() -> list[str]:
    """As it is, and as it looks inside a Secret, whatever stands before it."""
    encoded = [base64.b64encode((" " * shift + CANARY).encode()).decode()[4:-4] for shift in range(3)]
    return [CANARY, *encoded]


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_procedure_gives_a_secret_away(name: str, quiet_logs: list[structlog.typing.EventDict]) -> None:
    scenario = SCENARIOS[name]
    world = scenario.before()
    scenario.act(world)
    world.drive()
    secrets = json.dumps([each["data"] for each in world.kube.objects("Secret")])
    assert (
        name in ("delete", "purge", "cancelled create", "cancelled create with stores", "cancelled template")
        or base64.b64encode(CANARY.encode()).decode()[:12] in secrets
    )
    text = told(world, quiet_logs)
    assert [canary for canary in canaries() if canary in text] == []


@pytest.mark.parametrize("method", ["apply", "create", "execute", "ensure_role", "get", "query"])
def test_no_failure_gives_a_secret_away(method: str, quiet_logs: list[structlog.typing.EventDict]) -> None:
    for number in (1, 5, 9):
        world = World()
        world.calls.fail(method, RefusedError("the server said no"), nth=number)
        world.declare()
        world.operator.run()
        text = told(world, quiet_logs)
        assert [canary for canary in canaries() if canary in text] == []


def test_a_broken_secret_is_named_but_not_quoted(quiet_logs: list[structlog.typing.EventDict]) -> None:
    world = World()
    names = world.create().names
    with world.quietly():
        where = Ref("v1", "Secret", "database", names.namespace)
        world.kube.patch(where, {"data": {"admin-passwd": None}})
    world.restart()
    world.operator.run(seconds=60)
    assert "has no key admin-passwd" in world.tenant().status.message
    assert CANARY not in told(world, quiet_logs)
