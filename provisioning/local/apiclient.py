"""The two questions the installer asks of an API server: are you ready, is the node ready?"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from provisioning.local import pki

REQUEST_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Answer:
    """Whether it is ready, and if not, why."""

    ready: bool
    reason: str


class ApiClient:
    """Authenticates as the cluster's administrator by the files in its certificate folder."""

    def __init__(self, url: str, pki_folder: Path) -> None:
        context = ssl.create_default_context(cafile=str(pki.certificate_path(pki_folder, "ca")))
        context.load_cert_chain(pki.certificate_path(pki_folder, "admin"), pki.key_path(pki_folder, "admin"))
        # Proxies of the environment know nothing about a node of this machine.
        self._http = httpx.Client(base_url=url, verify=context, timeout=REQUEST_TIMEOUT_S, trust_env=False)

    def __enter__(self) -> ApiClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def is_ready(self) -> Answer:
        """The server's own verdict about itself."""
        try:
            response = self._http.get("/readyz")
        except httpx.TransportError as error:
            return Answer(False, f"API server does not answer ({type(error).__name__})")
        if response.status_code != httpx.codes.OK:
            return Answer(False, f"API server is not ready (HTTP {response.status_code})")
        return Answer(True, "ready")

    def node_is_ready(self, name: str, heartbeat_after: str) -> Answer:
        """The node's condition, ignoring one from before `heartbeat_after` (RFC 3339, UTC).

        After a restart the database still holds the condition of the run before.
        """
        try:
            response = self._http.get(f"/api/v1/nodes/{name}")
        except httpx.TransportError as error:
            return Answer(False, f"API server does not answer ({type(error).__name__})")
        if response.status_code != httpx.codes.OK:
            return Answer(False, f"node '{name}' is not registered (HTTP {response.status_code})")
        for condition in response.json()["status"].get("conditions", []):
            if condition["type"] == "Ready":
                return _verdict(condition, heartbeat_after)
        return Answer(False, "kubelet has not reported yet")


def _verdict(condition: dict[str, str], heartbeat_after: str) -> Answer:
    if condition["lastHeartbeatTime"] < heartbeat_after:
        return Answer(False, "kubelet has not reported since it was started")
    if condition["status"] != "True":
        return Answer(False, f"node is not ready: {condition.get('message', 'no reason given')}")
    return Answer(True, "ready")
