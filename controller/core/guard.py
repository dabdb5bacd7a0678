"""Asks, before a step that people in the shop would notice, whether now is a good time.

Sources of objection are values in one snapshot. Later features add fields to it and a line to `ask`: the
freeze calendar and maintenance windows come with releases, scaling with seasons.
"""

from dataclasses import dataclass

from controller.errors import Unknown
from provisioning.tenant import Lock


@dataclass(frozen=True)
class GuardSnapshot:
    """What is known about the tenant at this moment."""

    open_tills: int | Unknown
    """Point-of-sale sessions that are open; unknown when the database did not answer."""
    procedure: str
    """Name of the procedure that asks."""
    lock: Lock | None
    """Who holds the tenant."""
    override: str | None = None
    """Why somebody decided to go ahead all the same; None when nobody did."""


@dataclass(frozen=True)
class Go:
    """`forced` says that somebody overrode an objection, which the reason names too."""

    reason: str
    forced: bool = False


@dataclass(frozen=True)
class NoGo:
    """`passing` says that asking again a little later may help, without anybody doing anything."""

    reason: str
    hint: str
    passing: bool = False


def ask(snapshot: GuardSnapshot) -> Go | NoGo:
    """Whether a disruptive step may run now. An override does not count against a lock."""
    taken = _lock_objection(snapshot)
    if taken is not None:
        return taken
    objection = _till_objection(snapshot)
    if objection is None:
        return Go("no till is open")
    if snapshot.override:
        return Go(f"{snapshot.override} (although {objection.reason})", forced=True)
    return objection


def _lock_objection(snapshot: GuardSnapshot) -> NoGo | None:
    """Two procedures at once would mix their changes, whatever anybody wants."""
    lock = snapshot.lock
    if lock is None or lock.holder == snapshot.procedure:
        return None
    return NoGo(
        f"{lock.holder} holds the tenant ({lock.reason})",
        f"wait for it; if this one has failed by then: shopfleet procedure retry {snapshot.procedure}",
    )


def _till_objection(snapshot: GuardSnapshot) -> NoGo | None:
    tills, override = snapshot.open_tills, f"shopfleet procedure retry {snapshot.procedure} --force REASON"
    if isinstance(tills, Unknown):
        return NoGo(
            f"cannot tell whether tills are open: {tills.reason}",
            f"repair the database first, or, once this has failed: {override}",
            passing=True,
        )
    if tills > 0:
        return NoGo(
            f"{tills} till{'s are' if tills > 1 else ' is'} open",
            f"close the point-of-sale sessions first, then retry; or do it all the same: {override}",
        )
    return None
