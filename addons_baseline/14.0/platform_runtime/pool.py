"""A connection pool that lets its borrowers wait, where Odoo's fails at once. For the evented process.

A small pool is woken with all its pollers at the same moment; without a wait those beyond its size get an
error instead of their message. Waiting needs a rule, as a request may need a second connection while it
holds one (cache signals, notifications): the last connection goes only to those who hold one already, so
that somebody can always finish. One connection listens for good; the pool needs at least three.
"""

import functools
import threading
import time


class Ledger:
    """Who has which connection. Greenlets switch only where they wait, so plain lists are safe."""

    def __init__(self):
        self._entries = []

    def enter(self, who, connection=None):
        """Note a connection, or the wish for one that is being opened."""
        entry = (who, connection)
        self._entries.append(entry)
        return entry

    def leave(self, entry):
        self._entries.remove(entry)

    def given_back(self, connection):
        self._entries = [entry for entry in self._entries if entry[1] is not connection]

    def admits(self, who, size):
        """Whether ``who`` may try for one of ``size`` connections."""
        self._entries = [entry for entry in self._entries if not _lost(entry[1])]
        if any(holder == who for holder, _connection in self._entries):
            return True
        return len(self._entries) < max(size - 1, 2)


def _lost(connection):
    """Closed, or forgotten by a cursor that was never closed: Odoo's pool takes both back by itself."""
    return connection is not None and (connection.closed or getattr(connection, "leaked", False))


def make_patient(
    pool_class, pool_error, wait_seconds, *, clock=time.monotonic, sleep=time.sleep, whoami=threading.get_ident
):
    """Patch ``ConnectionPool`` of the running series; raises ``pool_error`` after ``wait_seconds``."""
    borrow, give_back, ledger = pool_class.borrow, pool_class.give_back, Ledger()

    @functools.wraps(borrow)
    def waiting(self, *args, **kwargs):
        who, deadline = whoami(), clock() + wait_seconds
        while True:
            if ledger.admits(who, self._maxconn):
                wish = ledger.enter(who)
                try:
                    connection = borrow(self, *args, **kwargs)
                except pool_error:
                    if clock() >= deadline:
                        raise
                else:
                    ledger.enter(who, connection)
                    return connection
                finally:
                    ledger.leave(wish)
            elif clock() >= deadline:
                raise pool_error(f"no connection became free within {wait_seconds:.0f} s")
            sleep(0.02)

    @functools.wraps(give_back)
    def giving_back(self, connection, *args, **kwargs):
        ledger.given_back(connection)
        return give_back(self, connection, *args, **kwargs)

    pool_class.borrow, pool_class.give_back = waiting, giving_back
