"""What becomes of a call, decided from data alone: no Odoo, no clock, no chance of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

OK = "ok"
LATER = "later"
REFUSED = "refused"
UNREACHABLE = "unreachable"
LOST = "lost"
UNUSABLE = "unusable"

# Outcomes that say something about the endpoint and not about the one message.
ENDPOINT_FAILS = frozenset({LATER, UNREACHABLE, LOST})

# Statuses below 500 by which the other side asks for another try: timeout, too early, too many.
_TRY_AGAIN = frozenset({408, 425, 429})

# Seconds. Half a minute is longer than a restart of a service; an hour is often enough for who is down for a day.
FIRST_WAIT = 30
LONGEST_WAIT = 3600
# What the other side asks for is followed up to this.
LONGEST_ASKED_WAIT = 4 * 3600

# This many different messages in a row have failed: the endpoint is down, so do not let all others run into it.
BREAKER_FAILURES = 3
LONGEST_BREAK = 900
# More than this need not be looked at: the break has reached its longest.
BREAKER_MEMORY = 8


def of_status(status):
    """Redirects are refused: followed, they would carry the secret to wherever the answer says."""
    if 200 <= status < 300:
        return OK
    return LATER if status >= 500 or status in _TRY_AGAIN else REFUSED


@dataclass(frozen=True)
class Verdict:
    """`state` of the message; `wait` in seconds until the next try when it is queued."""

    state: str
    wait: Optional[float] = None


@dataclass(frozen=True)
class Limits:
    max_tries: int
    # Seconds from now until nobody is interested any more.
    seconds_left: float
    # Whether the other side recognises a call that it has had before.
    repeatable: bool


def decide(outcome, tries, wait, limits):
    """`tries` counts this one. Who cannot be reached is tried as long as there is time: no message is at fault."""
    if outcome == OK:
        return Verdict("sent")
    if outcome in (REFUSED, UNUSABLE) or (outcome == LOST and not limits.repeatable):
        return Verdict("dead")
    if wait > limits.seconds_left or (outcome != UNREACHABLE and tries >= limits.max_tries):
        return Verdict("dead")
    return Verdict("queued", wait)


def backoff(tries, asked, chance):
    """Seconds before the next try: doubled each time, the last half by chance (0 to 1), so that what failed
    together does not come back together."""
    # 2 ** 10 is past the longest wait, and numbers of tries have no end.
    longest = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    own = longest * (0.5 + chance / 2)
    return max(own, min(asked or 0, LONGEST_ASKED_WAIT))


@dataclass(frozen=True)
class Tried:
    message: int
    outcome: str
    # Seconds since then.
    ago: float


def breaker_wait(recent: Sequence[Tried]):
    """Seconds for which an endpoint is left alone; `recent`: its last attempts, the newest first."""
    failed = set()
    for attempt in recent:
        if attempt.outcome not in ENDPOINT_FAILS:
            break
        failed.add(attempt.message)
    if len(failed) < BREAKER_FAILURES:
        return 0.0
    longest = min(FIRST_WAIT * 2 ** (len(failed) - BREAKER_FAILURES), LONGEST_BREAK)
    return max(longest - recent[0].ago, 0.0)
