"""Following a procedure: gentle, patient, and never longer than wanted."""

import pytest

from controller.core.deadline import Deadline
from controller.errors import DeadlineError, ShopfleetError, UnavailableError
from controller.services.following import (
    PATIENCE_SECONDS,
    Pursuit,
    follow,
    is_over,
    of_procedure,
    outcome,
    until_gone,
    until_settled,
)
from provisioning.meta import Metadata
from provisioning.procedure import Procedure, ProcedureKind, ProcedurePhase, ProcedureSpec, ProcedureStatus
from tests.support.fakes import FakeClock, FakeKube
from tests.support.samples import tenant


def procedure(phase: ProcedurePhase, retries: int = 0, seen: int = 0) -> Procedure:
    spec = ProcedureSpec(
        kind=ProcedureKind.CREATE, tenant="rua", requested_by="x", request_id="r", retries=retries
    )
    status = ProcedureStatus(phase=phase, retries_seen=seen, message="why")
    return Procedure(metadata=Metadata(name="rua-create-1"), spec=spec, status=status)


def pursuit(*looks: Procedure | Exception | None, deadline: Deadline | None = None) -> Pursuit:
    """Finds these one after the other, the last one for ever."""
    left = list(looks)

    def find() -> Procedure | None:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    return Pursuit(find, "watch it: …", deadline or Deadline(FakeClock()))


RUNNING, DONE = procedure(ProcedurePhase.RUNNING), procedure(ProcedurePhase.SUCCEEDED)


def test_ends_with_the_procedure_and_looks_once_a_second() -> None:
    clock = FakeClock()
    seen = list(follow(pursuit(None, RUNNING, RUNNING, DONE, deadline=Deadline(clock))))
    assert [each.procedure for each in seen] == [None, RUNNING, RUNNING, DONE]
    assert clock.slept == [1.0, 1.0, 1.0]


def test_what_is_over_without_a_procedure_ends() -> None:
    gone = iter((False, False, True))
    looks = Pursuit(lambda: None, "watch it: …", Deadline(FakeClock()), over=lambda: next(gone))
    assert [each.procedure for each in follow(looks)] == [None, None]


def test_doubts_the_operator_only_after_a_while() -> None:
    notes = [each.note for each in follow(pursuit(*([None] * 30), DONE))]
    assert not any(notes[: int(PATIENCE_SECONDS)])
    assert "doctor" in notes[25]


def test_the_time_is_up_but_the_work_goes_on() -> None:
    with pytest.raises(DeadlineError, match="not done after 5 s; the work goes on") as caught:
        list(follow(pursuit(RUNNING, deadline=Deadline.after(FakeClock(), 5))))
    assert caught.value.hint == "watch it: …"


def test_a_look_takes_no_longer_than_what_is_left() -> None:
    kube = FakeKube()
    deadline = Deadline.after(FakeClock(), 0)
    with pytest.raises(DeadlineError, match="the work goes on"):
        list(follow(of_procedure(kube, "rua-create-1", "partner-default", deadline)))
    assert kube.faults.calls == []


def test_a_short_silence_is_waited_out_and_a_long_one_is_not() -> None:
    silence = UnavailableError("no answer")
    assert list(follow(pursuit(*([silence] * 30), DONE)))[-1].procedure is DONE
    with pytest.raises(UnavailableError, match=r"is not lost.*no answer") as caught:
        list(follow(pursuit(silence)))
    assert caught.value.hint == "once it answers, watch it: …"


def test_a_silence_after_the_end_is_waited_out_and_then_nothing_is_said() -> None:
    kube, clock, asked = FakeKube(), FakeClock(), tenant()
    kube.faults.fail("get", UnavailableError("no answer"))
    assert until_gone(kube, clock, asked)
    kube.faults.fail("get", UnavailableError("no answer"))
    until_settled(kube, clock, asked, suspended=False)
    assert clock.slept == [0.5, 0.5]


def test_a_retry_that_has_not_begun_is_not_the_end() -> None:
    assert is_over(procedure(ProcedurePhase.FAILED))
    assert not is_over(procedure(ProcedurePhase.FAILED, retries=1, seen=0))
    assert is_over(procedure(ProcedurePhase.FAILED, retries=1, seen=1))
    assert not is_over(RUNNING)


@pytest.mark.parametrize("phase", [ProcedurePhase.FAILED, ProcedurePhase.CANCELLED])
def test_what_did_not_succeed_is_an_error(phase: ProcedurePhase) -> None:
    with pytest.raises(ShopfleetError, match="why"):
        outcome(procedure(phase))
    outcome(DONE)
