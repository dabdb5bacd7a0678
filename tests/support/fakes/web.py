"""The gateway as a table of answers."""

from typing import cast

from controller.core.deadline import Deadline
from controller.core.ports import Web
from controller.errors import UnavailableError
from tests.support.fakes.faults import Faults
from tests.support.fakes.within import Within


class FakeWeb:
    """Implements controller.core.ports.Web. Hostnames without an answer cannot be reached."""

    def __init__(self) -> None:
        self.faults = Faults()
        self._answers: dict[tuple[str, str], list[int]] = {}

    def within(self, deadline: Deadline) -> Web:
        return cast("Web", Within(self, deadline))

    def answer(self, hostname: str, path: str, *codes: int) -> None:
        """The codes of the next requests; the last one stays."""
        self._answers[hostname, path] = list(codes)

    def status(self, hostname: str, path: str, timeout: float = 10.0) -> int:
        with self.faults.around("status", f"{hostname}{path}"):
            codes = self._answers.get((hostname, path))
            if not codes:
                raise UnavailableError(f"https://{hostname}{path} gave no answer.")
            return codes.pop(0) if len(codes) > 1 else codes[0]
