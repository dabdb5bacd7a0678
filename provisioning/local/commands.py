"""Runs programs of the base system and turns their failure into one sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from provisioning.local.errors import LocalError

DEFAULT_TIMEOUT_S = 60.0
"""Long enough for a busy two-core machine, short enough that a hang is noticed."""

NOT_FOUND = (FileNotFoundError, PermissionError)
"""The second when a folder of PATH may not be looked into, as after a change of user."""

_TAIL_LINES = 15


class CommandError(LocalError):
    """A program ended with an error, could not be started, or took too long."""

    def __init__(self, argv: Sequence[str], reason: str, output: str, *, exit_code: int | None = None) -> None:
        self.argv = tuple(argv)
        self.output = output
        self.exit_code = exit_code
        super().__init__(f"`{' '.join(argv)}` {reason}.", hint=tail(output))


def tail(text: str, lines: int = _TAIL_LINES) -> str:
    """The last non-empty lines of an output."""
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:])


def run(
    *argv: str,
    stdin: str | None = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a program and return its standard output.

    Raises:
        CommandError: it is missing, failed, or ran longer than `timeout_s`.
    """
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env=environment,
            check=False,
        )
    except NOT_FOUND:
        raise CommandError(argv, "is not installed", "") from None
    except subprocess.TimeoutExpired as expired:
        raise CommandError(argv, f"did not end within {timeout_s:.0f} s", str(expired.stderr or "")) from None
    if done.returncode != 0:
        output = "\n".join(part for part in (done.stdout, done.stderr) if part)
        reason = f"failed with exit code {done.returncode}"
        raise CommandError(argv, reason, output, exit_code=done.returncode)
    return done.stdout


def run_logged(
    *argv: str,
    log: Path,
    cwd: Path | None = None,
    timeout_s: float,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a program whose output is long and goes to a log file of its own.

    Raises:
        CommandError: as `run`; the message carries the log's last lines.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=environment,
                timeout=timeout_s,
                check=False,
            )
        except NOT_FOUND:
            raise CommandError(argv, "is not installed", "") from None
        except subprocess.TimeoutExpired:
            raise CommandError(argv, f"did not end within {timeout_s:.0f} s", log_tail(log)) from None
    if done.returncode != 0:
        reason = f"failed with exit code {done.returncode} (log: {log})"
        raise CommandError(argv, reason, log_tail(log), exit_code=done.returncode)


def log_tail(log: Path, lines: int = _TAIL_LINES) -> str:
    """The last lines of a log file, or nothing when there is none."""
    if not log.is_file():
        return ""
    return tail(log.read_text(errors="replace"), lines)
