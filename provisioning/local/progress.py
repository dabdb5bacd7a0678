"""A live view of named steps with elapsed times; plain lines where there is no terminal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from provisioning.local.commands import log_tail

FAILURE_TAIL_LINES = 12
REFRESHES_PER_SECOND = 8


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Step:
    """One step, while it runs and after."""

    title: str
    log: Path | None
    estimate_s: float | None
    started: float
    state: State = State.RUNNING
    detail: str = ""
    """What it is doing right now, or how it went."""
    ended: float | None = None
    spinner: Spinner = field(default_factory=lambda: Spinner("dots"))

    def elapsed_s(self, now: float) -> float:
        return (self.ended or now) - self.started


class Progress:
    """Shows steps as they come. Safe to use from several threads."""

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console or Console(stderr=True)
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: list[Step] = []
        self._live: Live | None = None

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self._render,
                console=self._console,
                refresh_per_second=REFRESHES_PER_SECOND,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    @property
    def steps(self) -> Sequence[Step]:
        return tuple(self._steps)

    def say(self, message: str) -> None:
        """A line that stays, such as the estimate of what follows."""
        self._console.print(message, highlight=False, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, title: str, *, log: Path | None = None, estimate_s: float | None = None) -> Iterator[Step]:
        """Show a step while the block runs. When it fails, so does the step, with the end of its log."""
        step = Step(title, log, estimate_s, started=self._clock())
        with self._lock:
            self._steps.append(step)
        self._line(f"… {title}{_estimate(step)}")
        try:
            yield step
        except BaseException:
            self._finish(step, State.FAILED)
            self._show_log(step)
            raise
        self._finish(step, State.DONE)

    def together(self, *tasks: Callable[[], object]) -> None:
        """Run independent steps side by side; the first failure is raised once all have ended."""
        with ThreadPoolExecutor(max_workers=len(tasks)) as pool:
            futures = [pool.submit(task) for task in tasks]
        for future in futures:
            future.result()

    def _finish(self, step: Step, state: State) -> None:
        step.ended = self._clock()
        step.state = state
        if self._live is not None:
            # Finished steps scroll away above the live part, which so never outgrows the terminal.
            self._live.refresh()
            self._console.print(_row(step, step.ended))
            return
        mark = "✓" if state is State.DONE else "✗"
        detail = f" — {step.detail}" if step.detail else ""
        self._line(f"{mark} {step.title} ({format_seconds(step.elapsed_s(step.ended))}){detail}")

    def _show_log(self, step: Step) -> None:
        if step.log is not None:
            tail = log_tail(step.log, FAILURE_TAIL_LINES)
            self.say(f"{step.title}: the end of {step.log}\n{tail}")

    def _line(self, text: str) -> None:
        if self._live is None:
            self._console.print(text, highlight=False, markup=False, soft_wrap=True)

    def _render(self) -> RenderableType:
        now = self._clock()
        with self._lock:
            running = [step for step in self._steps if step.state is State.RUNNING]
        return Group(*(_row(step, now) for step in running))


def format_seconds(seconds: float) -> str:
    """`8.4 s` or `3 min 05 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _estimate(step: Step) -> str:
    return f" (about {format_seconds(step.estimate_s)})" if step.estimate_s else ""


def _row(step: Step, now: float) -> RenderableType:
    row = Table.grid(padding=(0, 1))
    row.add_column(width=1)
    row.add_column(width=44, no_wrap=True)
    row.add_column(width=12, justify="right")
    row.add_column()
    marks: dict[State, RenderableType] = {
        State.RUNNING: step.spinner,
        State.DONE: Text("✓", style="green"),
        State.FAILED: Text("✗", style="bold red"),
    }
    note = step.detail
    if step.state is State.RUNNING and not note:
        note = f"{_estimate(step).strip()} {step.log or ''}".strip()
    elapsed = format_seconds(step.elapsed_s(now))
    row.add_row(marks[step.state], Text(step.title), Text(elapsed), Text(note, style="dim"))
    return row
