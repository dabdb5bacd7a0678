"""Where each kind lives in the API: learned once per group and version, again once when a kind is missing."""

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from controller.adapters.kube_connection import Call, Connection, NotOk
from controller.adapters.kube_errors import missing_kind, refused
from controller.core.ports import Ref
from controller.errors import RefusedError


@dataclass(frozen=True)
class ApiResource:
    """How the API serves one kind."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool

    def path(self, namespace: str | None, name: str | None = None, subresource: str | None = None) -> str:
        root = "/apis/" if "/" in self.api_version else "/api/"
        parts = [root + self.api_version]
        if self.namespaced and namespace:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name is not None:
            parts.append(quote(name, safe=":"))
        if subresource:
            parts.append(subresource)
        return "/".join(parts)

    def object_path(self, ref: Ref, subresource: str | None = None) -> str:
        """Raises RefusedError for a namespaced kind without a namespace."""
        self.check_namespace(ref)
        return self.path(ref.namespace, ref.name, subresource)

    def check_namespace(self, ref: Ref) -> None:
        if self.namespaced and not ref.namespace:
            raise RefusedError(f"{ref} needs a namespace: its kind is namespaced.")


class Discovery:
    """Kinds by API version, kept as long as the process lives."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, ApiResource]] = {}

    def find(self, api_version: str, kind: str, connection: Connection) -> ApiResource:
        """Asked for over the connection unless it is known; RefusedError when the cluster does not serve it."""
        with self._lock:
            known = self._known.get(api_version, {}).get(kind)
            if known is not None:
                return known
            self._known[api_version] = _fetch(api_version, connection)
            try:
                return self._known[api_version][kind]
            except KeyError:
                raise missing_kind(api_version, kind) from None

    def forget(self, api_version: str) -> None:
        """Learn this version anew at its next use: a kind answered as if it did not exist."""
        with self._lock:
            self._known.pop(api_version, None)


def _fetch(api_version: str, connection: Connection) -> dict[str, ApiResource]:
    root = "/apis/" if "/" in api_version else "/api/"
    call = Call("discover", api_version, f"the kinds of {api_version}", "GET", root + quote(api_version))
    try:
        answer = connection.json(call)
    except NotOk as error:
        if error.refusal.code == 404:
            return {}
        raise refused(error.refusal, call.verb, call.what) from error
    return {each["kind"]: _resource(api_version, each) for each in answer.get("resources", ()) if _top(each)}


def _top(entry: dict[str, Any]) -> bool:
    return "/" not in entry["name"]


def _resource(api_version: str, entry: dict[str, Any]) -> ApiResource:
    return ApiResource(api_version, entry["kind"], entry["name"], entry["namespaced"])
