"""The operator may die at any effect, and any call may fail: the end is the same.

Steps that are added to the catalogue later are interrupted here by themselves. An interrupted world is
compared with an undisturbed one: objects, databases, buckets.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import pytest

from controller.core.catalogue import STEPS
from controller.errors import CancelledError
from controller.services.steps.registry import ACTIONS
from provisioning.procedure import Procedure, ProcedureKind, StepPhase, StepStatus
from tests.support.final_state import State, difference, final_state
from tests.support.world import Killed, World
from tests.unit.services.scenarios import CANCELLED, DONE, SCENARIOS

RECORDS = {"kube.patch_status", "kube.create"}
"""What an operator that is to end still does: status and events."""


@cache
def _before(name: str) -> World:
    world = SCENARIOS[name].before()
    world.watch.effects.clear()
    return world


def _begun(name: str) -> World:
    world = _before(name).fork()
    SCENARIOS[name].act(world)
    return world


@dataclass(frozen=True)
class Run:
    """An undisturbed one: what is left, how many effects and calls it took, and the worlds on its way."""

    end: State
    undone: frozenset[str]
    effects: int
    calls: int
    worlds: tuple[World, ...]

    def shortly_before(self, early: Callable[[World], bool]) -> World:
        """The last world on the way that is early enough, ready to go on from there."""
        return next(world for world in reversed(self.worlds) if early(world)).twin()


@cache
def undisturbed(name: str) -> Run:
    return _run(name)


def _run(name: str) -> Run:
    world = _begun(name)
    worlds = [world.twin()]

    def keep() -> None:
        if world.calls.count != worlds[-1].calls.count:
            worlds.append(world.twin())

    world.operator.before_pass = keep
    world.drive()
    status = world.procedure(SCENARIOS[name].kind).status
    assert status.phase is SCENARIOS[name].ends
    undone = frozenset(step.name for step in status.steps if step.phase is StepPhase.UNDONE)
    return Run(final_state(world), undone, len(world.watch.effects), world.calls.count, tuple(worlds))


def test_every_kind_of_procedure_is_interrupted() -> None:
    assert {scenario.kind for scenario in DONE.values()} == set(ProcedureKind)


@pytest.mark.parametrize("kind", ProcedureKind)
def test_the_undo_of_every_step_is_interrupted(kind: ProcedureKind) -> None:
    undoable = {step.name for step in STEPS[kind] if callable(ACTIONS[step.name].undo)}
    cancelled = [undisturbed(name).undone for name, scenario in CANCELLED.items() if scenario.kind is kind]
    assert undoable <= frozenset().union(*cancelled)


@pytest.mark.parametrize("name", CANCELLED)
def test_what_is_cancelled_leaves_all_as_it_was(name: str) -> None:
    origin, stays = CANCELLED[name].origin, CANCELLED[name].stays
    assert origin is not None
    assert difference(made(final_state(origin()), stays), made(undisturbed(name).end, stays)) == ""


def made(state: State, but: str) -> State:
    """What was made for tenants: not what people declared, and not what was written down about it."""
    others = {name: each for name, each in state["objects"].items() if not (but and but in name)}
    objects = {name: each for name, each in others.items() if not name.startswith(("Procedure ", "Tenant "))}
    return {**{part: state[part] for part in ("roles", "buckets", "databases")}, "objects": objects}


def test_two_undisturbed_runs_end_the_same() -> None:
    for name in SCENARIOS:
        assert difference(undisturbed(name).end, _run(name).end) == ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_whenever_the_operator_ends_the_next_one_comes_to_the_same_end(name: str) -> None:
    """What is there right before and right after each effect is all that the next operator has."""
    expected, effects = undisturbed(name).end, undisturbed(name).effects
    left = _left_at_each_moment(name)
    assert effects > 0
    assert len(left) > effects / 2
    wrong = []
    for moment, world in left:
        world.drive()
        different = difference(expected, final_state(world))
        if different:
            wrong.append(f"killed {moment}:\n{different}")
    assert not wrong, "\n\n".join(wrong)


def _left_at_each_moment(name: str) -> list[tuple[str, World]]:
    world = _begun(name)
    left: list[tuple[str, World]] = []
    last: list[object] = [None]
    before, after = world.watch.before, world.watch.after

    def keep(moment: str, number: int, action: str, target: str) -> None:
        now = world.moment()
        # Right before an effect is often as right after the one before it.
        if not world.watch.muted and now != last[0]:
            left.append((f"{moment} effect {number}, {action} {target}", world.fork()))
            last[0] = now

    def kept_before(number: int, action: str, target: str) -> None:
        keep("before", number, action, target)
        before(number, action, target)

    def kept_after(number: int, action: str, target: str) -> None:
        after(number, action, target)
        keep("after", number, action, target)

    world.watch.before, world.watch.after = kept_before, kept_after
    world.drive()
    return left


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_operator_does_nothing_more(name: str, moment: str) -> None:
    """Killed for real at some effects: what it still runs through on its way out changes nothing."""
    for number in _spread(undisturbed(name).effects, 3):
        _kill(name, moment, number)


@pytest.mark.deep
@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_effect_the_next_operator_comes_to_the_same_end(name: str, moment: str) -> None:
    for number in range(1, undisturbed(name).effects + 1):
        _kill(name, moment, number)


def _kill(name: str, moment: str, number: int) -> None:
    world = undisturbed(name).shortly_before(lambda world: len(world.watch.effects) < number)
    setattr(world.watch, f"kill_{moment}", number)
    with pytest.raises(Killed):
        world.drive()
    assert len(world.watch.effects) == number
    where = f"killed {moment} effect {number}, {world.watch.effects[-1]}"
    world.watch.kill_before = world.watch.kill_after = None
    world.restart()
    world.drive()
    assert difference(undisturbed(name).end, final_state(world)) == "", where


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_operator_that_is_to_end_stops_soon_and_the_next_one_comes_to_the_same_end(name: str) -> None:
    for number in _spread(undisturbed(name).effects, 5):
        _cut(name, number)


@pytest.mark.deep
@pytest.mark.parametrize("name", SCENARIOS)
def test_cut_off_at_any_effect_the_next_operator_comes_to_the_same_end(name: str) -> None:
    for number in range(1, undisturbed(name).effects + 1):
        _cut(name, number)


def _cut(name: str, number: int) -> None:
    """It is to end during the n-th effect: that one it finishes, and then only writes down how it went."""
    world = undisturbed(name).shortly_before(lambda world: len(world.watch.effects) < number)
    before = world.watch.before

    def cutting(count: int, action: str, target: str) -> None:
        before(count, action, target)
        if len(world.watch.effects) == number:
            world.operator.cancellation.cancel("the operator ends")

    world.watch.before = cutting
    # In its very last effect it has nothing more to do.
    with suppress(CancelledError):
        world.drive()
    where = f"cut off in effect {number}, {world.watch.effects[number - 1]}"
    assert {action for action, _ in world.watch.effects[number:]} <= RECORDS, where
    assert not [step for step in _steps(world, name) if step.phase is StepPhase.FAILED], where
    world.watch.before = before
    world.restart()
    world.drive()
    assert difference(undisturbed(name).end, final_state(world)) == "", where


def _steps(world: World, name: str) -> tuple[StepStatus, ...]:
    kind = SCENARIOS[name].kind
    return tuple(step for each in world.all(Procedure) if each.spec.kind is kind for step in each.status.steps)


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("answer_lost", [False, True], ids=["refused", "answer lost"])
def test_a_call_may_fail_once(name: str, answer_lost: bool) -> None:
    # The way back is short, and a sample of it is enough here; the deep test takes every call.
    for number in _spread(undisturbed(name).calls, 5 if name in CANCELLED else 12):
        _fail(name, number, answer_lost)


@pytest.mark.deep
@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("answer_lost", [False, True], ids=["refused", "answer lost"])
def test_any_call_may_fail_once(name: str, answer_lost: bool) -> None:
    for number in range(1, undisturbed(name).calls + 1):
        _fail(name, number, answer_lost)


def _fail(name: str, number: int, answer_lost: bool) -> None:
    """The n-th call of any adapter gives no answer; if it is an effect, it may have happened all the same."""
    world = undisturbed(name).shortly_before(lambda world: world.calls.count < number)
    world.calls.fail_at, world.calls.answer_lost = number, answer_lost
    world.drive()
    assert world.calls.failed
    assert difference(undisturbed(name).end, final_state(world)) == "", f"call {number}: {world.calls.failed}"


def _spread(count: int, wanted: int) -> Iterator[int]:
    """So many numbers from 1 to count, evenly."""
    yield from sorted({1 + index * (count - 1) // max(wanted - 1, 1) for index in range(wanted)})
