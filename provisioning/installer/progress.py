"""What the installer tells while it works."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    APPLYING = "applying"
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """A stage has come this far; `seconds` since it began."""

    stage: str
    state: State
    detail: str
    seconds: float


Listener = Callable[[Progress], None]
"""Called from several threads, one call at a time."""
