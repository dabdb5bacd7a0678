"""What a person is told when the local platform cannot be brought up or down."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

_DISK_REFUSES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class LocalError(Exception):
    """One clear sentence, with the numbers, and what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turns a disk that takes no more into an error for people; every other OSError is a defect and stays one.

    Raises:
        LocalError: the disk is full, or read-only.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_REFUSES:
            raise
        raise LocalError(
            f"{error.filename or 'A file'} cannot be written: {error.strerror}.",
            hint="Make room, or set SHOPFLEET_CACHE and SHOPFLEET_STATE to another disk, and repeat the command.",
        ) from error
