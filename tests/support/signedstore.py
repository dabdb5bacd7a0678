"""A small HTTP server that plays an object store behind signed URLs, and can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIGNATURE = "X-Amz-Signature=5ecretS1gnature"


@dataclass
class SignedStore:
    """Objects by path, headers of the uploads, and answers to give instead of doing what was asked."""

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    cut_short: bool = False

    def url(self, key: str) -> str:
        return f"http://127.0.0.1:{self.port}/{key}?{SIGNATURE}"


class _Server(ThreadingHTTPServer):
    def __init__(self, store: SignedStore) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.store.uploads.append(dict(self.headers.items()))
        if not self._misbehave():
            self.server.store.objects[self._key()] = body
            self._answer(200)

    def do_GET(self) -> None:
        if self._misbehave():
            return
        store = self.server.store
        body = store.objects.get(self._key())
        if body is None:
            self._answer(404)
        elif store.cut_short:
            store.cut_short = False
            self._answer(200, body, sent=len(body) // 2)
            self.close_connection = True
        else:
            self._answer(200, body)

    def log_message(self, *_: object) -> None:
        """Tests read what the job logs, not this."""

    def _key(self) -> str:
        return self.path.partition("?")[0].lstrip("/")

    def _misbehave(self) -> bool:
        answers = self.server.store.answers
        if answers:
            self._answer(answers.pop(0))
            return True
        return False

    def _answer(self, code: int, body: bytes = b"", sent: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:sent])


@contextmanager
def signed_store() -> Iterator[SignedStore]:
    """Serve on a free port until the block ends."""
    store = SignedStore()
    server = _Server(store)
    store.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
