"""The operator may die at any effect, and any call may fail: the end is the same.

Steps that are added to the catalogue later are interrupted here by themselves. An interrupted world is
compared with an undisturbed one: objects, databases, buckets.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from provisioning.procedure import ProcedureKind
from tests.support.final_state import State, difference, final_state
from tests.support.world import Killed, World
from tests.unit.services.scenarios import SCENARIOS, Scenario


@cache
def _before(name: str) -> World:
    world = SCENARIOS[name].before()
    world.watch.effects.clear()
    return world


def _begun(name: str) -> tuple[Scenario, World]:
    world = _before(name).fork()
    return SCENARIOS[name], world


@cache
def undisturbed(name: str) -> tuple[State, int, int]:
    """What is left, and how many effects and calls it took."""
    scenario, world = _begun(name)
    scenario.act(world)
    world.drive()
    assert world.procedure(scenario.kind).status.phase is scenario.ends
    return final_state(world), len(world.watch.effects), world.calls.count


def test_every_kind_of_procedure_is_interrupted() -> None:
    assert {scenario.kind for scenario in SCENARIOS.values()} == set(ProcedureKind)


def test_two_undisturbed_runs_end_the_same() -> None:
    for name in SCENARIOS:
        undisturbed.cache_clear()
        first = undisturbed(name)[0]
        undisturbed.cache_clear()
        assert difference(first, undisturbed(name)[0]) == ""


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_effect_the_next_operator_comes_to_the_same_end(name: str, moment: str) -> None:
    expected, effects, _ = undisturbed(name)
    assert effects > 0
    wrong = []
    for number in range(1, effects + 1):
        scenario, world = _begun(name)
        scenario.act(world)
        setattr(world.watch, f"kill_{moment}", number)
        with pytest.raises(Killed):
            world.drive()
        killed_at = world.watch.effects[-1]
        world.watch.kill_before = world.watch.kill_after = None
        world.restart()
        world.drive()
        different = difference(expected, final_state(world))
        if different:
            wrong.append(f"killed {moment} effect {number} {killed_at}:\n{different}")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("answer_lost", [False, True], ids=["refused", "answer lost"])
def test_any_call_may_fail_once(name: str, answer_lost: bool) -> None:
    expected, _, calls = undisturbed(name)
    wrong = []
    for number in _some(calls):
        scenario, world = _begun(name)
        scenario.act(world)
        world.calls.fail_at, world.calls.answer_lost = number, answer_lost
        world.drive()
        different = difference(expected, final_state(world))
        if different:
            wrong.append(f"call {number} {world.calls.calls[number - 1]}:\n{different}")
    assert not wrong, "\n\n".join(wrong)


def _some(calls: int) -> Iterator[int]:
    yield from range(1, calls + 1)
