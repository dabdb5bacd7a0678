"""The API server as the installer uses it: apply, remove, read, and look into pods. Foreign errors end here."""

from __future__ import annotations

import base64
import json
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import urllib3
import yaml
from kubernetes import config
from kubernetes.client import ApiClient, Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException
from kubernetes.dynamic import DynamicClient
from kubernetes.dynamic.exceptions import DynamicApiError, NotFoundError, ResourceNotFoundError

from provisioning.installer.errors import (
    DeniedError,
    InstallError,
    KubeconfigError,
    UnknownKindError,
    UnreachableError,
)
from provisioning.meta import Manifest
from provisioning.platform.inventory import Removal
from provisioning.platform.objects import CHECKSUM, FIELD_MANAGER

T = TypeVar("T")

# Seconds to connect, and for an answer. The largest definition takes a busy API server some seconds.
TIMEOUT = (5, 60)

# What the client raises over a file that is no kubeconfig, depending on what it is instead.
UNUSABLE = (ConfigException, OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError)

METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"

CONNECTIONS = 16
"""One for each stage that may run at a time; more would be thrown away and opened anew by each call."""


class Cluster:
    """One cluster, with the rights of the kubeconfig's user. Usable from several threads."""

    def __init__(self, client: Any, name: str) -> None:
        # The client has no types; whatever comes out of it is checked where it is read.
        self.name = name
        self._client = client
        self._kinds: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def apply(self, manifest: Manifest) -> None:
        """Server-side apply as the installer, taking fields over from whoever else set them.

        What carries a checksum of itself is left alone when it is there already and nobody else wrote to it:
        applying a large definition takes the API server up to a second, even when nothing changes.

        Raises InstallError when the server refuses it or gives no answer.
        """
        what = _describe(manifest["kind"], manifest["metadata"])
        kind = self._kind(manifest["apiVersion"], manifest["kind"], what)

        if self._is_there_already(kind, manifest, what):
            return

        def call() -> None:
            self._client.server_side_apply(
                kind,
                body=manifest,
                name=manifest["metadata"]["name"],
                namespace=manifest["metadata"].get("namespace"),
                field_manager=FIELD_MANAGER,
                force_conflicts=True,
                serialize=False,
                _request_timeout=TIMEOUT,
            )

        self._call(f"apply {what}", call)

    def _is_there_already(self, kind: Any, manifest: Manifest, what: str) -> bool:
        checksum = manifest["metadata"].get("annotations", {}).get(CHECKSUM)
        if checksum is None:
            return False

        def call() -> bool:
            try:
                answer = self._client.get(
                    kind,
                    name=manifest["metadata"]["name"],
                    namespace=manifest["metadata"].get("namespace"),
                    header_params={"Accept": METADATA_ONLY},
                    serialize=False,
                    _request_timeout=TIMEOUT,
                )
            except NotFoundError:
                return False
            metadata = json.loads(answer.data)["metadata"]
            writers = {entry["manager"] for entry in metadata["managedFields"] if not entry.get("subresource")}
            return writers == {FIELD_MANAGER} and metadata.get("annotations", {}).get(CHECKSUM) == checksum

        return self._call(f"read {what}", call)

    def read(self, api_version: str, kind: str, name: str, namespace: str | None) -> Manifest | None:
        """The object, or None when it, or its whole kind, does not exist."""
        what = _describe(kind, {"name": name, "namespace": namespace})
        try:
            resource = self._kind(api_version, kind, what)
        except UnknownKindError:
            return None

        def call() -> Manifest | None:
            try:
                answer = self._client.get(
                    resource, name=name, namespace=namespace, serialize=False, _request_timeout=TIMEOUT
                )
            except NotFoundError:
                return None
            found: Manifest = json.loads(answer.data)
            return found

        return self._call(f"read {what}", call)

    def remove(self, removal: Removal) -> None:
        """Delete this very object and what it owns. One that is gone already is fine.

        Raises InstallError when the server refuses it, also because another one has taken its place.
        """
        listed, what = removal.object, f"{removal}"
        kind = self._kind(listed.api_version, listed.kind, what)
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": {"uid": removal.uid},
        }

        def call() -> None:
            with suppress(NotFoundError):
                self._client.delete(
                    kind,
                    name=listed.name,
                    namespace=listed.namespace,
                    body=options,
                    serialize=False,
                    _request_timeout=TIMEOUT,
                )

        self._call(f"remove {what}", call)

    def secrets(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
        """The decoded content of those Secrets that exist, by (namespace, name)."""
        found = {place: self.read("v1", "Secret", place[1], place[0]) for place in places}
        return {place: _decoded(secret) for place, secret in found.items() if secret is not None}

    def pods(self, namespace: str, labels: Mapping[str, str]) -> list[Manifest]:
        resource = self._kind("v1", "Pod", "pods")
        selector = ",".join(f"{key}={value}" for key, value in labels.items())

        def call() -> list[Manifest]:
            answer = self._client.get(
                resource,
                namespace=namespace,
                label_selector=selector,
                serialize=False,
                _request_timeout=TIMEOUT,
            )
            items: list[Manifest] = json.loads(answer.data)["items"]
            return items

        return self._call(f"list pods of {namespace}", call)

    def node_addresses(self) -> dict[str, str]:
        """The internal IPv4 address of each node that has one, by its name."""
        return {
            node["metadata"]["name"]: address["address"]
            for node in self._all("v1", "Node", "the nodes")
            for address in node["status"].get("addresses", [])
            if address["type"] == "InternalIP" and "." in address["address"]
        }

    def storage_classes(self) -> list[Manifest]:
        return self._all("storage.k8s.io/v1", "StorageClass", "the storage classes")

    def _all(self, api_version: str, kind: str, what: str) -> list[Manifest]:
        """All objects of a kind that has no namespaces."""
        resource = self._kind(api_version, kind, what)

        def call() -> list[Manifest]:
            answer = self._client.get(resource, serialize=False, _request_timeout=TIMEOUT)
            items: list[Manifest] = json.loads(answer.data)["items"]
            return items

        return self._call(f"list {what}", call)

    def last_words(self, namespace: str, pod: str, container: str, lines: int) -> str:
        """The end of the log of a container that crashed; empty when there is none any more."""
        path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
        query = [("container", container), ("tailLines", str(lines)), ("previous", "true")]

        def call() -> str:
            try:
                answer = self._client.request(
                    "get", path, query_params=query, serialize=False, _request_timeout=TIMEOUT
                )
            except DynamicApiError as error:
                if error.status in {400, 404}:
                    return ""
                raise
            return str(answer.data.decode(errors="replace"))

        return self._call(f"read the log of pod {pod}", call)

    def _kind(self, api_version: str, kind: str, what: str) -> Any:
        # Discovery refreshes itself when a kind is new, and is not made for several threads.
        with self._lock:
            if (api_version, kind) not in self._kinds:

                def find() -> Any:
                    return self._client.resources.get(api_version=api_version, kind=kind)

                self._kinds[api_version, kind] = self._call(f"find the kind of {what}", find)
            return self._kinds[api_version, kind]

    def _call(self, action: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except ResourceNotFoundError as error:
            raise UnknownKindError(
                f"Cannot {action}: the cluster does not know it.", hint="Is its definition installed?"
            ) from error
        except (DynamicApiError, ApiException) as error:
            raise _refused(f"Cannot {action}", error) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise UnreachableError(
                f"Cannot {action}: cluster {self.name} gave no answer ({type(error).__name__}).",
                hint="Is it running? `shopfleet doctor` says more.",
            ) from error


def connect(kubeconfig: Path | None = None, context: str | None = None) -> Cluster:
    """The cluster that a kubeconfig's context names; by default those that kubectl would use.

    Raises KubeconfigError when the file cannot be used, UnreachableError when the cluster gives no answer.
    """
    settings = Configuration()
    settings.connection_pool_maxsize = CONNECTIONS
    load: Any = config.load_kube_config
    try:
        load(config_file=str(kubeconfig) if kubeconfig else None, context=context, client_configuration=settings)
    except UNUSABLE as error:
        raise KubeconfigError(
            f"The kubeconfig cannot be used: {error}", hint="Name another with --kubeconfig or --context."
        ) from error
    # Discovery may not come from a file that another cluster with this address has left behind.
    dynamic: Any = DynamicClient
    cache = Path(tempfile.mkdtemp(prefix="shopfleet-discovery-")) / "cache.json"
    try:
        client = dynamic(ApiClient(settings), cache_file=str(cache))
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise UnreachableError(
            f"The cluster at {settings.host} gave no answer ({type(error).__name__}).",
            hint="Is it running? Is the kubeconfig the right one?",
        ) from error
    except (DynamicApiError, ApiException) as error:
        raise _refused(f"The cluster at {settings.host} refused us", error) from error
    finally:
        cache.unlink(missing_ok=True)
        cache.parent.rmdir()
    return Cluster(client, settings.host)


def _describe(kind: str, metadata: Mapping[str, Any]) -> str:
    place = f"{metadata['namespace']}/" if metadata.get("namespace") else ""
    return f"{kind} {place}{metadata['name']}"


def _decoded(secret: Manifest) -> dict[str, str]:
    data: dict[str, str] = secret.get("data") or {}
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def _reason(error: Any) -> str:
    """The server's own sentence; a Status object when it sent one."""
    body = error.body.decode(errors="replace") if isinstance(error.body, bytes) else str(error.body or "")
    try:
        message = json.loads(body).get("message", "")
    except (ValueError, AttributeError):
        message = body.strip()
    return message or f"HTTP {error.status} {error.reason}"


def _refused(what: str, error: Any) -> InstallError:
    """A server in trouble has not said no: what is above 499 is a failure and no answer to what was asked."""
    kind = DeniedError if 400 <= error.status < 500 else InstallError
    return kind(f"{what}: {_reason(error)}", hint=_hint(error))


def _hint(error: Any) -> str:
    if error.status == 401:
        return (
            "The kubeconfig may be of another cluster, or its certificate or token has expired: "
            "`shopfleet doctor` says more."
        )
    if error.status == 403:
        return "Installing needs the rights of a cluster administrator."
    return ""
