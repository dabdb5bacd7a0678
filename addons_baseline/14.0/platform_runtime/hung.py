"""Ends the wait for a leader that keeps its connections open but will never answer.

What a stopped process is sent is acknowledged by its kernel, so no time-out of TCP ends such a wait, and a new
leader is not asked, as the connection seems fine. So after some seconds of silence the server that its address
leads to *now* is asked, on a connection of its own, whether it works for us; a slow query is left alone.
"""

import logging
import os
import socket
import threading
import time

_logger = logging.getLogger(__name__)

# Seconds between two looks.
BEAT = 2.0
# A server that does not answer may only have no address for a moment; one that does not know us has replaced ours.
SILENT_TIMES = 2

OURS, GONE, SILENT = "ours", "gone", "silent"


class Waits:
    """The waits of one process, and the thread that looks at them; durations in seconds.

    ``ask`` asks about a connection: OURS, GONE or SILENT. The thread starts with the first wait of a process that
    ``may_start`` threads.
    """

    def __init__(self, longest, ask, may_start, *, clock=time.monotonic, sleep=time.sleep):
        self._longest = longest
        self._ask = ask
        self._may_start = may_start
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._waits = {}
        self._started = False

    def begin(self, connection):
        """A wait for the server's answer on this connection begins; what to end it with."""
        wait = _Wait(connection, self._clock() + self._longest)
        with self._lock:
            self._waits[id(wait)] = wait
        if not self._started and self._may_start():
            self._started = True
            threading.Thread(target=self._watch, name="platform.hung", daemon=True).start()
        return wait

    def end(self, wait):
        with self._lock:
            self._waits.pop(id(wait), None)

    def look(self):
        """Ask about each wait that is due, and cut those connections that nobody will answer on."""
        with self._lock:
            due = [wait for wait in self._waits.values() if wait.due <= self._clock()]
        answer = None
        for wait in due:
            # A server that is silent would be silent for all of them, each time for as long as one waits for it.
            answer = SILENT if answer == SILENT else self._ask(wait.connection)
            wait.silent = wait.silent + 1 if answer == SILENT else 0
            if answer == GONE or wait.silent >= SILENT_TIMES:
                self._cut(wait)
            # After silence the next look is soon; a slow query is asked about again as late as at first.
            wait.due = self._clock() + (0 if answer == SILENT else self._longest)

    def _cut(self, wait):
        # Under the lock the wait cannot end, so that the descriptor is still this connection's.
        with self._lock:
            if id(wait) in self._waits:
                _logger.warning("a statement is given up: its database server is gone and does not say so")
                shut(wait.connection)

    def _watch(self):
        while True:
            self._sleep(BEAT)
            try:
                self.look()
            except Exception:
                _logger.exception("waits for the database are not watched for the moment")


class _Wait:
    def __init__(self, connection, due):
        self.connection = connection
        self.due = due
        self.silent = 0


def shut(connection):
    """Make whoever waits on this connection see its end."""
    with socket.socket(fileno=os.dup(connection.fileno())) as handle:
        handle.shutdown(socket.SHUT_RDWR)
