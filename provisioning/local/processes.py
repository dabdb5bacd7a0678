"""Knows our own process again, for certain, before anything is done to it.

A process id alone proves nothing: ids are reused, and after a restart of the
machine the recorded one may belong to anybody. Machine boot, start time and
command line together do.
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PROC = Path("/proc")
_START_TIME_FIELD = 19
"""Field 22 of /proc/<pid>/stat, counted after the command name, in clock ticks since boot."""


@dataclass(frozen=True)
class ProcessRecord:
    """What is written down about a process of ours when it starts."""

    pid: int
    start_ticks: int
    boot_id: str
    marker: str
    """A path of ours that is on its command line."""

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)


def read_record(path: Path) -> ProcessRecord | None:
    """The record at `path`; None when there is none or an interrupted run left half of one."""
    try:
        return ProcessRecord(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def record_of(pid: int, marker: str, proc: Path = PROC) -> ProcessRecord:
    """Describe the running process `pid`.

    Raises:
        ProcessLookupError: it has ended already.
    """
    started = start_ticks(pid, proc)
    if started is None:
        raise ProcessLookupError(pid)
    return ProcessRecord(pid=pid, start_ticks=started, boot_id=boot_id(proc), marker=marker)


def is_ours(record: ProcessRecord, proc: Path = PROC) -> bool:
    """Whether the recorded process still runs, and is the same one."""
    if record.boot_id != boot_id(proc) or start_ticks(record.pid, proc) != record.start_ticks:
        return False
    line = command_line(record.pid, proc)
    # While a program hands over to the next one (nsenter, unshare, sh), the kernel knows no command line.
    return not line or record.marker in line


def boot_id(proc: Path = PROC) -> str:
    return (proc / "sys/kernel/random/boot_id").read_text().strip()


def start_ticks(pid: int, proc: Path = PROC) -> int | None:
    """When a process started; None for one that has ended or is only a zombie."""
    try:
        stat = (proc / str(pid) / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command name may itself contain spaces and brackets, so split behind its last one.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[_START_TIME_FIELD])


def command_line(pid: int, proc: Path = PROC) -> str:
    try:
        return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children(pid: int, proc: Path = PROC) -> list[int]:
    try:
        return [int(child) for child in (proc / str(pid) / f"task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def end(record: ProcessRecord, with_signal: signal.Signals) -> bool:
    """Signal the recorded process if it is still ours; whether it was."""
    if not is_ours(record):
        return False
    try:
        os.kill(record.pid, with_signal)
    except ProcessLookupError:
        return False
    return True


def wait_until_gone(record: ProcessRecord, timeout_s: float) -> bool:
    """Whether the process ended within the time."""
    deadline = time.monotonic() + timeout_s
    while is_ours(record):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
