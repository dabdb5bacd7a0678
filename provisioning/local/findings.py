"""What a check of the machine found, in a form that `doctor` can print and a start can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from provisioning.local.errors import LocalError


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True)
class Finding:
    """One checked fact."""

    check: str
    level: Level
    message: str
    """With the numbers: what there is and what is needed."""
    hint: str = ""
    """What to do; empty when all is well."""


def ok(check: str, message: str) -> Finding:
    return Finding(check, Level.OK, message)


def failed(check: str, message: str, hint: str) -> Finding:
    return Finding(check, Level.FAILED, message, hint)


def warning(check: str, message: str, hint: str) -> Finding:
    return Finding(check, Level.WARNING, message, hint)


def require(findings: Iterable[Finding]) -> None:
    """Stop when a check failed.

    Raises:
        LocalError: with one sentence per failed check.
    """
    problems = [finding for finding in findings if finding.level is Level.FAILED]
    if problems:
        raise LocalError("\n".join(f"{finding.message} {finding.hint}".strip() for finding in problems))
