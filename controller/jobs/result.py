"""What a job hands back: one JSON line in the container's termination message."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

ERROR_LIMIT = 2000
"""Characters of an error kept in the result; Kubernetes cuts termination messages at 4096 bytes."""


@dataclass(frozen=True)
class Moved:
    """What went over the wire: its size, and its SHA-256 as 64 hex digits; of an archive also its files.

    `damaged` are those whose content does not match their name, `vanished` those that went away while the rest was
    read. None where files are not counted, which is not the same as none of them.
    """

    bytes: int
    sha256: str
    files: int | None = None
    damaged: int | None = None
    vanished: int | None = None


def write_result(path: Path, moved: Moved) -> None:
    told = {name: value for name, value in asdict(moved).items() if value is not None}
    path.write_text(json.dumps(told) + "\n")


def write_failure(path: Path, message: str) -> None:
    """The reason in place of the result, so that the operator can show it without reading logs."""
    path.write_text(json.dumps({"error": message[:ERROR_LIMIT]}) + "\n")
