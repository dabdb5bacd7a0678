"""The election on a fake API and a clock that we turn."""

from typing import Any

import pytest

from controller.adapters.effects import Fenced
from controller.adapters.lease import EPOCH, Election, State, Timing
from controller.core.ports import Ref
from controller.errors import LostLeadershipError, UnavailableError
from tests.support.fakes.clock import START, FakeClock
from tests.support.fakes.kube import FakeKube

REF = Ref("coordination.k8s.io/v1", "Lease", "operator", "shopfleet-system")
TIMING = Timing(duration=15, every=3.0, margin=5.0)


class World:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.kube = FakeKube(clock=self.clock)

    def candidate(self, identity: str, **changes: Any) -> Election:
        options: dict[str, Any] = {"namespace": "shopfleet-system", "name": "operator", "timing": TIMING}
        return Election(self.kube, self.clock, identity=identity, **{**options, **changes})

    def leader(self, identity: str = "first") -> Election:
        made = self.candidate(identity)
        made.step()
        assert made.held()
        return made

    def lease(self) -> dict[str, Any]:
        found = self.kube.get(REF)
        assert found is not None
        spec: dict[str, Any] = found["spec"]
        return spec


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_candidate_leads(world: World) -> None:
    leader = world.leader()
    assert leader.state is State.LEADING
    assert leader.generation == int((START - EPOCH).total_seconds())
    assert world.lease()["holderIdentity"] == "first"
    assert world.lease()["leaseTransitions"] == leader.generation


def test_nobody_leads_before_it_has_the_lease(world: World) -> None:
    candidate = world.candidate("first")
    assert not candidate.held()
    assert candidate.generation == 0
    with pytest.raises(LostLeadershipError, match=r"operator.*waiting"):
        candidate.check()


def test_a_second_waits_as_long_as_the_first_renews(world: World) -> None:
    first, second = world.leader(), world.candidate("second")
    for _ in range(20):
        world.clock.advance(3)
        first.step()
        second.step()
        assert first.held()
        assert second.state is State.WAITING


def test_a_dead_leader_is_replaced_after_the_whole_lease_and_not_before(world: World) -> None:
    first, second = world.leader(), world.candidate("second")
    second.step()
    world.clock.advance(14.9)
    second.step()
    assert second.state is State.WAITING
    world.clock.advance(0.2)
    second.step()
    assert second.held()
    assert second.generation > first.generation


def test_there_are_never_two_leaders(world: World) -> None:
    first, second = world.leader(), world.candidate("second")
    for _ in range(100):
        world.clock.advance(0.25)
        second.step()
        assert not (first.held() and second.held())
    assert second.held()


def test_a_leader_gives_up_before_its_lease_ends(world: World) -> None:
    leader = world.leader()
    world.clock.advance(9.9)
    leader.check()
    world.clock.advance(0.2)
    with pytest.raises(LostLeadershipError, match="lost"):
        leader.check()


def test_lost_is_lost_for_ever(world: World) -> None:
    leader = world.leader()
    world.clock.advance(10.1)
    assert not leader.held()
    for _ in range(10):
        world.clock.advance(3)
        leader.step()
        assert leader.state is State.LOST
    other = world.candidate("second")
    other.step()
    world.clock.advance(15.1)
    other.step()
    assert other.held()


def test_a_silent_api_server_ends_leadership_by_the_leaders_own_clock(world: World) -> None:
    leader = world.leader()
    for _ in range(3):
        world.clock.advance(3)
        world.kube.faults.fail("get", UnavailableError("gone"))
        leader.step()
    assert leader.held()
    world.clock.advance(1.1)
    assert not leader.held()


def test_a_renewal_whose_answer_is_lost_does_not_count(world: World) -> None:
    leader = world.leader()
    world.clock.advance(6)
    world.kube.faults.fail("patch", UnavailableError("answer lost"), after=True)
    leader.step()
    world.clock.advance(4.1)
    assert not leader.held()


def test_a_take_over_whose_answer_is_lost_is_made_again_under_a_new_number(world: World) -> None:
    candidate = world.candidate("first")
    world.kube.faults.fail("create", UnavailableError("answer lost"), after=True)
    candidate.step()
    assert candidate.state is State.WAITING
    before = world.lease()["leaseTransitions"]
    for _ in range(3):
        candidate.step()
        world.clock.advance(8)
    assert candidate.held()
    assert candidate.generation > before


def test_time_is_counted_from_before_the_question(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to a renewal that took 8 s prolongs only what is left of the lease."""
    leader = world.leader()
    patch = world.kube.patch

    def slow(*arguments: Any) -> Any:
        world.clock.advance(8)
        return patch(*arguments)

    monkeypatch.setattr(world.kube, "patch", slow)
    leader.step()
    assert leader.held()
    world.clock.advance(2.1)
    assert not leader.held()


def test_a_deleted_lease_ends_leadership_and_generations_still_grow(world: World) -> None:
    first = world.leader()
    world.clock.advance(1)
    world.kube.delete(REF)
    first.step()
    assert first.state is State.LOST
    second = world.leader("second")
    assert second.generation > first.generation


def test_a_released_lease_is_free_at_once(world: World) -> None:
    first = world.leader()
    first.stop()
    assert first.state is State.RELEASED
    assert not first.held()
    second = world.leader("second")
    assert second.generation == first.generation + 1


def test_stopping_takes_nothing_from_a_successor(world: World) -> None:
    first, second = world.leader(), world.candidate("second")
    second.step()
    world.clock.advance(15.1)
    second.step()
    first.stop()
    second.step()
    assert second.held()
    assert world.lease()["holderIdentity"] == "second"


def test_two_that_apply_at_once_do_not_both_lead(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = world.candidate("first"), world.candidate("second")
    get = world.kube.get

    def both_ask(ref: Ref) -> Any:
        monkeypatch.setattr(world.kube, "get", get)
        answer = get(ref)
        second.step()
        return answer

    monkeypatch.setattr(world.kube, "get", both_ask)
    first.step()
    assert second.held()
    assert not first.held()


def test_effects_stop_with_leadership(world: World) -> None:
    leader = world.leader()
    effects = Fenced(leader)
    with effects("test.change", "something"):
        assert effects.generation == leader.generation
    world.clock.advance(10.1)
    with pytest.raises(LostLeadershipError), effects("test.change", "something"):
        pytest.fail("must not be reached")
    assert effects.count == 1


def test_the_thread_leads_and_tells_when_it_lost(world: World) -> None:
    lost: list[bool] = []
    timing = Timing(duration=15, every=0.01, margin=5.0)
    leader = world.candidate("first", timing=timing, on_lost=lambda: lost.append(True))
    leader.start()
    assert leader.wait(10)
    world.kube.delete(REF)
    leader._thread.join(10)
    assert lost == [True]
    assert not leader.wait(0)
