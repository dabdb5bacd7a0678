"""One connection to an API server: credentials, timeouts, retries, counting, and errors of ours.

The requests go through the official client's transport. Its dynamic client is not used: it keeps what it
discovered in a file of guessable name in /tmp, which a container with a read-only root cannot write and
another user of the machine could plant.
"""

import json
import logging
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
import yaml
from kubernetes import config
from kubernetes.client import ApiClient, ApiException, Configuration
from kubernetes.client.rest import RESTResponse
from kubernetes.config.config_exception import ConfigException
from kubernetes.config.incluster_config import SERVICE_HOST_ENV_NAME, SERVICE_TOKEN_FILENAME

from controller.adapters.clock import UNLIMITED
from controller.adapters.kube_errors import Refusal, bad_kubeconfig, certificate_ended, unreachable
from controller.core import limits
from controller.core.deadline import Deadline
from controller.errors import RefusedError

START_LOOKS, START_PAUSE = 6, 0.5
"""How often, and with how many seconds between, a server is asked whether it has started; 0.2 s are usual."""

# Connecting may always be repeated; a request whose answer got lost only when it is idempotent (urllib3
# knows which). 429 and 503 with Retry-After are the API server shedding load: it means what it says. Each try has
# what was left of the deadline before the first, so a server that is silent twice may take twice as long.
RETRIES = urllib3.Retry(
    total=3, connect=2, read=1, status=2, redirect=0, other=0, backoff_factor=0.2, raise_on_status=False
)

UNAUTHORIZED = 401
"""The API server does not know us; it says the same of a wrong certificate and of one that has ended."""

JSON_TYPE = "application/json"
MERGE_PATCH = "application/merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


class NotOk(Exception):  # noqa: N818 not an error of ours: it never leaves the adapter
    """An answer outside 2xx, for the caller to judge."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True)
class Call:
    """One request: for people (`verb` and `what`), for counting (`verb` and `resource`), and for HTTP."""

    verb: str
    resource: str
    what: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content_type: str = JSON_TYPE


class Calls:
    """How many requests there were, by "verb resource", e.g. "list tenants"."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()

    def count(self, verb: str, resource: str) -> None:
        with self._lock:
            self._counted[f"{verb} {resource}"] += 1

    def copy(self) -> Counter[str]:
        with self._lock:
            return self._counted.copy()


