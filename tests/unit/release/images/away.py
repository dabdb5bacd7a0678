"""A database that is away, and what asks for it, for tests of platform_runtime that need no Odoo and no driver."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from tests.unit.release.images.loading import runtime

outage = runtime("outage")
dispatching = runtime("dispatching")

PATIENCE = 5.0


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Application:
    """In the place of Odoo's dispatcher: does one thing after the other that it is told."""

    def __init__(self, *acts: Callable[[], object]) -> None:
        self.acts = list(acts)
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        act()
        start_response("200 OK", [("X-Of", "Odoo")])
        return [b"page"]


def lose(changed: bool = False, kept: bool = False, error: type[Exception] | None = None) -> Callable[[], None]:
    """The database goes away in the middle of the request; `error` is what Odoo makes of it."""

    def act() -> None:
        course = outage.current()
        if changed:
            course.change(commits=kept)
        course.lose("gone")
        if error:
            raise error

    return act


def fine() -> None:
    """Nothing happens."""


class Served:
    def __init__(
        self, application: Application, *, away: float = 0.0, clock: Clock | None = None, **environ: Any
    ) -> None:
        self.clock = clock or Clock()
        self.forgotten: list[bool] = []
        state = outage.Outage(self.clock)
        if away:
            state.lost(0, "gone")
            self.clock.now += away
        guarded = dispatching.guarded(
            lambda _root, *args: application(*args),
            state,
            PATIENCE,
            lambda: self.forgotten.append(True),
            clock=self.clock,
            sleep=self.clock.sleep,
        )
        request = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"body"), **environ}
        self.started: list[Any] = []
        self.body = b"".join(guarded(None, request, lambda *said: self.started.append(said)))
        self.headers = dict(self.started[0][1])

    @property
    def status(self) -> int:
        (said,) = self.started
        return int(said[0].split()[0])
