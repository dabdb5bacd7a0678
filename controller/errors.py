"""Everything that can go wrong, sorted by what the reader can do about it."""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line, documented in docs/cli.md."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    CONFLICT = 5
    UNREACHABLE = 6
    TIMED_OUT = 7
    INTERRUPTED = 130


class ShopfleetError(Exception):
    """Base of all our errors: one sentence, and what to do next when we know it."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UserError(ShopfleetError):
    """What was asked for cannot be; names the field and the fix. Shown without a traceback."""

    exit_code = ExitCode.USAGE


class NotFoundError(UserError):
    """The named thing does not exist."""

    exit_code = ExitCode.NOT_FOUND


class RefusedError(ShopfleetError):
    """An outside system understood and said no (forbidden, invalid). Trying again changes nothing."""

    exit_code = ExitCode.REFUSED


class ConflictError(ShopfleetError):
    """Somebody else changed the same thing first. Read it again and decide anew."""

    exit_code = ExitCode.CONFLICT


class UnavailableError(ShopfleetError):
    """An outside system gave no answer, so its state is unknown. Trying again later may work."""

    exit_code = ExitCode.UNREACHABLE


class CutOffError(ShopfleetError):
    """We stopped, and nothing failed: what was begun may go on, or is taken up again later."""


class DeadlineError(CutOffError):
    """The time given for this was used up; the work may still go on."""

    exit_code = ExitCode.TIMED_OUT


class CancelledError(CutOffError):
    """Whoever asked for this wants it to stop here and now."""

    exit_code = ExitCode.INTERRUPTED


class LostLeadershipError(CutOffError):
    """This operator no longer holds the lease, so it must not act any more."""


@dataclass(frozen=True)
class Unknown:
    """A value that could not be read. Neither absent nor zero: nothing destructive may follow from it."""

    reason: str
