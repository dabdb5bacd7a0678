"""What Odoo's log says of a test run: which tests ran, and everything that went wrong. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<text>.*?) ?$"
)
_BEGUN = re.compile(r"^Starting (?P<test>\w+\.\w+) \.\.\.$")
# What fails before a class's first test is logged by the framework, and names the class.
_NOT_BEGUN = re.compile(r"^ERROR: (?:setUp|tearDown)Class \((?P<logger>[\w.]+)\)")
_SKIPPED = re.compile(r"^skipped (?P<test>\w+\.\w+)")
_WRONG = frozenset({"WARNING", "ERROR", "CRITICAL"})
# Its last line counts the failures, each of which has a record of its own.
_SUMMARY = "odoo.tests.runner"


@dataclass(frozen=True)
class Record:
    """One record with all its lines; `addon` is empty when it is not about an addon's own module."""

    level: str
    logger: str
    text: str

    @property
    def addon(self) -> str:
        not_begun = _NOT_BEGUN.match(self.text)
        words = (not_begun["logger"] if not_begun else self.logger).split(".")
        return words[2] if words[:2] == ["odoo", "addons"] and len(words) > 2 else ""

    @property
    def wrong(self) -> bool:
        return self.level in _WRONG and self.logger != _SUMMARY

    def __str__(self) -> str:
        return f"{self.level} {self.logger}: {self.text}"


def records(log: str) -> list[Record]:
    """Every record of a log, tracebacks with the record that they belong to."""
    found: list[Record] = []
    for line in log.splitlines():
        start = _RECORD.match(line)
        if start:
            found.append(Record(start["level"], start["logger"], start["text"]))
        elif found:
            last = found[-1]
            found[-1] = Record(last.level, last.logger, f"{last.text}\n{line}")
    return found


def begun(log: Sequence[Record], addon: str) -> list[str]:
    """Class and method of every test of this addon that began and was not skipped, in order."""
    skipped = set(_named(log, addon, _SKIPPED))
    return [name for name in _named(log, addon, _BEGUN) if name not in skipped]


def _named(log: Sequence[Record], addon: str, pattern: re.Pattern[str]) -> Iterator[str]:
    for record in log:
        found = pattern.match(record.text) if record.addon == addon else None
        if found:
            yield found["test"]