class Connection:
    """Requests to one API server; safe for use by several threads."""

    def __init__(
        self,
        client: ApiClient,
        origin: str,
        read_timeout: float = limits.API_READ,
        deadline: Deadline = UNLIMITED,
        calls: Calls | None = None,
    ) -> None:
        self._read_timeout = read_timeout
        self._deadline = deadline
        self._calls = calls or Calls()
        self.client = client
        self.origin = origin
        self.server: str = client.configuration.host

    def within(self, deadline: Deadline) -> "Connection":
        """The same connection, for requests that have to end by then; they are counted together."""
        return Connection(self.client, self.origin, self._read_timeout, deadline, self._calls)

    @property
    def calls(self) -> Counter[str]:
        """API calls so far by "verb resource"; a copy."""
        return self._calls.copy()

    def count(self, verb: str, resource: str) -> None:
        self._calls.count(verb, resource)

    def json(self, call: Call) -> Any:
        """One request, its answer decoded.

        Raises NotOk outside 2xx, RefusedError when the certificate of ours has ended, and UnavailableError without
        an answer.
        """
        text = self.text(call)
        try:
            return json.loads(text)
        except ValueError as error:
            # Something answered that is no API server, a captive portal for instance.
            raise unreachable(error, self.server, self.origin, call.verb, call.what) from error

    def text(self, call: Call) -> str:
        """As `json`, undecoded."""
        try:
            return self._text(call)
        except NotOk as error:
            if not error.refusal.lacks_right:
                raise
        # An API server that has just started does not know anybody's rights yet. Nothing was done, so asking once
        # more is harmless; believing it would end what a person follows, and what the operator does, for good.
        self._await_start()
        return self._text(call)

    def _await_start(self) -> None:
        """Until the API server says that it has started, or that it will not tell."""
        ready = Call("read", "readyz", "whether it has started", "GET", "/readyz")
        for _ in range(START_LOOKS):
            try:
                self._text(ready)
            except NotOk:
                self._deadline.wait(START_PAUSE)
            else:
                return

    def _text(self, call: Call) -> str:
        with self._answering(call):
            response = self._request(call, self._deadline.limit(self._read_timeout))
            body: bytes = response.read()  # type: ignore[no-untyped-call]
        text = body.decode("utf-8", "replace")
        if not 200 <= response.status <= 299:
            raise self._not_ok(call, response.status, text)
        return text

    def lines(self, call: Call) -> Iterator[str]:
        """The lines of an answer as they come, without their ends, however long they are in coming.

        Raises as `json`. Keepalive notices a server that is gone.
        """
        with self._answering(call):
            response = self._request(call, None)
            if not 200 <= response.status <= 299:
                raise self._not_ok(call, response.status, response.response.data.decode("utf-8", "replace"))
            rest = b""
            try:
                for chunk in response.response.stream():
                    *lines, rest = (rest + chunk).split(b"\n")
                    yield from (line.decode("utf-8", "replace") for line in lines)
                if rest:
                    yield rest.decode("utf-8", "replace")
            finally:
                response.response.close()

    def _request(self, call: Call, read_timeout: float | None) -> RESTResponse:
        self.count(call.verb, call.resource)
        request = self.client.param_serialize(
            call.method,
            call.path,
            query_params=list(call.query.items()),
            header_params={"Accept": JSON_TYPE, "Content-Type": call.content_type},
            body=call.body,
            auth_settings=["BearerToken"],
        )
        connect_timeout = self._deadline.limit(limits.API_CONNECT)
        return self.client.call_api(*request, _request_timeout=(connect_timeout, read_timeout))

    def _not_ok(self, call: Call, status: int, text: str) -> NotOk | RefusedError:
        if status == UNAUTHORIZED:
            end = self._end_of_certificate()
            if end is not None and end <= datetime.now(UTC):
                return certificate_ended(end, self.origin, call.verb, call.what)
        return NotOk(Refusal.read(status, text))

    def _end_of_certificate(self) -> datetime | None:
        """When the certificate ends by which we log in; None without one that can be read."""
        # Only here, because loading it takes as long as most commands.
        from cryptography import x509  # noqa: PLC0415

        file = self.client.configuration.cert_file
        try:
            return x509.load_pem_x509_certificate(Path(file).read_bytes()).not_valid_after_utc if file else None
        except (OSError, ValueError):
            return None

    @contextmanager
    def _answering(self, call: Call) -> Iterator[None]:
        try:
            yield
        except (urllib3.exceptions.HTTPError, ApiException, OSError) as error:
            # What we cut off ourselves is no failure of the server.
            self._deadline.check()
            raise unreachable(error, self.server, self.origin, call.verb, call.what) from error


def open_connection(
    kubeconfig: Path | None, context: str | None, read_timeout: float = limits.API_READ
) -> Connection:
    """Credentials from the file, else from the pod we run in, else from $KUBECONFIG or ~/.kube/config.

    Raises UserError when they cannot be read.
    """
    configuration = Configuration()
    inside = kubeconfig is None and context is None and _in_cluster()
    origin = "the pod's service account" if inside else _describe(kubeconfig, context)
    try:
        if inside:
            config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        else:
            config.load_kube_config(  # type: ignore[no-untyped-call]
                config_file=str(kubeconfig) if kubeconfig else None,
                context=context,
                client_configuration=configuration,
                persist_config=False,
            )
    except (
        ConfigException,
        OSError,
        yaml.YAMLError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise bad_kubeconfig(origin, error) from error
    # It warns of every retry, of which only the last one's failure matters, and we raise that.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)
    configuration.retries = RETRIES
    configuration.keep_alive = True
    # One operator works on several tenants at once; fewer connections would queue, more stay unused.
    configuration.connection_pool_maxsize = 16
    return Connection(ApiClient(configuration), origin, read_timeout)


def _in_cluster() -> bool:
    named = os.environ.get("KUBECONFIG")
    return not named and SERVICE_HOST_ENV_NAME in os.environ and Path(SERVICE_TOKEN_FILENAME).exists()


def _describe(kubeconfig: Path | None, context: str | None) -> str:
    path = kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
    return f"kubeconfig {path}" + (f", context {context}" if context else "")
