"""Since when the database is away, in memory that a prefork master shares with its workers.

The master has no connection, and its health thread must not open one (see health_server.py): its workers tell it.
"""

import mmap
import struct

from .liveness import Verdict

_FORMAT = "d"


class AwaySince:
    """One number, written and read in one piece: seconds of the system's monotonic clock, 0 for not away."""

    def __init__(self, clock):
        self._clock = clock
        # Anonymous and shared: what a forked process writes, all see.
        self._memory = mmap.mmap(-1, struct.calcsize(_FORMAT))

    def told(self, away):
        """A process lost the database (None), or has it again."""
        self._write(self._clock() if away is None else 0.0)

    @property
    def away(self):
        return self._read() != 0.0

    def verdict(self):
        """Whether the database was there when somebody last needed it."""
        since = self._read()
        if since:
            return Verdict(False, f"the database is away for {self._clock() - since:.0f} s")
        return Verdict(True, "the database is there")

    def _read(self):
        (value,) = struct.unpack_from(_FORMAT, self._memory)
        return value

    def _write(self, value):
        struct.pack_into(_FORMAT, self._memory, 0, value)
