"""One row of a file on its way into the shop, and what became of it."""

from dataclasses import dataclass, field
from typing import Any

CREATED, CHANGED, SAME, REFUSED = "created", "changed", "same", "refused"


class Refused(Exception):
    """Why a row cannot be taken, as sentences that say what to do."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


@dataclass
class Row:
    kind: str
    number: int
    """Line in its file."""
    values: dict[str, str] = field(default_factory=dict)
    key: str = ""
    verdict: str = ""
    """Empty as long as nobody looked."""
    message: str = ""
    record_id: int = 0
    content: str = ""
    """What a later import has to compare with, where the record itself does not tell."""
    notes: list[str] = field(default_factory=list)
    """What came about on the way, to be said with the verdict."""

    def __hash__(self) -> int:
        return hash((self.kind, self.number))

    def refuse(self, *sentences: str) -> None:
        self.verdict, self.message, self.record_id = REFUSED, "\n".join(sentences), 0

    def done(self, verdict: str, record: Any, message: str = "") -> None:
        said = [message, *(note for note in self.notes if note not in message)]
        self.verdict, self.message, self.record_id = verdict, ". ".join(filter(None, said)), record.id
