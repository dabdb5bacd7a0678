"""Keeps signed URLs and passwords out of everything a job says, exceptions included."""

import os
from collections.abc import Iterable
from pathlib import Path

from structlog.typing import EventDict, WrappedLogger

from controller.jobs.place import GET_URL, PUT_URL, Place

HIDDEN = "[hidden]"


class Secrecy:
    """Replaces known secrets in text; as a structlog processor, in every string of a log line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first, so that no part of a secret is left when one contains another.
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: self.hide(value) if isinstance(value, str) else value for key, value in event.items()}


def secrets_of(place: Place) -> list[str]:
    """Everything secret that this job can see: its URLs with their signatures, and its database password."""
    found = []
    for name in (GET_URL, PUT_URL):
        path = place.transfer / name
        if path.is_file():
            url = path.read_text().strip()
            found += [url, url.partition("?")[2]]
    service_file = os.environ.get("PGSERVICEFILE")
    if service_file and Path(service_file).is_file():
        for line in Path(service_file).read_text().splitlines():
            key, _, value = line.partition("=")
            if key.strip() == "password":
                found.append(value.strip())
    return found
