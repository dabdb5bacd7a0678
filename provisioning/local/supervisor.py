"""Talks to the process manager of a running node."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.local.commands import CommandError, run
from provisioning.local.paths import ClusterPaths

WITH_API = "with-api"
"""Group of what is started once the API server answers: before, it would only fail and back off."""

_NOT_RUNNING_EXIT_CODE = 3


@dataclass(frozen=True)
class Program:
    """One program of the process manager; a program of no group forms its own."""

    name: str
    group: str
    state: str

    @property
    def is_running(self) -> bool:
        return self.state == "RUNNING"


def start_group(paths: ClusterPaths, group: str) -> None:
    """Start a group's programs that do not run."""
    members = [program for program in programs_of(paths) if program.group == group]
    stopped = [f"{group}:{program.name}" for program in members if not program.is_running]
    if stopped:
        # As a group they start side by side, one by one each takes its full trial time.
        _control(paths, "start", *([f"{group}:*"] if len(stopped) == len(members) else stopped))


def stop(paths: ClusterPaths, group: str, program: str) -> None:
    _control(paths, "stop", f"{group}:{program}")


def programs_of(paths: ClusterPaths) -> list[Program]:
    """State of every program, in the words of supervisord."""
    return parse_status(_status(paths))


def parse_status(text: str) -> list[Program]:
    """Lines like `with-api:kubelet    RUNNING   pid 12, uptime 0:00:03`."""
    rows = [line.split(maxsplit=2) for line in text.splitlines()]
    return [_program(row[0], row[1]) for row in rows if len(row) >= 2]


def _program(full_name: str, state: str) -> Program:
    group, _, name = full_name.rpartition(":")
    return Program(name=name, group=group or name, state=state)


def _control(paths: ClusterPaths, *arguments: str) -> str:
    return run("supervisorctl", "-c", str(paths.supervisor_config), *arguments, timeout_s=90)


def _status(paths: ClusterPaths) -> str:
    """`supervisorctl status` reports any stopped program by exit code 3, which is no failure here."""
    try:
        return _control(paths, "status")
    except CommandError as failed:
        if failed.exit_code == _NOT_RUNNING_EXIT_CODE:
            return failed.output
        raise
