"""Ports of the machine that the demo needs, and who has them."""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Sequence

from provisioning.local.commands import run
from provisioning.local.errors import LocalError
from provisioning.local.spec import Forward

_HOLDER = re.compile(r'users:\(\("([^"]+)",pid=(\d+)')


def refuse_taken_ports(forwards: Sequence[Forward]) -> None:
    """Make sure that every port can be listened on.

    Raises:
        LocalError: one is taken, and by which process.
    """
    for forward in forwards:
        if not _is_free(forward):
            raise LocalError(
                f"Port {forward.port} on {forward.address} is taken by {holder(forward.port)};",
                hint="stop that program first: the shops are reached through this port.",
            )


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Who listens, as `name (process 12)`, when the kernel tells us."""
    found = _HOLDER.search(run("ss", "--no-header", "-ltnp", f"sport = :{port}"))
    return f"{found[1]} (process {found[2]})" if found else "another program"


def _is_free(forward: Forward) -> bool:
    with socket.socket() as probe:
        # As the forwarder does: connections that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((forward.address, forward.port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True
