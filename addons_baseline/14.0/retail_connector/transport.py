"""One HTTP call, and what became of it. Plain Python: no Odoo, no database.

Python's own http.client and not `requests`, because three things matter more here than comfort:
- whether the other side can have received the call: for a parcel, not connected and not answered are two things;
- a deadline for the whole call: a timeout for each read does not end an answer that drips;
- a connection of its own for each call: who answers twice must not answer the next caller.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional
from urllib.parse import urlsplit

from .outcome import LOST, OK, UNREACHABLE, of_status

# An answer is a number and a label's address, not a film.
MAX_ANSWER_BYTES = 64 * 1024
# Whoever does not take a connection within this time is not there; the rest of the deadline is for the answer.
CONNECT_SECONDS = 5.0


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    # For the whole call.
    seconds: float


@dataclass(frozen=True)
class Reply:
    outcome: str
    seconds: float
    status: int = 0
    text: str = ""
    # Technical, for whoever looks into it; never holds what was sent.
    detail: str = ""
    # Seconds that the other side asks to be left alone.
    retry_after: Optional[int] = None


class _LateError(Exception):
    """The deadline passed while the answer was on its way."""


def send(request: Request) -> Reply:
    """Make the call. What goes wrong on the way is an outcome and no exception."""
    began = time.monotonic()
    connection = _connection(request)
    try:
        try:
            connection.connect()
            left = began + request.seconds - time.monotonic()
            if left <= 0:
                raise socket.timeout
        except (OSError, UnicodeError, http.client.HTTPException) as error:
            return Reply(UNREACHABLE, time.monotonic() - began, detail=_described(error))
        try:
            status, headers, text = _exchange(connection, request, left)
        except (OSError, http.client.HTTPException, _LateError) as error:
            return Reply(LOST, time.monotonic() - began, detail=_described(error))
    finally:
        connection.close()
    outcome = of_status(status)
    detail = "" if outcome == OK else f"HTTP {status} {http.client.responses.get(status, '')}".rstrip()
    return Reply(outcome, time.monotonic() - began, status, text, detail, _retry_after(headers))


def _connection(request):
    parts = urlsplit(request.url)
    seconds = min(CONNECT_SECONDS, request.seconds)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=seconds, context=context)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)


def _exchange(connection, request, left):
    """Status, headers and text of the answer, whole within `left` seconds."""
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    late = threading.Event()
    connection.sock.settimeout(left)
    # Kept here, because http.client forgets its socket when the other side means to close.
    watch = threading.Timer(left, _cut, (connection.sock, late))
    watch.daemon = True
    watch.start()
    try:
        connection.request(request.method, target, body=request.body, headers=dict(request.headers))
        response = connection.getresponse()
        data = response.read(MAX_ANSWER_BYTES)
        # A short answer of a known length is no answer; read(amount) does not say so by itself.
        if response.length and len(data) < MAX_ANSWER_BYTES:
            raise http.client.IncompleteRead(data, response.length)
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise _LateError from None
        raise
    finally:
        watch.cancel()
    # An answer that ends when the connection does looks whole when it was cut.
    if late.is_set():
        raise _LateError
    return response.status, response.headers, data.decode("utf-8", "replace")


def _cut(sock, late):
    late.set()
    try:
        # Below TLS, whose own shutdown takes its state away from under the thread that reads.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        # The call has just ended by itself.
        return


def _retry_after(headers):
    """In seconds; a date, which the standard allows as well, is left to our own waiting time."""
    value = headers.get("Retry-After", "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _described(error):
    if isinstance(error, (_LateError, socket.timeout)):
        return "no answer in time"
    return f"{type(error).__name__}: {error}"[:500]
