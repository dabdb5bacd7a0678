"""When a database is away, and what that means for a request that was in the middle of something. Pure.

While a leader is switched, connections break, new ones are refused, or the server they reach takes no writes. What
a request may do then depends on what it has done so far: see :class:`Course`.
"""

import contextlib
import re
import threading

# PostgreSQL's own words for it: it shuts down, crashed, starts, or only reads. Class 08 is connections as a whole.
SHUTTING_DOWN, CRASHED, NOT_YET, READ_ONLY = "57P01", "57P02", "57P03", "25006"
CONNECTION_CLASS = "08"

# What changes nothing that would outlive a lost transaction. Everything else counts as a change.
_READS = re.compile(
    rb"[\s(]*(select|show|set|savepoint|release|rollback|listen|fetch|close|declare)\b", re.IGNORECASE
)
# Odoo finds the parts of every page by one of these. One with such a word anywhere in it counts as a change.
_WITH = re.compile(rb"\s*with\b", re.IGNORECASE)
_CHANGES = re.compile(rb"\b(insert|update|delete|merge)\b", re.IGNORECASE)


def is_lost(error, closed):
    """Whether this error of PostgreSQL's driver says that the database is away; ``closed`` is the connection's."""
    code = getattr(error, "pgcode", None) or ""
    return (
        bool(closed) or code.startswith(CONNECTION_CLASS) or code in (SHUTTING_DOWN, CRASHED, NOT_YET, READ_ONLY)
    )


def changes(statement):
    """Whether this statement may change something; what cannot be read may."""
    if isinstance(statement, str):
        statement = statement.encode()
    if not isinstance(statement, bytes):
        return True
    if _WITH.match(statement):
        return bool(_CHANGES.search(statement))
    return not _READS.match(statement)


class Course:
    """How one request, or one job, fares with the database.

    ``lost`` is why it lost the database, or None. ``changed``: it has sent a change. ``kept``: it has sent a
    commit of changes, so that they may be there whatever came back. ``afterwards`` waits for its good end.
    """

    def __init__(self):
        self.lost = None
        self.changed = False
        self.kept = False
        self.afterwards = []

    def lose(self, why):
        self.lost = self.lost or _line(why) or "no answer"

    def change(self, commits=False):
        self.changed = True
        self.kept = self.kept or commits


def _line(why):
    """The driver's errors have several."""
    return " ".join(str(why).split())


_here = threading.local()


def current():
    """The course of this thread or greenlet, or None."""
    return getattr(_here, "course", None)


@contextlib.contextmanager
def followed():
    """Yield a new course that is the current one until the block ends."""
    before, _here.course = current(), Course()
    try:
        yield _here.course
    finally:
        _here.course = before


class Outage:
    """What one process knows about its database; durations in seconds.

    ``generation`` counts the losses: a connection that is older than the last one is given up without asking it,
    as asking a server that is gone may take as long as a time-out. A refused attempt is followed by a pause as
    long as it took, so that requests that queue behind one another do not each wait in vain; it ends when another
    process has had the database since the attempt began, which ``found_elsewhere`` tells by the same clock. Each
    of ``listeners`` is called with None when the database has gone, and with the seconds it was away when it is
    back.
    """

    def __init__(self, clock, found_elsewhere=lambda: 0.0, shortest_pause=0.2):
        self._clock = clock
        self._found_elsewhere = found_elsewhere
        self._shortest_pause = shortest_pause
        self._refused_from = 0.0
        self._pause_until = 0.0
        self.since = None
        self.why = ""
        self.generation = 0
        self.listeners = []

    def lost(self, generation, why):
        """A connection of this generation broke. That an older one did is no news."""
        if generation == self.generation:
            self.generation += 1
            self._away(why)

    def refused(self, began, why):
        """An attempt to connect, which began then, brought nothing."""
        now = self._clock()
        self._refused_from = began
        self._pause_until = now + max(self._shortest_pause, now - began)
        self._away(why)

    def reached(self):
        """The database has answered."""
        if self.since is not None:
            away, self.since = self.lasts(), None
            self._tell(away)

    def pausing(self):
        """Whether an attempt would come too early."""
        return (
            self.since is not None
            and self._clock() < self._pause_until
            and self._found_elsewhere() <= self._refused_from
        )

    def lasts(self):
        """Seconds since the first loss; 0 while the database is there."""
        return 0.0 if self.since is None else self._clock() - self.since

    def _away(self, why):
        self.why = _line(why)
        if self.since is None:
            self.since = self._clock()
            self._tell(None)

    def _tell(self, away):
        for listener in self.listeners:
            listener(away)
