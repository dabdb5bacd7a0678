from __future__ import annotations

import io
import itertools
import threading
from pathlib import Path

import pytest
from rich.console import Console

from provisioning.local.progress import Progress, State, format_seconds


def plain() -> tuple[Progress, io.StringIO]:
    out = io.StringIO()
    ticks = itertools.count(step=2)
    return Progress(Console(file=out, width=200), clock=lambda: float(next(ticks))), out


def test_plain_lines_without_a_terminal() -> None:
    progress, out = plain()
    with progress, progress.step("Compile", estimate_s=90) as step:
        step.detail = "3 packages"
    assert out.getvalue() == "… Compile (about 1 min 30 s)\n✓ Compile (2.0 s) — 3 packages\n"


def test_a_failure_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)) + "undefined: foo\n")
    progress, out = plain()
    with pytest.raises(ValueError, match="broken"), progress, progress.step("Compile", log=log):
        raise ValueError("broken")
    assert "✗ Compile" in out.getvalue()
    assert str(log) in out.getvalue()
    assert "undefined: foo" in out.getvalue()
    assert "line 1\n" not in out.getvalue()


def test_independent_steps_run_side_by_side() -> None:
    progress, _ = plain()
    both_here = threading.Barrier(2, timeout=60)

    def task(title: str) -> None:
        with progress.step(title):
            both_here.wait()

    progress.together(lambda: task("a"), lambda: task("b"))
    assert {(step.title, step.state) for step in progress.steps} == {("a", State.DONE), ("b", State.DONE)}


def test_the_other_step_ends_before_a_failure_is_raised() -> None:
    progress, _ = plain()
    done = threading.Event()

    def failing() -> None:
        with progress.step("bad"):
            raise ValueError("bad")

    def slow() -> None:
        with progress.step("good"):
            done.wait(0.2)
            done.set()

    with pytest.raises(ValueError, match="bad"):
        progress.together(failing, slow)
    assert done.is_set()
    assert {step.title: step.state for step in progress.steps} == {"bad": State.FAILED, "good": State.DONE}


def test_live_view_on_a_terminal() -> None:
    out = io.StringIO()
    with Progress(Console(file=out, force_terminal=True, width=100)) as progress, progress.step("Compile"):
        pass
    assert "Compile" in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (59.94, "59.9 s"), (60, "1 min 00 s"), (185.4, "3 min 05 s")]
)
def test_durations(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text
