"""A tiny HTTP server in a thread of the prefork master.

It must survive that the master forks at any moment: it takes no lock, imports nothing, logs nothing and
uses no buffered file, so a fork cannot copy anything of it in a half-done state. Forked workers close
their copy of the port. A stopped (SIGSTOP) master stops this thread too, so the probe times out.
"""

import os
import socket
import threading

# One slow client may delay the next probe by this much, in seconds; probes wait at least 2 s.
CLIENT_TIMEOUT = 1.0
LONGEST_REQUEST = 4096


class HealthServer:
    """Serves ``GET <path>`` for each path of ``checks``, a mapping to functions that return a Verdict."""

    def __init__(self, port, checks):
        self._port = port
        self._checks = {path.encode(): check for path, check in checks.items()}
        self._socket = None

    def start(self):
        """Bind, listen and answer in a daemon thread; raises OSError when the port is taken."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("0.0.0.0", self._port))  # noqa: S104 the kubelet asks on the pod's address
        self._socket.listen(16)
        self._port = self._socket.getsockname()[1]
        os.register_at_fork(after_in_child=self._socket.close)
        threading.Thread(target=self._serve, name="platform.health", daemon=True).start()

    @property
    def port(self):
        """The bound port, also when the system chose it."""
        return self._port

    def _serve(self):
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                # Aborted by the client, or too many open files: the next probe asks again.
                continue
            try:
                self._answer(client)
            except OSError:
                pass
            finally:
                client.close()

    def _answer(self, client):
        client.settimeout(CLIENT_TIMEOUT)
        client.sendall(response(self._checks, _request_line(client)))
        # Ends the connection even if a worker forked just now holds a copy of it.
        client.shutdown(socket.SHUT_RDWR)


def _request_line(client):
    received = b""
    while b"\r\n\r\n" not in received and len(received) < LONGEST_REQUEST:
        block = client.recv(LONGEST_REQUEST)
        if not block:
            break
        received += block
    return received.split(b"\r\n", 1)[0]


def response(checks, request_line):
    """The whole HTTP response to one request line, as bytes."""
    words = request_line.split(b" ")
    check = checks.get(words[1].split(b"?", 1)[0]) if len(words) == 3 and words[0] == b"GET" else None
    if check is None:
        return _rendered(b"404 Not Found", "no such check")
    verdict = check()
    return _rendered(b"200 OK" if verdict.ok else b"503 Service Unavailable", verdict.reason)


def _rendered(status, text):
    body = text.encode() + b"\n"
    return b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (
        status,
        len(body),
        body,
    )
