"""Steps that replace a tenant's route while customers use it: make before break."""

from datetime import timedelta

from controller.core.catalogue import PRUNE, TURN, StepSpec
from controller.core.drift import differences
from controller.core.ports import Ref
from controller.core.procedures import recorded
from controller.services.objects import TenantObjectService
from controller.services.steps.step import Done, Later, Outcome, Work
from provisioning.meta import Manifest
from provisioning.objects.route import HTTP_ROUTE, retired

# Between two changes of the route, so that every proxy has the one before it comes to the next. The gateway needs
# 0.4 s when the machine is idle; nobody waits for this but the procedure.
PAUSE = timedelta(seconds=3)


def turn(work: Work) -> Outcome:
    """The old route wins while both exist; retired, it leaves all requests to the new one."""
    old = _old_routes(work)
    if not old:
        return Done("the route is the same")
    early = _too_early(work, TURN)
    if early is not None:
        return early
    for each in old:
        work.outside.kube.patch(Ref.of(each), retired(each))
    return Done()


def check_turned(work: Work) -> str | None:
    """The old routes that still take requests."""
    taking = [each["metadata"]["name"] for each in _old_routes(work) if differences(retired(each), each)]
    return f"routes of before still take requests: {', '.join(taking)}" if taking else None


def prune(work: Work) -> Outcome:
    """Nothing that goes now serves anybody."""
    old = _unwanted(work)
    if not old:
        return Done("nothing is left of before")
    early = _too_early(work, PRUNE)
    if early is not None:
        return early
    for each in old:
        work.outside.kube.delete(Ref.of(each), each["metadata"]["uid"])
    return Done(f"{len(old)} objects removed")


def check_pruned(work: Work) -> str | None:
    """What is left of before."""
    left = [str(Ref.of(each)) for each in _unwanted(work)]
    return f"still there: {', '.join(left)}" if left else None


def _old_routes(work: Work) -> list[Manifest]:
    return [each for each in _unwanted(work) if (each["apiVersion"], each["kind"]) == HTTP_ROUTE]


def _unwanted(work: Work) -> list[Manifest]:
    service = TenantObjectService(work.outside)
    return service.unwanted(work.tenant, service.build(work.tenant))


def _too_early(work: Work, step: StepSpec) -> Later | None:
    """Later while the gateway may not have heard yet of what the step before did."""
    begun = recorded(work.procedure.status, step).started_at
    left = PAUSE if begun is None else begun + PAUSE - work.outside.clock.now()
    if left <= timedelta(0):
        return None
    return Later("the gateway turns to the new route", left.total_seconds())
