"""What a person is told when the local platform cannot be brought up or down."""

from __future__ import annotations


class LocalError(Exception):
    """One clear sentence, with the numbers, and what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint
