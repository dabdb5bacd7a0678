"""A small HTTPS server in a thread, in the place of a gateway."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.certificates import KeyPair

SLOW = "/slow"
"""Path that is answered too late."""

TOO_LATE = 60
"""Seconds: whoever waits for less sees no answer, however slow the machine is."""


@contextmanager
def https_server(pair: KeyPair, answers: dict[tuple[str, str], int]) -> Iterator[int]:
    """Serve these codes by (Host, path), 404 else; yields its port on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == SLOW:
                time.sleep(TOO_LATE)
            self.send_response(answers.get((self.headers["Host"], self.path), 404))
            self.send_header("Location", "https://elsewhere.test/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 the base names it so
            """Tests look at answers, not at logs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
