"""Talks to the process manager of a running node."""

from __future__ import annotations

from dataclasses import dataclass

from provisioning.local.commands import CommandError, run
from provisioning.local.paths import ClusterPaths

CONTROL_PLANE = ("containerd", "etcd", "kube-apiserver")
"""Started by the process manager itself."""
WITH_API = ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
"""Started once the API server answers: before, they would only fail and back off."""

_NOT_RUNNING_EXIT_CODE = 3


@dataclass(frozen=True)
class Program:
    name: str
    state: str

    @property
    def is_running(self) -> bool:
        return self.state == "RUNNING"


def start(paths: ClusterPaths, programs: tuple[str, ...]) -> None:
    """Start programs that do not start by themselves; running ones are left alone."""
    stopped = {program.name for program in programs_of(paths) if not program.is_running}
    waiting = [name for name in programs if name in stopped]
    if waiting:
        _control(paths, "start", *waiting)


def stop(paths: ClusterPaths, *programs: str) -> None:
    _control(paths, "stop", *programs)


def programs_of(paths: ClusterPaths) -> list[Program]:
    """State of every program, in the words of supervisord."""
    return parse_status(_status(paths))


def parse_status(text: str) -> list[Program]:
    """Lines like `etcd    RUNNING   pid 12, uptime 0:00:03`."""
    rows = [line.split(maxsplit=2) for line in text.splitlines() if line.strip()]
    return [Program(row[0], row[1]) for row in rows if len(row) >= 2]


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
