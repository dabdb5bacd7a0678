"""Whatever people ask for, whenever the operator dies and whichever call fails: in the end it is as declared."""

import random
from collections.abc import Callable

import pytest

from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase
from provisioning.tenant import TenantPhase
from tests.support.world import NAMESPACE, Killed, World

CONNECTIONS = {"small": 44, "medium": 110, "large": 340}


class Story:
    """A few turns in which somebody asks for something while the world is unreliable."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 stories, not secrets
        self.world = World(template=self._random.random() < 0.7)
        self.deleted = False
        self._turns: list[Callable[[], None]] = [
            self._plan,
            self._name,
            self._suspend,
            self._delete,
            self._password,
            self._cancel,
            self._retry,
        ]

    def tell(self) -> None:
        self.world.declare()
        for _ in range(self._random.randint(1, 7)):
            self._live()
            if not self.world.tenants():
                return
            self._random.choice(self._turns)()

    def end(self) -> None:
        """Everything works again, and somebody takes up what failed, as its message says."""
        world = self.world
        world.watch.kill_after, world.calls.fail_at, world.cluster.frozen = None, None, False
        world.restart()
        world.drive()
        for _ in range(8):
            message = world.tenant().status.message if world.tenants() else ""
            if "shopfleet procedure retry " not in message:
                return
            name = message.split("shopfleet procedure retry ")[1].split()[0]
            world.retry(next(each for each in world.all(Procedure) if each.metadata.name == name))
            world.drive()

    def _live(self) -> None:
        world, chance = self.world, self._random
        if chance.random() < 0.4:
            world.watch.kill_after = len(world.watch.effects) + chance.randint(1, 60)
        if chance.random() < 0.3:
            world.calls.fail_at = world.calls.count + chance.randint(1, 100)
            world.calls.answer_lost = chance.random() < 0.5
        world.cluster.frozen = chance.random() < 0.4
        try:
            world.drive(seconds=chance.choice([1, 5, 30, 400]))
        except Killed:
            world.watch.kill_after = None
            world.restart()

    def _plan(self) -> None:
        self.world.edit(plan=self._random.choice(["medium", "large"]), storage="250Gi")

    def _name(self) -> None:
        first = f"h{self._random.randint(1, 3)}.shops.localhost"
        self.world.edit(displayName=f"N{self._random.randint(1, 9)}", hostnames=[first, "rua.shops.localhost"])

    def _suspend(self) -> None:
        self.world.edit(suspended=self._random.random() < 0.5)

    def _delete(self) -> None:
        self.deleted = True
        self.world.delete()

    def _password(self) -> None:
        self.world.ask(ProcedureKind.ROTATE_PASSWORD, f"rua-password-{len(self.world.watch.effects)}")

    def _cancel(self) -> None:
        for each in self._procedures():
            if not each.status.phase.final:
                self.world.edit_procedure(each.metadata.name, cancel=True)

    def _retry(self) -> None:
        for each in self._procedures():
            if each.status.phase in (ProcedurePhase.FAILED, ProcedurePhase.CANCELLED):
                self.world.retry(each)

    def _procedures(self) -> list[Procedure]:
        return [each for each in self.world.all(Procedure) if each.metadata.namespace == NAMESPACE]


def check(seed: int) -> None:
    story = Story(seed)
    story.tell()
    story.end()
    world = story.world
    addresses = [each for each in world.kube.objects("Secret") if "-url" in str(each.get("data"))]
    assert addresses == [], "a signed address outlived its Job"
    if story.deleted:
        assert world.tenants() == []
        assert [name for name in world.postgres.databases if name.startswith("t_")] == []
        assert [
            each for each in world.kube.objects("Namespace") if each["metadata"]["name"].startswith("sf-")
        ] == []
        return
    tenant = world.tenant()
    applied, spec = tenant.status.applied, tenant.spec
    assert applied is not None
    assert tenant.status.phase in (TenantPhase.READY, TenantPhase.SUSPENDED), tenant.status.message
    assert (applied.suspended, tenant.status.lock) == (spec.suspended, None)
    web = next(each for each in world.kube.objects("Deployment") if each["metadata"]["name"] == "web")
    assert (web["spec"]["replicas"] == 0) is applied.suspended
    if not applied.suspended:
        assert (applied.plan, applied.hostnames, applied.display_name) == (
            spec.plan,
            spec.hostnames,
            spec.display_name,
        )
        assert world.postgres.roles[tenant.names.role].connection_limit == CONNECTIONS[applied.plan]


@pytest.mark.parametrize("seed", range(12))
def test_any_story_ends_as_declared(seed: int) -> None:
    check(seed)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 500))
def test_many_stories_end_as_declared(seed: int) -> None:
    check(seed)
