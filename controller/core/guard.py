"""Asks, before a step that people in the shop would notice, whether now is a good time.

Sources of objection are values in one snapshot. Later features add fields to it and a line to `ask`: the
freeze calendar and maintenance windows come with releases, scaling with seasons.
"""

from dataclasses import dataclass

from controller.errors import Unknown


@dataclass(frozen=True)
class GuardSnapshot:
    """What is known about the tenant at this moment."""

    open_tills: int | Unknown
    """Point-of-sale sessions that are open; unknown when the database did not answer."""
    override: str | None = None
    """Why somebody decided to go ahead all the same; None when nobody did."""


@dataclass(frozen=True)
class Go:
    reason: str


@dataclass(frozen=True)
class NoGo:
    """`passing` says that asking again a little later may help, without anybody doing anything."""

    reason: str
    hint: str
    passing: bool = False


def ask(snapshot: GuardSnapshot) -> Go | NoGo:
    """Whether a disruptive step may run now."""
    if snapshot.override:
        return Go(f"overridden: {snapshot.override}")
    tills = snapshot.open_tills
    if isinstance(tills, Unknown):
        return NoGo(
            f"cannot tell whether tills are open: {tills.reason}",
            "repair the database first, or repeat with --force and a reason",
            passing=True,
        )
    if tills > 0:
        return NoGo(
            f"{tills} till{'s are' if tills > 1 else ' is'} open",
            "close the point-of-sale sessions first, or repeat with --force and a reason",
        )
    return Go("no till is open")
