"""Starts a server for the length of a block and says clearly when it cannot be had."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

START_TIMEOUT = 180.0
"""Seconds for a server to answer; a busy machine takes its time."""

STOP_TIMEOUT = 10.0
"""Seconds for a server to end by itself."""

FIRST_PORT = 20_000
TRIES = 100
# Held for as long as this process lives.
_reserved: list[socket.socket] = []


PROVIDERS = {
    "etcd": "as root: apt-get install etcd-server",
    "postgres": "as root: apt-get install postgresql",
    "kube-apiserver": "compile it: python -m provisioning.local servers",
    "versitygw": "compile it: python -m provisioning.local servers",
}
"""Where a missing program comes from."""


def left_out(reason: str) -> NoReturn:
    """Skip the test: a real part that it needs cannot be had on this machine."""
    pytest.skip(f"left out: {reason}")


def cache() -> Path:
    """Folder of the built programs."""
    return Path(os.environ.get("SHOPFLEET_CACHE", "~/.cache/shopfleet")).expanduser()


def program(name: str, *folders: Path) -> Path:
    """The program from one of the folders or from PATH; the test is left out without it."""
    found = shutil.which(name, path=os.pathsep.join(map(str, folders))) if folders else None
    found = found or shutil.which(name)
    if found is None:
        left_out(f"the program {name} is not installed{f' ({PROVIDERS[name]})' if name in PROVIDERS else ''}")
    return Path(found)


def free_port() -> int:
    """A TCP port of the loopback on which nobody listens.

    No other caller is given it while this process lives, and it is below those that the system gives away by
    itself: a server that starts, or starts again, might find one of those taken.
    """
    ports = range(FIRST_PORT, _first_of_the_system())
    for _ in range(TRIES):
        port = secrets.choice(ports)
        if _reserve(port):
            return port
    raise RuntimeError("no port is free")


def _reserve(port: int) -> bool:
    # A name in the same network namespace as the port, which ends with the process that holds it.
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0shopfleet-test-port-{port}")
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        mark.close()
        return False
    _reserved.append(mark)
    return True


def _first_of_the_system() -> int:
    """Linux's own default where the machine's begins too low to leave us any."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    return first if first > FIRST_PORT + TRIES else 2**15


@contextmanager
def running(
    argv: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    timeout: float = START_TIMEOUT,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends. Raises RuntimeError with its log when it does not come up."""
    # The kernel ends it when the test run is killed, too.
    guarded = ["setpriv", "--pdeathsig", "KILL", *argv]
    if user is not None:
        guarded[1:1] = [f"--reuid={user}", f"--regid={user}", "--init-groups"]
    with log.open("wb") as sink:
        process = subprocess.Popen(
            guarded,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={"PATH": os.environ.get("PATH", os.defpath), **(environment or {})},
        )
    try:
        _wait(process, log, ready, timeout)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"A test server did not come up:\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.1)
