"""Shows a procedure while it runs: live on a terminal, one line per step elsewhere."""

from collections.abc import Iterator
from datetime import datetime

from rich.live import Live
from rich.table import Table
from rich.text import Text

from controller.cli.state import State
from controller.core.catalogue import STEPS
from controller.core.procedures import recorded
from controller.errors import ExitCode, ShopfleetError
from controller.services.following import Pursuit, Seen, follow, outcome
from controller.services.tenant_queries import seconds
from provisioning.procedure import Procedure, StepPhase, StepStatus

MARKS = {
    StepPhase.PENDING: ("·", "dim"),
    StepPhase.RUNNING: ("…", "yellow"),
    StepPhase.DONE: ("✓", "green"),
    StepPhase.FAILED: ("✗", "red"),
    StepPhase.UNDONE: ("↶", "magenta"),
}


class StoppedWatchingError(ShopfleetError):
    """Ctrl-C: the person left, the work goes on."""

    exit_code = ExitCode.INTERRUPTED


def watch(state: State, pursuit: Pursuit) -> Procedure | None:
    """Follow to the end; returns the procedure that succeeded, None when it was over without one.

    Raises ShopfleetError when it did not, DeadlineError when the time is up, StoppedWatchingError on Ctrl-C.
    """
    show = _live if state.err.is_terminal else _lines
    last = _Last()
    looks = last.remember(follow(pursuit))
    try:
        show(state, looks)
    except KeyboardInterrupt:
        raise StoppedWatchingError(
            "stopped watching; the work goes on in the cluster", hint=last.how_to_watch or pursuit.how_to_watch
        ) from None
    if last.procedure is not None:
        outcome(last.procedure)
    return last.procedure


class _Last:
    """The procedure as it was seen last."""

    def __init__(self) -> None:
        self.procedure: Procedure | None = None

    def remember(self, looks: Iterator[Seen]) -> Iterator[Seen]:
        for seen in looks:
            self.procedure = seen.procedure or self.procedure
            yield seen

    @property
    def how_to_watch(self) -> str | None:
        """By name, once the name is known."""
        if self.procedure is None:
            return None
        return f"watch it: shopfleet procedure show {self.procedure.metadata.name} --follow"


def _live(state: State, looks: Iterator[Seen]) -> None:
    with Live(console=state.err, refresh_per_second=4, transient=False) as view:
        for seen in looks:
            view.update(render(seen, state.runtime.clock.now()))


def _lines(state: State, looks: Iterator[Seen]) -> None:
    """One line whenever a step or the message changes, so that a log of it can be read."""
    said: set[str] = set()
    for seen in looks:
        for line in _news(seen):
            if line not in said:
                said.add(line)
                state.err.print(Text(line), soft_wrap=True)


def _news(seen: Seen) -> Iterator[str]:
    if seen.procedure is None:
        yield seen.note or "waiting for the operator"
        return
    status = seen.procedure.status
    if not status.steps and status.message:
        yield f"{seen.procedure.metadata.name}: {status.message}"
    for step in status.steps:
        if step.phase is StepPhase.PENDING:
            continue
        mark, _ = MARKS[step.phase]
        message = f": {step.message}" if step.message else ""
        attempt = f" (attempt {step.attempts})" if step.attempts > 1 else ""
        yield f"{mark} {step.name}{attempt}{message}"


def render(seen: Seen, now: datetime) -> Table:
    """All steps with their marks and times, and what is being waited for."""
    view = Table.grid(padding=(0, 1))
    if seen.procedure is None:
        view.add_row(Text("…", style="yellow"), Text(seen.note or "waiting for the operator"), "", "")
        return view
    procedure = seen.procedure
    for step in STEPS[procedure.spec.kind]:
        view.add_row(*_row(recorded(procedure.status, step), step.title, now))
    total = seconds(procedure.status.started_at, procedure.status.finished_at, now)
    view.add_row("", Text(procedure.status.message or "queued", style="dim"), _time(total), "")
    return view


def _row(step: StepStatus, title: str, now: datetime) -> tuple[Text, Text, Text, Text]:
    mark, style = MARKS[step.phase]
    attempt = f"attempt {step.attempts} " if step.attempts > 1 else ""
    passed = seconds(step.started_at, step.finished_at, now)
    return (Text(mark, style=style), Text(title), _time(passed), Text(f"{attempt}{step.message}", style="dim"))


def _time(passed: float | None) -> Text:
    return Text("" if passed is None else f"{passed:6.1f} s", style="dim", justify="right")
