"""A carrier on a real socket, that can be told to behave badly.

It books a parcel once for each Idempotency-Key, as a good carrier does, and remembers every call that reached it.
"""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    headers: dict
    body: bytes
    # Address of who called.
    peer: str

    @property
    def key(self):
        return self.headers["idempotency-key"]


class StubCarrier:
    def __init__(self, tls=None, address=("127.0.0.1", 0)):
        """`tls`: an ssl.SSLContext with its certificate; `address`: where it listens, 0 being any free port."""
        self.calls = []
        self.parcels = {}
        # Behaviours for the calls to come, first to last; afterwards it behaves well.
        self.script = []
        self._released = threading.Event()
        carrier = self

        class Handler(_Handler):
            pass

        Handler.carrier = carrier
        self._server = ThreadingHTTPServer(address, Handler)
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def url(self):
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def open(self):
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._released.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    def book(self, call):
        """The parcel of this call; the same for every repetition."""
        return self.parcels.setdefault(call.key, {"tracking": f"P{len(self.parcels) + 1:03}"})

    def wait_until_released(self, seconds):
        self._released.wait(seconds)


class _Handler(BaseHTTPRequestHandler):
    carrier = None
    protocol_version = "HTTP/1.1"

    def _handle(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, self.path, headers, body, self.client_address[0])
        self.carrier.calls.append(call)
        behave = self.carrier.script.pop(0) if self.carrier.script else books
        behave(self, call)

    do_POST = do_PUT = do_DELETE = _handle

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Nothing on the console."""


def books(handler, call):
    handler.answer(200, json.dumps(handler.carrier.book(call)).encode())


def fails(status, headers=(), body=b"no"):
    return lambda handler, call: handler.answer(status, body, headers)


def says(body):
    return lambda handler, call: handler.answer(200, body)


def hangs(handler, call):
    """Takes the call, books the parcel and never says so."""
    handler.carrier.book(call)
    handler.carrier.wait_until_released(300)
    handler.close_connection = True


def drops(handler, call):
    """Books the parcel, and the line breaks before the answer."""
    handler.carrier.book(call)
    handler.close_connection = True


def drips(handler, call):
    """A byte now and then, so that no single read takes long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Wait: ")
    try:
        for _ in range(3000):
            handler.wfile.write(b"z")
            time.sleep(0.1)
    except OSError:
        # The caller has had enough.
        handler.close_connection = True


def breaks_off(handler, call):
    """Announces more than it sends."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    handler.close_connection = True


def answers_twice(handler, call):
    """Two answers to one call, the second being that of somebody else."""
    books(handler, call)
    handler.answer(200, b'{"tracking": "of somebody else"}')
