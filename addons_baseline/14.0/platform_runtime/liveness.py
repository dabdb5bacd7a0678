"""Verdicts about a prefork master, from facts the master itself writes down. Pure."""

import collections

Verdict = collections.namedtuple("Verdict", "ok reason")


class MasterBoard:
    """Written by the master's main thread, read by the health thread.

    Every field is one reference or number, so reading it needs no lock: a lock shared with a thread would
    be copied, possibly held, into every worker the master forks.
    """

    def __init__(self, clock, stall_seconds, count_workers):
        self._clock = clock
        self._stall_seconds = stall_seconds
        self._count_workers = count_workers
        self._last_turn = None
        self._stopping = False

    def turned(self):
        """The main loop has finished one round."""
        self._last_turn = self._clock()

    def stopping(self):
        """The master lets its workers finish and takes no new ones."""
        self._stopping = True

    def live(self):
        """Whether the master still does its work; true while it loads or stops, which others bound."""
        if self._stopping:
            return Verdict(True, "stopping")
        if self._last_turn is None:
            return Verdict(True, "loading")
        silent = self._clock() - self._last_turn
        if silent > self._stall_seconds:
            return Verdict(False, f"main loop silent for {silent:.0f} s")
        return Verdict(True, "turning")

    def ready(self):
        """Whether requests should be sent here. Busy workers count: waiting is the gateway's decision."""
        if self._stopping:
            return Verdict(False, "stopping")
        if self._last_turn is None:
            return Verdict(False, "loading")
        live = self.live()
        if not live.ok:
            return live
        workers = self._count_workers()
        if workers == 0:
            return Verdict(False, "no worker process")
        return Verdict(True, f"{workers} workers")
