"""Starts a server for the length of a block and says clearly when it cannot be had."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

STOP_TIMEOUT = 10.0
"""Seconds for a server to end by itself."""


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
    """A free TCP port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(
    argv: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    *,
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
    timeout: float = 60.0,
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
