"""Long conversations with one pod, for the command line: its log as it grows, and a shell in it."""

import fcntl
import json
import os
import re
import select
import signal
import struct
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from kubernetes.client import ApiClient, ApiException, CoreV1Api
from kubernetes.stream import stream
from kubernetes.stream.ws_client import ERROR_CHANNEL, RESIZE_CHANNEL, STDIN_CHANNEL

from controller.adapters.kube_connection import Call, Connection, NotOk
from controller.adapters.kube_errors import Refusal, refused, unreachable
from controller.adapters.kube_exchange import Exchange
from controller.core.ports import Effects, Ref
from controller.errors import RefusedError, UnavailableError

IDLE = 1.0
"""Seconds between looks at a silent connection; its end shows at once, only a new window size waits."""

CHUNK = 65536
"""Bytes read from the terminal at once."""

# All that the websocket library tells of an answer that is no websocket.
_HANDSHAKE = re.compile(r"Handshake status (?P<code>\d+).*?(?P<body>\{\"kind\".*\})?$", re.DOTALL)

Remote = Any
"""A kubernetes.stream.ws_client.WSClient, which has no types."""


class PodStreams:
    """Follows logs and opens shells over the API server."""

    def __init__(self, connection: Connection, effects: Effects) -> None:
        self._connection = connection
        self._effects = effects

    def follow_log(
        self, namespace: str, pod: str, container: str | None = None, tail: int | None = None
    ) -> Iterator[str]:
        """Lines until the container ends; `tail` is how many of the past come first, all when None.

        Raises RefusedError when there is no such pod or its container has not started.
        """
        ref = Ref("v1", "Pod", pod, namespace)
        query = {"follow": "true", "container": container or "", "tailLines": "" if tail is None else str(tail)}
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        asked = {key: value for key, value in query.items() if value}
        call = Call("follow", "pods/log", f"the log of {ref}", "GET", path, asked)
        try:
            yield from self._connection.lines(call)
        except NotOk as error:
            if error.refusal.object_absent:
                raise RefusedError(f"There is no {ref} whose log could be read.") from error
            raise refused(error.refusal, call.verb, call.what) from error

    def shell(self, namespace: str, pod: str, container: str, command: Sequence[str]) -> int:
        """Run a command in the container with our own terminal; returns its exit code.

        Without a terminal our input is passed on until its end. Raises RefusedError when the pod or container
        is absent, UnavailableError when the connection breaks.
        """
        ref = Ref("v1", "Pod", pod, namespace)
        interactive = sys.stdin.isatty() and sys.stdout.isatty()
        # What is typed into it can change anything, so opening it counts as a change.
        with self._effects("kube.shell", str(ref)):
            remote = self._open(ref, container, command, interactive)
            try:
                with _raw_terminal(remote) if interactive else _plain():
                    _converse(remote)
                return _exit_code(remote, ref)
            finally:
                remote.close()

    def run(
        self, namespace: str, pod: str, container: str, command: Sequence[str], content: bytes
    ) -> Iterator[str]:
        """Run a command in the container, send it `content`, and yield the lines it answers.

        The command has to know where the content ends. Raises RefusedError when the pod or container is absent or
        the command fails, with what it said; UnavailableError when the connection breaks.
        """
        ref = Ref("v1", "Pod", pod, namespace)
        with self._effects("kube.run", str(ref)):
            remote = self._open(ref, container, command, interactive=False)
            try:
                exchange = Exchange(remote)
                exchange.send(content)
                yield from exchange.answers()
                code = _exit_code(remote, ref)
            except OSError as error:
                raise UnavailableError(f"The connection to {ref} broke: {error}") from error
            finally:
                remote.close()
            if code:
                raise RefusedError(f"{command[0]} in {ref} ended with status {code}: {exchange.complaint}")

    def _open(self, ref: Ref, container: str, command: Sequence[str], interactive: bool) -> Any:
        self._connection.count("exec", "pods/exec")
        # A client of its own: streaming replaces the transport of the client that it is given.
        api = CoreV1Api(ApiClient(self._connection.client.configuration))
        try:
            return stream(
                api.connect_get_namespaced_pod_exec,
                ref.name,
                ref.namespace,
                container=container,
                command=list(command),
                stdin=True,
                stdout=True,
                stderr=not interactive,
                tty=interactive,
                binary=True,
                _preload_content=False,
            )
        except (ApiException, OSError) as error:
            answer = _HANDSHAKE.search(str(getattr(error, "reason", error)))
            if answer is not None:
                refusal = Refusal.read(int(answer["code"]), answer["body"] or "")
                if refusal.object_absent:
                    raise RefusedError(f"There is no {ref} to open a shell in.") from error
                raise refused(refusal, "open a shell in", str(ref)) from error
            server, origin = self._connection.server, self._connection.origin
            raise unreachable(error, server, origin, "open a shell in", str(ref)) from error


def _converse(remote: Remote) -> None:
    """Copy in both directions until the remote command ends."""
    local = sys.stdin.fileno()
    open_input = True
    while remote.is_open():
        waiting = [remote.sock.sock, *([local] if open_input else [])]
        readable, _, _ = select.select(waiting, [], [], IDLE)
        remote.update(timeout=0)
        _pass_on(remote)
        if local in readable:
            typed = os.read(local, CHUNK)
            if typed:
                remote.write_stdin(typed)
            else:
                # Only the protocol's version 5 can say that the input has ended.
                remote.close_channel(STDIN_CHANNEL)
                open_input = False
    _pass_on(remote)


def _pass_on(remote: Remote) -> None:
    for read, out in ((remote.read_stdout, sys.stdout), (remote.read_stderr, sys.stderr)):
        content = read(timeout=0)
        if content:
            out.buffer.write(content)
            out.buffer.flush()


def _exit_code(remote: Remote, ref: Ref) -> int:
    said = remote.read_channel(ERROR_CHANNEL)
    if not said:
        raise UnavailableError(f"The connection to {ref} broke; the command may still run.")
    status = json.loads(said)
    if status.get("status") == "Success":
        return 0
    for cause in (status.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode":
            return int(cause["message"])
    raise RefusedError(f"{ref} did not run the command: {status.get('message')}")


@contextmanager
def _plain() -> Iterator[None]:
    yield


@contextmanager
def _raw_terminal(remote: Remote) -> Iterator[None]:
    """Every key goes to the remote side, Ctrl-C too, and it learns the size of our window."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def resize(_number: int = 0, _frame: FrameType | None = None) -> None:
        rows, columns, _, _ = struct.unpack("HHHH", fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8)))
        remote.write_channel(RESIZE_CHANNEL, f'{{"Width":{columns},"Height":{rows}}}'.encode())

    earlier = signal.signal(signal.SIGWINCH, resize)
    try:
        tty.setraw(terminal)
        resize()
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, earlier)
