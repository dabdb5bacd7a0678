"""A fake within a deadline: no call of it begins when the time is up, or when it was cancelled."""

from collections.abc import Callable
from typing import Any

from controller.core.deadline import Deadline


class Within:
    """Everything of `fake`, which keeps the state; checked before each call, as adapters do."""

    def __init__(self, fake: Any, deadline: Deadline) -> None:
        self._fake = fake
        self._deadline = deadline

    def within(self, deadline: Deadline) -> "Within":
        return Within(self._fake, deadline)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._fake, name)
        return self._checked(found) if callable(found) else found

    def _checked(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._deadline.check()
            return method(*arguments, **options)

        return call
