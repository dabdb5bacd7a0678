"""Steps that replace a tenant's route while customers use it, and the way back: make before break.

Forward the old route serves until it is retired; taken back, the new one does. Whichever undo comes first applies
the objects of before, so that they are complete before a new one goes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from controller.core.catalogue import PRUNE, TURN, StepSpec
from controller.core.drift import differences
from controller.core.lifecycle import effective
from controller.core.ports import Kube, Ref
from controller.core.procedures import recorded
from controller.services.objects import TenantObjectService
from controller.services.steps.step import Done, Later, Outcome, Work
from provisioning.meta import Manifest
from provisioning.objects.route import HTTP_ROUTE, retired
from provisioning.tenant import Tenant

# Between two changes of the route, so that every proxy has the one before it comes to the next. The gateway needs
# 0.4 s when the machine is idle; nobody waits for this but the procedure.
PAUSE = timedelta(seconds=3)


def turn(work: Work) -> Outcome:
    """The old route wins while both exist; retired, it leaves all requests to the new one."""
    old = _routes(_unwanted(work, work.tenant))
    return _a_moment_later(work, TURN, old, _retire) if old else Done("the route is the same")


def check_turned(work: Work) -> str | None:
    """The old routes that still take requests."""
    old = _routes(_unwanted(work, work.tenant))
    taking = [each["metadata"]["name"] for each in old if differences(retired(each), each)]
    return f"routes of before still take requests: {', '.join(taking)}" if taking else None


def prune(work: Work) -> Outcome:
    """Nothing that goes now serves anybody."""
    old = _unwanted(work, work.tenant)
    return _a_moment_later(work, PRUNE, old, _remove) if old else Done("nothing is left of before")


def check_pruned(work: Work) -> str | None:
    """What is left of before."""
    left = [str(Ref.of(each)) for each in _unwanted(work, work.tenant)]
    return f"still there: {', '.join(left)}" if left else None


def bring_back(work: Work) -> Later | None:
    """Undo of removing: the old stands beside the new, which goes on serving because it is the older one now."""
    return _take_back(work, (), _leave)


def turn_back(work: Work) -> Later | None:
    """Undo of turning: the old route takes requests again, and leaves none to the new one, which is retired."""
    return _take_back(work, (PRUNE,), lambda kube, new: _retire(kube, _routes(new)))


def roll_back(work: Work) -> Later | None:
    """Undo of applying: what replaced the old is removed, which serves nobody any more."""
    return _take_back(work, (PRUNE, TURN), _remove)


Act = Callable[[Kube, Sequence[Manifest]], None]


def _a_moment_later(work: Work, step: StepSpec, old: Sequence[Manifest], act: Act) -> Outcome:
    early = _too_early(work, recorded(work.procedure.status, step).started_at or work.outside.clock.now())
    if early is not None:
        return early
    act(work.outside.kube, old)
    return Done(f"{len(old)} objects of before")


def _take_back(work: Work, later_steps: tuple[StepSpec, ...], act: Act) -> Later | None:
    """Act on what the applied state does not ask for, a moment after any of the later steps was undone.

    If none was, this is the first undo, and applies the objects of before.
    """
    before = effective(work.declared)
    if before.status.applied is None:
        return None
    service = TenantObjectService(work.outside)
    wanted = service.build(before)
    new = service.unwanted(before, wanted)
    undone = [at for step in later_steps if (at := work.undone_at(step))]
    if not undone:
        service.apply(wanted.all())
    early = _too_early(work, max(undone)) if undone and new else None
    if early is None:
        act(work.outside.kube, new)
    return early


def _leave(kube: Kube, new: Sequence[Manifest]) -> None:
    """It serves until the old does again."""


def _retire(kube: Kube, routes: Sequence[Manifest]) -> None:
    for each in routes:
        kube.patch(Ref.of(each), retired(each))


def _remove(kube: Kube, unwanted: Sequence[Manifest]) -> None:
    for each in unwanted:
        kube.delete(Ref.of(each), each["metadata"]["uid"])


def _routes(found: Sequence[Manifest]) -> list[Manifest]:
    return [each for each in found if (each["apiVersion"], each["kind"]) == HTTP_ROUTE]


def _unwanted(work: Work, tenant: Tenant) -> list[Manifest]:
    service = TenantObjectService(work.outside)
    return service.unwanted(tenant, service.build(tenant))


def _too_early(work: Work, since: datetime) -> Later | None:
    """Later while the gateway may not have heard yet of what was done then."""
    left = since + PAUSE - work.outside.clock.now()
    return Later("the gateway turns to the other route", left.total_seconds()) if left > timedelta(0) else None
