"""Reads one CSV file as people's programs write them. Pure: bytes in, rows or what is wrong out."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

# The first one wins where a header has equally many; a decimal comma goes with a semicolon.
SEPARATORS = ";\t,"


class Unreadable(Exception):
    """`what` says which sentence describes it, `facts` fill that sentence."""

    def __init__(self, what: str, **facts: object) -> None:
        super().__init__(what, facts)
        self.what = what
        self.facts = facts


@dataclass(frozen=True)
class Record:
    number: int
    """Line in the file on which it begins; the header is line 1."""
    values: Mapping[str, str]
    cells: int
    """How many there are; other than the header has, and something is wrong with the separator."""


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    records: tuple[Record, ...]


def read(content: bytes) -> Table:
    """All records of a file in UTF-8, with or without a byte order mark. Raises Unreadable."""
    text = _decoded(content)
    if not text.strip():
        raise Unreadable("empty")
    header = text.splitlines()[0]
    separator = max(SEPARATORS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[Record] = []
    columns: tuple[str, ...] = ()
    begin = 1
    try:
        for cells in reader:
            number, begin = begin, reader.line_num + 1
            stripped = [cell.strip() for cell in cells]
            if not columns:
                columns = _header(stripped)
            elif any(stripped):
                records.append(Record(number, dict(zip(columns, stripped)), len(cells)))
    except csv.Error as error:
        raise Unreadable("quotes", line=begin) from error
    return Table(columns, tuple(records))


def _decoded(content: bytes) -> str:
    """A wrong guess would spoil names silently, so nothing but UTF-8 is taken."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("encoding", line=content[: error.start].count(b"\n") + 1) from error
    if "\0" in text:
        raise Unreadable("encoding", line=text[: text.index("\0")].count("\n") + 1)
    return text


def _header(cells: list[str]) -> tuple[str, ...]:
    names = tuple(cell.lower().replace(" ", "_") for cell in cells)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unreadable("twice", columns=", ".join(twice))
    return names
