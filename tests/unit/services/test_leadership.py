"""An operator that is no leader any more stops at once, and changes nothing more."""

from contextlib import suppress

import pytest

from controller.errors import LostLeadershipError
from tests.support.final_state import difference, final_state
from tests.support.world import NAMESPACE, World
from tests.unit.services.scenarios import SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_at_any_effect_a_lost_lease_stops_the_operator(name: str) -> None:
    scenario = SCENARIOS[name]
    base = scenario.before()
    base.watch.effects.clear()
    whole = base.fork()
    scenario.act(whole)
    whole.drive()
    effects = len(whole.watch.effects)
    for number in range(0, effects, max(1, effects // 6)):
        world = base.fork()
        scenario.act(world)
        lose_after(world, number)
        with pytest.raises(LostLeadershipError):
            world.drive()
        assert len(world.watch.effects) == number
        world.cluster.tick = lambda: None
        frozen = final_state(world)
        world.clock.advance(3600)
        with suppress(LostLeadershipError):
            world.drive(seconds=120)
        assert difference(frozen, final_state(world)) == ""


def lose_after(world: World, effects: int) -> None:
    if effects == 0:
        world.leadership.held = False
        return

    def after(number: int, action: str, target: str) -> None:
        if len(world.watch.effects) >= effects:
            world.leadership.held = False

    world.watch.after = after


def test_a_lost_lease_is_no_failed_attempt() -> None:
    world = World()
    world.declare()
    lose_after(world, 20)
    with pytest.raises(LostLeadershipError):
        world.drive()
    steps = [step for each in world.kube.objects("Procedure") for step in each["status"]["steps"]]
    assert all("lease" not in step.get("message", "") for step in steps)
    assert {step["phase"] for step in steps} <= {"Done", "Running", "Pending"}


def test_the_next_leader_writes_its_own_generation() -> None:
    world = World()
    world.cluster.frozen = True
    world.declare()
    world.drive(seconds=5)
    world.restart()
    (procedure,) = world.kube.objects("Procedure")
    world.operator.procedures.advance(NAMESPACE, procedure["metadata"]["name"])
    (procedure,) = world.kube.objects("Procedure")
    assert procedure["status"]["operatorGeneration"] == 2
