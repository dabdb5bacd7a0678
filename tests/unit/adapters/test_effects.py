"""Effects are counted, shown to observers, and refused to those who do not lead."""

import pytest

from controller.adapters.effects import UNFENCED_GENERATION, Fenced, Unfenced
from controller.errors import LostLeadershipError


class Recorder:
    def __init__(self, die_after: int | None = None) -> None:
        self.seen: list[tuple[str, int, str, str]] = []
        self._die_after = die_after

    def before(self, number: int, action: str, target: str) -> None:
        self.seen.append(("before", number, action, target))

    def after(self, number: int, action: str, target: str) -> None:
        self.seen.append(("after", number, action, target))
        if number == self._die_after:
            raise KeyboardInterrupt


class Lease:
    generation = 3
    held = True

    def check(self) -> None:
        if not self.held:
            raise LostLeadershipError("lost")


def test_effects_are_numbered_and_observed_around() -> None:
    recorder = Recorder()
    effects = Unfenced([recorder])
    with effects("kube.apply", "Tenant a"):
        recorder.seen.append(("inside", 0, "", ""))
    with effects("kube.delete", "Tenant a"):
        pass
    assert [each[:3] for each in recorder.seen] == [
        ("before", 1, "kube.apply"),
        ("inside", 0, ""),
        ("after", 1, "kube.apply"),
        ("before", 2, "kube.delete"),
        ("after", 2, "kube.delete"),
    ]
    assert effects.count == 2
    assert effects.generation == UNFENCED_GENERATION


def test_a_failed_effect_is_counted_but_has_no_after() -> None:
    recorder = Recorder()
    effects = Unfenced([recorder])
    with pytest.raises(ValueError, match="broken"), effects("kube.apply", "Tenant a"):
        raise ValueError("broken")
    assert effects.count == 1
    assert [each[0] for each in recorder.seen] == ["before"]


def test_a_test_can_stop_the_process_after_the_nth_effect() -> None:
    effects = Unfenced([Recorder(die_after=2)])
    done = []
    with pytest.raises(KeyboardInterrupt):
        for number in range(5):
            with effects("kube.apply", str(number)):
                done.append(number)
    assert done == [0, 1]


def test_fenced_effects_need_the_lease_and_carry_its_number() -> None:
    lease, recorder = Lease(), Recorder()
    effects = Fenced(lease, [recorder])
    with effects("kube.apply", "Tenant a"):
        pass
    lease.held = False
    with pytest.raises(LostLeadershipError), effects("kube.apply", "Tenant a"):
        pytest.fail("must not be reached")
    assert effects.generation == 3
    assert effects.count == 1
    assert len(recorder.seen) == 2
