"""Asks for tenants' pages over HTTPS through the gateway, as a customer's browser would."""

import ssl
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from controller.errors import UnavailableError

# Odoo redirects a first visit to the page in the visitor's language, and that one perhaps to its final form.
REDIRECTS = 3


class GatewayWeb:
    """Connects to `address` (host, port), or to what DNS says when None, and verifies the tenant's own name."""

    def __init__(self, ca_file: Path | None = None, address: tuple[str, int] | None = None) -> None:
        self._context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
        self._address = address

    def status(self, hostname: str, path: str, timeout: float = 10.0) -> int:
        """Status code of a GET, redirects within the same host followed.

        Raises UnavailableError when there is no answer, or a certificate that is not the host's or has expired.
        """
        # A client of its own per question: cookies of one tenant must never reach another.
        with httpx.Client(verify=self._context, timeout=timeout, trust_env=False) as client:
            for _ in range(REDIRECTS):
                response = self._get(client, hostname, path)
                target = urlsplit(urljoin(f"https://{hostname}{path}", response.headers.get("location", "")))
                if not response.is_redirect or target.hostname != hostname:
                    return response.status_code
                path = target.path + (f"?{target.query}" if target.query else "")
            return response.status_code

    def _get(self, client: httpx.Client, hostname: str, path: str) -> httpx.Response:
        host, port = self._address or (hostname, 443)
        request = client.build_request(
            "GET",
            f"https://{host}:{port}{path}",
            headers={"Host": hostname},
            extensions={"sni_hostname": hostname},
        )
        try:
            return client.send(request, follow_redirects=False)
        except httpx.ConnectError as error:
            if isinstance(error.__context__, ssl.SSLError) or "certificate" in str(error).lower():
                raise UnavailableError(
                    f"{hostname} shows a certificate that cannot be trusted: {error}",
                    hint="check its expiry and its authority: shopfleet doctor",
                ) from error
            raise UnavailableError(f"{hostname} cannot be reached at {host}:{port}: {error}") from error
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"{hostname} gives no answer: {type(error).__name__} {error}".strip()
            ) from error
