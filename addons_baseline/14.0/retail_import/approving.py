"""What happens to documents that need an approval: while checking, and when the import has been approved."""

from dataclasses import dataclass, field
from typing import Any


class NotApprovable(Exception):
    """What these documents still lack: sentences by document."""

    def __init__(self, problems: dict[Any, list[str]]) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass
class Asking:
    """While checking: who would have to agree, and whether anything is missing."""

    groups: set[Any] = field(default_factory=set)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    """The first line of each kind and key, of the whole import."""
    records: dict[tuple[str, int], int] = field(default_factory=dict)
    """The same of each kind and record that was there before, by its id."""
    checking = True

    def grant(self, documents: Any) -> None:
        problems = {}
        for document in documents:
            found = document._approval_problems()
            if found:
                problems[document] = found
            self.groups.update(document.sudo()._approval_plan())
        if problems:
            raise NotApprovable(problems)


@dataclass
class Granting:
    """Afterwards: the documents are approved as parts of the import, whose request this is."""

    request: Any
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    """The first line of each kind and key, of one batch: the report knows those of earlier ones."""
    records: dict[tuple[str, int], int] = field(default_factory=dict)
    """The same of each kind and record that was there before, by its id."""
    checking = False

    def grant(self, documents: Any) -> None:
        documents._approval_grant_with(self.request)
