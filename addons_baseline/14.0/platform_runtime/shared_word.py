"""What one process finds out about the database, in memory that a prefork master shares with its workers.

The master has no connection, and its health thread must not open one (see health_server.py): its workers tell it.
"""

import mmap
import struct

from .liveness import Verdict

# Each is written and read in one piece: seconds of the system's monotonic clock.
_SINCE, _FOUND = range(2)
_FORMAT = "d"


class AwaySince:
    """Since when the database is away, 0 for not away; and when a process last had it again, 0 for never."""

    def __init__(self, clock):
        self._clock = clock
        # Anonymous and shared: what a forked process writes, all see.
        self._memory = mmap.mmap(-1, 2 * struct.calcsize(_FORMAT))

    def told(self, away):
        """A process lost the database (None), or has it again."""
        if away is not None:
            self._write(_FOUND, self._clock())
        self._write(_SINCE, self._clock() if away is None else 0.0)

    @property
    def away(self):
        return self._read(_SINCE) != 0.0

    def found(self):
        return self._read(_FOUND)

    def verdict(self):
        """Whether the database was there when somebody last needed it."""
        since = self._read(_SINCE)
        if since:
            return Verdict(False, f"the database is away for {self._clock() - since:.0f} s")
        return Verdict(True, "the database is there")

    def _read(self, which):
        (value,) = struct.unpack_from(_FORMAT, self._memory, which * struct.calcsize(_FORMAT))
        return value

    def _write(self, which, value):
        struct.pack_into(_FORMAT, self._memory, which * struct.calcsize(_FORMAT), value)
