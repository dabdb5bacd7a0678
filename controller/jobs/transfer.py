"""Moves one file to or from the object store by a signed URL, hashing it on the way."""

import hashlib
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import structlog

from controller import authorities
from controller.core import limits
from controller.errors import RefusedError, ShopfleetError, UnavailableError
from controller.jobs.result import Moved

CHUNK = 1024 * 1024
"""Bytes per read: large enough that hashing and TLS, not calls, take the time."""

ONE_PUT_LIMIT = 5 * 1024**3
"""Bytes that S3 takes in one PUT; a signed URL cannot be split into parts."""

TIMEOUT = httpx.Timeout(limits.TRANSFER_STALL, connect=limits.TRANSFER_CONNECT)

PAUSES = (2.0, 5.0, 15.0)
"""Seconds between attempts: together longer than the restart of an object store's pod."""

FORBIDDEN = 403

BUSY = frozenset({429, 500, 502, 503, 504})

log = structlog.get_logger()


def upload(
    path: Path, url: str, sleep: Callable[[float], None] = time.sleep, *, ca_file: Path | None = None
) -> Moved:
    """PUT the whole file. Raises RefusedError when the store says no, UnavailableError without an answer.

    An address that is not good any more is neither: a new one may be. `ca_file` is an authority that counts beside
    those of the system.
    """
    size = path.stat().st_size
    if size > ONE_PUT_LIMIT:
        raise RefusedError(
            f"{size} bytes are more than the {ONE_PUT_LIMIT} that the object store takes in one piece"
        )

    def attempt() -> Moved:
        digest = hashlib.sha256()
        with path.open("rb") as source, _client(ca_file) as client:
            # Without a Content-Length httpx would send chunks, which S3 does not take.
            headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
            response = client.put(url, content=_hashed(source.read, digest), headers=headers)
        _judge(response, "upload")
        return Moved(size, digest.hexdigest())

    return _persist(attempt, "upload", sleep)


def download(
    url: str,
    path: Path,
    expected_sha256: str | None = None,
    sleep: Callable[[float], None] = time.sleep,
    *,
    ca_file: Path | None = None,
) -> Moved:
    """GET into the file. Raises RefusedError also when the digest is not the expected one."""

    def attempt() -> Moved:
        digest = hashlib.sha256()
        size = 0
        with _client(ca_file) as client, client.stream("GET", url) as response, path.open("wb") as target:
            if not response.is_success:
                response.read()
            _judge(response, "download")
            # httpx itself raises when fewer bytes arrive than Content-Length announced.
            for chunk in response.iter_bytes(CHUNK):
                digest.update(chunk)
                size += target.write(chunk)
        return Moved(size, digest.hexdigest())

    moved = _persist(attempt, "download", sleep)
    if expected_sha256 is not None and moved.sha256 != expected_sha256:
        raise RefusedError(f"the download's SHA-256 is {moved.sha256}, not {expected_sha256}: it is damaged")
    return moved


def _client(ca_file: Path | None) -> httpx.Client:
    # Redirects are not followed: a signature holds for one host.
    return httpx.Client(verify=authorities.context(ca_file), timeout=TIMEOUT, follow_redirects=False)


def _hashed(read: Callable[[int], bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    while chunk := read(CHUNK):
        digest.update(chunk)
        yield chunk


def _judge(response: httpx.Response, what: str) -> None:
    if response.is_success:
        return
    if response.status_code in BUSY:
        raise UnavailableError(f"{what}: the object store is busy (HTTP {response.status_code})")
    said = f"{what}: the object store refused with HTTP {response.status_code}"
    if response.status_code == FORBIDDEN:
        # Not worth repeating here, but the next attempt of the step gets an address of its own.
        raise ShopfleetError(f"{said}; the signed URL may have expired")
    raise RefusedError(said)


def _persist(attempt: Callable[[], Moved], what: str, sleep: Callable[[float], None]) -> Moved:
    """Repeat while the store gives no answer. `from None`: httpx puts URLs into some of its messages."""
    for pause in (*PAUSES, None):
        failure: ShopfleetError
        try:
            return attempt()
        except UnavailableError as error:
            failure = error
        except httpx.TransportError as error:
            failure = UnavailableError(f"{what}: no answer from the object store ({_why(error)})")
        except httpx.InvalidURL:
            raise RefusedError(f"{what}: the signed URL is not a URL") from None
        if pause is None:
            raise failure from None
        log.warning("transfer is tried again", what=what, error=failure.message, pause_seconds=pause)
        sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _why(error: httpx.TransportError) -> str:
    """What is wrong with the store's certificate, as OpenSSL says it, else only the kind of failure."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS failed: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
