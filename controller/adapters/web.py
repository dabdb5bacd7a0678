"""HTTPS as a customer's browser does it, through the gateway (controller.core.ports.Web)."""

import ssl
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from controller import authorities
from controller.adapters.clock import UNLIMITED
from controller.core import limits
from controller.core.deadline import Deadline
from controller.errors import UnavailableError

HTTPS = 443
# Odoo sends a first visitor to the page in their language, and that one perhaps to its final form.
REDIRECTS = 3


@dataclass(frozen=True)
class Address:
    """Where the gateway listens, when its hostnames do not lead there from here."""

    host: str
    port: int = HTTPS


class GatewayWeb:
    """Implements controller.core.ports.Web.

    The connection goes to `gateway` when given, but TLS names and Host are the tenant's hostname, so that the
    certificate and the route are tested, and no DNS.
    """

    def __init__(self, ca_file: Path | None, gateway: Address | None = None) -> None:
        """`ca_file` in PEM: an authority that counts beside those of the system."""
        self._tls = authorities.context(ca_file)
        self._gateway = gateway
        self._deadline = UNLIMITED

    def within(self, deadline: Deadline) -> "GatewayWeb":
        bound = copy(self)
        bound._deadline = deadline  # noqa: SLF001 its own copy, so that the authorities are not read again
        return bound

    def status(self, hostname: str, path: str, timeout: float = limits.PAGE) -> int:
        """Status code of a GET, redirects within the same host followed, as many as REDIRECTS.

        `timeout` in seconds for each part of the answer.
        """
        code, location = 0, None
        # Proxies of the environment are for the internet, and would answer in the gateway's place. One client per
        # question: cookies of one tenant must never reach another.
        with httpx.Client(verify=self._tls, trust_env=False) as client:
            for _ in range(1 + REDIRECTS):
                client.timeout = httpx.Timeout(self._deadline.limit(timeout))
                code, location = self._get(client, hostname, path)
                target = urlsplit(urljoin(f"https://{hostname}{path}", location or ""))
                if location is None or target.hostname != hostname:
                    return code
                path = target.path + (f"?{target.query}" if target.query else "")
        return code

    def _get(self, client: httpx.Client, hostname: str, path: str) -> tuple[int, str | None]:
        place = self._gateway or Address(hostname)
        url = f"https://{place.host}:{place.port}{path}"
        headers = {"Host": hostname, "User-Agent": "shopfleet"}
        try:
            with client.stream("GET", url, headers=headers, extensions={"sni_hostname": hostname}) as response:
                return response.status_code, response.headers.get("location") if response.is_redirect else None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
            # What we cut off ourselves is no failure of the gateway.
            self._deadline.check()
            raise _unavailable(hostname, path, place, error) from error


def _unavailable(hostname: str, path: str, place: Address, error: Exception) -> UnavailableError:
    what = f"https://{hostname}{path} (at {place.host}:{place.port})"
    said = str(error) or type(error).__name__
    lowered = said.lower()
    if "certificate has expired" in lowered:
        return UnavailableError(f"{what}: the certificate has expired.", hint="Renew the gateway's certificate.")
    if "hostname mismatch" in lowered or "not valid for" in lowered:
        return UnavailableError(
            f"{what}: the certificate is not for this hostname ({said}).",
            hint="Add the hostname to the gateway's certificate.",
        )
    if "certificate" in lowered:
        return UnavailableError(
            f"{what}: the certificate is not trusted ({said}).",
            hint="Neither the CA file nor the system knows the authority of the gateway's certificate.",
        )
    if isinstance(error, httpx.TimeoutException):
        return UnavailableError(f"{what}: no answer in time ({type(error).__name__}).")
    return UnavailableError(f"{what}: {said}", hint="Is the gateway running?")
