"""Runs PostgreSQL's client programs: exit codes are read, and what they complain of becomes the error."""

import subprocess
from collections.abc import Sequence

from controller.errors import RefusedError, UnavailableError

_NO_ANSWER = (
    "could not connect",
    "connection to server",
    "server closed the connection",
    "terminating connection",
    "the database system is",
    "could not translate host name",
    "could not receive data",
    "could not send data",
    "connection reset",
    "ssl connection has been closed",
    "ssl syscall error",
)
"""What libpq says when the server is away or going away; trying again later may then work."""

_PASSING = (
    "no space left",
    "could not extend file",
    "out of memory",
    "disk full",
    "too many connections",
    "remaining connection slots",
    "lock timeout",
    "canceling statement",
    "deadlock detected",
    "input/output error",
)
"""What a full disk, a busy server or a locked table says: the same asked later may work."""

LAST_LINES = 5
"""How much of a program's complaints an error repeats: the last lines say why it gave up."""


def run(command: Sequence[str], *, what: str) -> str:
    """The program's standard output.

    Raises UnavailableError when the server gave no answer or has no room now, RefusedError when the program failed
    otherwise: then it would fail again.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except FileNotFoundError:
        raise RefusedError(f"{what}: this image has no {command[0]}") from None
    if done.returncode == 0:
        return done.stdout
    said = " | ".join(done.stderr.strip().splitlines()[-LAST_LINES:])
    message = f"{what} failed: {command[0]} ended with {done.returncode}: {said or 'no message'}"
    # A negative code is the signal that ended it, such as that of the kernel when memory ran out.
    if done.returncode < 0 or any(sign in done.stderr.lower() for sign in (*_NO_ANSWER, *_PASSING)):
        raise UnavailableError(message)
    raise RefusedError(message)


def sql(database: str, statement: str, *, what: str) -> str:
    """Runs one SQL statement; the first column of its rows, one a line."""
    return run(
        [
            "psql", "--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align",
            "--set=ON_ERROR_STOP=1", f"--dbname={database}", f"--command={statement}",
        ],
        what=what,
    ).strip()  # fmt: skip
