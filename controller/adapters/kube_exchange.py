"""One command in a pod that reads what we send and answers in lines."""

from collections import deque
from collections.abc import Iterator
from typing import Any

CHUNK = 65536
"""Bytes sent at once."""

IDLE = 1.0
"""Seconds between looks at a silent connection; output and end show at once."""

COMPLAINTS = 20
"""Lines of standard error that are kept, the last ones."""

Remote = Any
"""A kubernetes.stream.ws_client.WSClient, which has no types."""


class Exchange:
    """The command has to read all that it is sent before it answers, and to know by itself where that ends."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._complaints: deque[str] = deque(maxlen=COMPLAINTS)

    def send(self, content: bytes) -> None:
        for begin in range(0, len(content), CHUNK):
            self._remote.write_stdin(content[begin : begin + CHUNK])

    def answers(self) -> Iterator[str]:
        """Lines of standard output, as they come, until the command ends."""
        rest = b""
        while True:
            # What came together with the end is still to be read.
            ended = not self._remote.is_open()
            if not ended:
                self._remote.update(timeout=IDLE)
            self._listen_to_complaints()
            *lines, rest = (rest + self._remote.read_stdout(timeout=0)).split(b"\n")
            for line in lines:
                yield line.decode(errors="replace")
            if ended:
                break
        if rest:
            yield rest.decode(errors="replace")

    @property
    def complaint(self) -> str:
        """The end of what it wrote to standard error."""
        return "\n".join(self._complaints)

    def _listen_to_complaints(self) -> None:
        said = self._remote.read_stderr(timeout=0)
        if said:
            self._complaints.extend(said.decode(errors="replace").splitlines())
