"""Odoo's processes as a container runs them: process 1 of a process namespace, own uid, the tree's own code."""

import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.third_party import third_party

ROOT = Path(__file__).resolve().parents[2]
UID = 10001
# Seconds. Only what hangs takes so long.
PATIENCE = 120
# The working tree over what the image has, so that a change is tested before an image is built.
MOUNTS = {
    ROOT / "addons_baseline/14.0": "/opt/shopfleet/addons",
    ROOT / "release/images/odoo-14.0/bin": "/opt/shopfleet/bin",
    ROOT / "release/images/odoo-14.0/lib": "/opt/shopfleet/lib",
}


@dataclass(frozen=True)
class OdooRoot:
    """The image's root file system, and a folder of the host that is /tenant inside."""

    rootfs: Path
    folder: Path

    def command(self, argv: list[str], environment: Mapping[str, str]) -> list[str]:
        """argv of a process that runs `argv` inside, as process 1 and as Odoo's user."""
        mounts = {**MOUNTS, third_party(): "/opt/shopfleet/third-party", self.folder: "/tenant"}
        lines = [f"mount --bind {source} {self.rootfs}{target}" for source, target in mounts.items()]
        lines += [f"mount -t proc proc {self.rootfs}/proc", f"mount --rbind /dev {self.rootfs}/dev"]
        entries = [f"{name}={value}" for name, value in environment.items()]
        user = [f"--reuid={UID}", f"--regid={UID}", "--clear-groups"]
        # Set after the change of user, which resets it: nothing survives a killed test run.
        inside = ["chroot", str(self.rootfs), "/usr/bin/setpriv", *user, "--pdeathsig", "KILL"]
        inside += ["/usr/bin/env", "-i", *entries, *argv]
        script = "set -e; " + "; ".join([*lines, "exec " + shlex.join(inside)])
        for target in mounts.values():
            (self.rootfs / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
        return ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "sh", "-c", script]

    def start(
        self, argv: list[str], environment: Mapping[str, str], log: Path, ports: Mapping[str, int]
    ) -> "OdooProcess":
        base = {
            "PATH": "/usr/bin:/bin",
            "HOME": "/tmp",  # noqa: S108 inside the image
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        with log.open("ab") as sink:
            process = subprocess.Popen(
                self.command(argv, {**base, **environment}),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        return OdooProcess(process, log, dict(ports))


@dataclass
class OdooProcess:
    """One running container's worth of Odoo."""

    unshare: subprocess.Popen[bytes]
    log: Path
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def init(self) -> int:
        """The host's number of process 1."""
        return children(self.unshare.pid)[0]

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.init, number)

    def wait(self, timeout: float) -> int:
        """Exit status of process 1; raises TimeoutExpired."""
        return self.unshare.wait(timeout)

    def get(self, port: str, path: str, timeout: float = 60.0) -> httpx.Response:
        """GET without a session, by the name of a port."""
        return httpx.get(f"http://127.0.0.1:{self.ports[port]}{path}", timeout=timeout, follow_redirects=True)

    def answers(self, port: str, path: str, timeout: float = 60.0) -> int | None:
        """The status, or None when nothing answers in time."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                return self.get(port, path, timeout).status_code
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # The health server gives up a question that is not there within a second; who probes asks again.
                if port != "health" or time.monotonic() > deadline:
                    return None
            except httpx.TransportError:
                return None

    def until(self, port: str, path: str, timeout: float = 240.0) -> float:
        """Seconds until it answers 200; raises AssertionError with the log's end."""
        begin = time.monotonic()
        while time.monotonic() - begin < timeout:
            if self.answers(port, path) == 200:
                return time.monotonic() - begin
            if self.unshare.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered 200:\n{self.log.read_text()[-4000:]}")

    def kill(self) -> None:
        """End it and all it started: a process namespace goes with its process 1."""
        if self.unshare.poll() is None:
            for pid in children(self.unshare.pid):
                os.kill(pid, signal.SIGKILL)
        self.unshare.wait(PATIENCE)


def woken(workers: Iterable[int]) -> bool:
    """Tell cron workers to look now; True, so that it can be said again while one waits for what they do.

    They sleep for a minute, which any signal ends that they handle; one that comes before they sleep does not.
    """
    for worker in workers:
        os.kill(worker, signal.SIGUSR1)
    return True


def children(pid: int) -> list[int]:
    """Processes started by this one."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
