"""How a shell in a pod ends, and what is said when it cannot begin."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest
from kubernetes.client import ApiException
from kubernetes.stream.ws_client import ERROR_CHANNEL

from controller.adapters import kube_streams
from controller.adapters.effects import Unfenced
from controller.adapters.kube_connection import Connection
from controller.adapters.kube_streams import PodStreams
from controller.core.ports import Ref
from controller.errors import RefusedError, ShopfleetError, UnavailableError

POD = Ref("v1", "Pod", "web-1", "sf-abc")


class Remote:
    """A websocket that says these things and is closed then."""

    def __init__(self, status: dict[str, Any] | None, output: bytes = b"") -> None:
        self._error = b"" if status is None else json.dumps(status).encode()
        self._output = output
        self.closed = False

    def is_open(self) -> bool:
        return False

    def read_channel(self, channel: int) -> bytes:
        assert channel == ERROR_CHANNEL
        return self._error

    def read_stdout(self, timeout: float) -> bytes:
        output, self._output = self._output, b""
        return output

    def read_stderr(self, timeout: float) -> bytes:
        return b""

    def close(self) -> None:
        self.closed = True


def shell(monkeypatch: pytest.MonkeyPatch, answer: Remote | Exception) -> int:
    def opened(*_: Any, **__: Any) -> Remote:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(kube_streams, "stream", opened)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: False, fileno=lambda: 0))
    configuration = SimpleNamespace(host="https://api.test:6443")
    monkeypatch.setattr(kube_streams, "ApiClient", lambda _: None)
    client: Any = SimpleNamespace(configuration=configuration)
    streams = PodStreams(Connection(client, "kubeconfig /root/k"), Unfenced())
    return streams.shell("sf-abc", "web-1", "web", ["sh"])


def failure(message: str, **details: Any) -> dict[str, Any]:
    return {"status": "Failure", "message": message, "details": details}


def test_the_output_is_ours_and_the_exit_code_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    out = SimpleNamespace(buffer=io.BytesIO(), isatty=lambda: False)
    monkeypatch.setattr("sys.stdout", out)
    remote = Remote({"status": "Success"}, b"hello")
    assert shell(monkeypatch, remote) == 0
    assert out.buffer.getvalue() == b"hello"
    assert remote.closed
    ended = failure("it ended", causes=[{"reason": "ExitCode", "message": "3"}])
    assert shell(monkeypatch, Remote(ended)) == 3


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Remote(None), UnavailableError, "may still run"),
        (Remote(failure("no such program")), RefusedError, "no such program"),
        (
            ApiException(
                status=0,
                reason='Handshake status 404 Not Found -+-+- {...} -+-+- {"kind":"Status",'
                '"details":{"name":"web-1","kind":"pods"},"code":404}\n',
            ),
            RefusedError,
            "There is no Pod sf-abc/web-1",
        ),
        (
            ApiException(
                status=0,
                reason='Handshake status 400 Bad Request -+-+- {...} -+-+- {"kind":"Status",'
                '"message":"container web is not valid","code":400}\n',
            ),
            RefusedError,
            "container web is not valid",
        ),
        (ApiException(status=0, reason="Connection refused"), UnavailableError, "cannot be reached"),
    ],
)
def test_what_went_wrong_is_said(
    monkeypatch: pytest.MonkeyPatch, answer: Remote | Exception, kind: type[ShopfleetError], said: str
) -> None:
    with pytest.raises(kind, match=said):
        shell(monkeypatch, answer)


class Answering(Remote):
    """A websocket that hears everything, and says these pieces one look after the other."""

    def __init__(self, status: dict[str, Any] | None, *pieces: bytes, complaint: bytes = b"") -> None:
        super().__init__(status)
        self._pieces = list(pieces)
        self._complaint = complaint
        self.heard: list[bytes] = []

    def is_open(self) -> bool:
        return len(self._pieces) > 1

    def update(self, timeout: float) -> None:
        assert timeout > 0

    def write_stdin(self, content: bytes) -> None:
        self.heard.append(content)

    def read_stdout(self, timeout: float) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    def read_stderr(self, timeout: float) -> bytes:
        complaint, self._complaint = self._complaint, b""
        return complaint


def run(monkeypatch: pytest.MonkeyPatch, answer: Remote | Exception, content: bytes = b"order") -> list[str]:
    def opened(*_: Any, **__: Any) -> Remote:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(kube_streams, "stream", opened)
    monkeypatch.setattr(kube_streams, "ApiClient", lambda _: None)
    client: Any = SimpleNamespace(configuration=SimpleNamespace(host="https://api.test:6443"))
    streams = PodStreams(Connection(client, "kubeconfig /root/k"), Unfenced())
    return list(streams.run("sf-abc", "cron-1", "cron", ["odoo-tenant"], content))


def test_a_command_hears_all_and_its_lines_come_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    remote = Answering({"status": "Success"}, b'{"a"', b": 1}\ncaf\xc3", b"\xa9\nlast")
    content = bytes(200_000)
    assert run(monkeypatch, remote, content) == ['{"a": 1}', "café", "last"]
    assert b"".join(remote.heard) == content
    assert max(map(len, remote.heard)) <= 65536
    assert remote.closed


def test_a_command_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = failure("it ended", causes=[{"reason": "ExitCode", "message": "1"}])
    with pytest.raises(RefusedError, match="status 1: ImportError: no such thing"):
        run(monkeypatch, Answering(ended, b"", complaint=b"ImportError: no such thing\n"))


def test_a_command_whose_connection_breaks_may_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnavailableError, match="may still run"):
        run(monkeypatch, Answering(None, b"half\n"))

    class Breaking(Answering):
        def write_stdin(self, content: bytes) -> None:
            raise ConnectionResetError("reset by peer")

    remote = Breaking(None, b"")
    with pytest.raises(UnavailableError, match="reset by peer"):
        run(monkeypatch, remote)
    assert remote.closed
