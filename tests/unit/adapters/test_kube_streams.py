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
