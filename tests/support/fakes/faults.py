"""Faults to order: the n-th call of a method fails, before or after it had its effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple


@dataclass
class Fault:
    """Raise `error` at the `nth` call of `method` from now on (of this target only, when given)."""

    method: str
    error: BaseException
    nth: int
    after: bool
    target: str | None
    seen: int = 0

    def meets(self, method: str, target: str) -> bool:
        if method != self.method or (self.target is not None and self.target != target):
            return False
        self.seen += 1
        return self.seen == self.nth


class CallMade(NamedTuple):
    method: str
    target: str


class Faults:
    """Every method of a fake enters it; keeps the list of calls and raises what was ordered."""

    def __init__(self) -> None:
        self.calls: list[CallMade] = []
        self._ordered: list[Fault] = []

    def fail(
        self,
        method: str,
        error: BaseException,
        nth: int = 1,
        *,
        after: bool = False,
        target: str | None = None,
    ) -> None:
        """`after`: the effect happens but its answer is lost, as when the network breaks in between."""
        self._ordered.append(Fault(method, error, nth, after, target))

    def clear(self) -> None:
        self._ordered.clear()

    @contextmanager
    def around(self, method: str, target: str) -> Iterator[None]:
        self.calls.append(CallMade(method, target))
        due = [fault for fault in list(self._ordered) if fault.meets(method, target)]
        for fault in due:
            self._ordered.remove(fault)
        for fault in due:
            if not fault.after:
                raise fault.error
        yield
        for fault in due:
            raise fault.error
