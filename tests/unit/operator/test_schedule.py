"""The schedule: a key is out at most once, comes back when it was added meanwhile, and is never lost."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.operator.schedule import Key, Schedule

A, B = Key("Tenant", "ns", "a"), Key("Tenant", "ns", "b")


def test_the_earliest_comes_first() -> None:
    schedule = Schedule()
    schedule.add(A, 5.0)
    schedule.add(B, 3.0)
    assert [schedule.take(9.0), schedule.take(9.0), schedule.take(9.0)] == [B, A, None]


def test_nothing_is_due_early() -> None:
    schedule = Schedule()
    schedule.add(A, 5.0)
    assert schedule.take(4.9) is None
    assert schedule.next_at() == 5.0
    assert schedule.take(5.0) == A
    assert schedule.next_at() == math.inf


def test_a_key_can_be_moved_to_an_earlier_time_only() -> None:
    schedule = Schedule()
    schedule.add(A, 5.0)
    schedule.add(A, 2.0)
    schedule.add(A, 9.0)
    assert schedule.take(2.0) == A
    schedule.give_back(A)
    assert schedule.take(99.0) is None


def test_a_taken_key_waits_without_holding_up_others() -> None:
    schedule = Schedule()
    schedule.add(A, 1.0)
    assert schedule.take(1.0) == A
    schedule.add(A, 1.0)
    schedule.add(B, 2.0)
    assert schedule.take(2.0) == B
    assert schedule.take(2.0) is None
    schedule.give_back(A)
    assert schedule.take(2.0) == A


def test_however_often_it_is_added_meanwhile_it_comes_once_more() -> None:
    schedule = Schedule()
    schedule.add(A, 1.0)
    schedule.take(1.0)
    for when in (4.0, 2.0, 3.0):
        schedule.add(A, when)
    schedule.give_back(A)
    assert [schedule.take(9.0), schedule.take(9.0)] == [A, None]


def test_depth_counts_what_is_due_and_waits() -> None:
    schedule = Schedule()
    schedule.add(A, 1.0)
    schedule.add(B, 9.0)
    assert (schedule.depth(1.0), schedule.depth(9.0)) == (1, 2)
    schedule.take(1.0)
    assert schedule.depth(1.0) == 0


keys = st.sampled_from([Key("Tenant", "ns", name) for name in "abc"])


class Machine(RuleBasedStateMachine):
    """Against a model that keeps for each key whether it is out, and when it is due next."""

    def __init__(self) -> None:
        super().__init__()
        self.schedule = Schedule()
        self.out: set[Key] = set()
        self.due: dict[Key, float] = {}
        self.now = 0.0

    @rule(key=keys, delay=st.integers(0, 5))
    def add(self, key: Key, delay: int) -> None:
        self.schedule.add(key, self.now + delay)
        self.due[key] = min(self.due.get(key, math.inf), self.now + delay)

    @rule(seconds=st.integers(1, 3))
    def pass_time(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def take(self) -> None:
        ready = {key for key, when in self.due.items() if when <= self.now and key not in self.out}
        key = self.schedule.take(self.now)
        assert (key in ready) if ready else key is None
        if key is not None:
            assert self.due[key] == min(self.due[each] for each in ready)
            del self.due[key]
            self.out.add(key)

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.out)))
        self.schedule.give_back(key)
        self.out.discard(key)

    @invariant()
    def the_next_time_is_known(self) -> None:
        waiting = [when for key, when in self.due.items() if key not in self.out]
        assert self.schedule.next_at() == min(waiting, default=math.inf)


TestSchedule = Machine.TestCase
TestSchedule.settings = settings(max_examples=40, stateful_step_count=30)


@given(st.lists(st.tuples(keys, st.integers(0, 9)), max_size=30))
def test_every_key_that_was_added_comes_exactly_once(added: list[tuple[Key, int]]) -> None:
    schedule = Schedule()
    for key, when in added:
        schedule.add(key, float(when))
    taken = []
    while (key := schedule.take(9.0)) is not None:
        taken.append(key)
    assert sorted(taken) == sorted({key for key, _ in added})
