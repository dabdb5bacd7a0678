"""An API server as any client of ours meets it."""

from collections.abc import Callable
from typing import Any

import pytest
from kubernetes import client

from provisioning.crd import Kind
from provisioning.meta import GROUP, VERSION, Manifest


class Api:
    """Writes our resources as any client would, unknown fields refused."""

    def __init__(self, connection: client.ApiClient) -> None:
        # The client types our resources as `object`.
        self.custom: Any = client.CustomObjectsApi(connection)
        self.extensions: Any = client.ApiextensionsV1Api(connection)
        self._made: list[tuple[Kind, Manifest]] = []

    def create(self, kind: Kind, manifest: Manifest) -> Manifest:
        place = (GROUP, VERSION, manifest["metadata"]["namespace"]) if kind.NAMESPACED else (GROUP, VERSION)
        write = (
            self.custom.create_namespaced_custom_object
            if kind.NAMESPACED
            else self.custom.create_cluster_custom_object
        )
        created: Manifest = write(*place, kind.PLURAL, manifest, field_validation="Strict")
        self._made.append((kind, created["metadata"]))
        return created

    def clean_up(self) -> None:
        """Remove what was created: the server is shared, and a release too many makes others choose."""
        for kind, made in self._made:
            place = (GROUP, VERSION, made["namespace"]) if kind.NAMESPACED else (GROUP, VERSION)
            remove = (
                self.custom.delete_namespaced_custom_object
                if kind.NAMESPACED
                else self.custom.delete_cluster_custom_object
            )
            try:
                remove(*place, kind.PLURAL, made["name"])
            except client.ApiException as error:
                if error.status != 404:
                    raise

    def replace(self, kind: Kind, manifest: Manifest) -> Manifest:
        name = manifest["metadata"]["name"]
        place = (GROUP, VERSION, manifest["metadata"]["namespace"]) if kind.NAMESPACED else (GROUP, VERSION)
        write = (
            self.custom.replace_namespaced_custom_object
            if kind.NAMESPACED
            else self.custom.replace_cluster_custom_object
        )
        replaced: Manifest = write(*place, kind.PLURAL, name, manifest, field_validation="Strict")
        return replaced


def refusal(write: Callable[[], Any]) -> str:
    """The API server's sentence; fails when it accepts."""
    with pytest.raises(client.ApiException) as caught:
        write()
    assert caught.value.status in (400, 422), caught.value
    return str(caught.value.body)
