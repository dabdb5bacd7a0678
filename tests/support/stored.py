"""Reads the platform's object store from outside its cluster, with the store's own keys."""

import base64
import ssl
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from controller.adapters.effects import Unfenced
from controller.adapters.objectstore import S3Adapter
from controller.core.ports import Kube, Ref
from provisioning.meta import SYSTEM_NAMESPACE
from provisioning.platform.settings import InstallSettings

SERVICE, ROOT = "objectstore", "objectstore-root"


class StoredObjects:
    """Its name is known to the cluster's DNS only: addresses are signed for the name and asked of the Service's
    own address."""

    def __init__(self, kube: Kube, ca_file: Path) -> None:
        service = kube.get(Ref("v1", "Service", SERVICE, SYSTEM_NAMESPACE))
        root = kube.get(Ref("v1", "Secret", ROOT, SYSTEM_NAMESPACE))
        assert service is not None
        assert root is not None
        self._name = f"{SERVICE}.{SYSTEM_NAMESPACE}.svc"
        self._address, self._port = service["spec"]["clusterIP"], service["spec"]["ports"][0]["port"]
        keys = [base64.b64decode(root["data"][key]).decode() for key in ("access-key", "secret-key")]
        self._store = S3Adapter(
            f"https://{self._name}:{self._port}", *keys, effects=Unfenced(), ca_file=ca_file,
            region=InstallSettings().object_store.region,
        )  # fmt: skip
        self._ca_file = ca_file

    def get(self, place: str) -> bytes:
        """Content of `s3://bucket/key`. Raises httpx.HTTPStatusError when there is none."""
        parts = urlsplit(place)
        signed = urlsplit(self._store.presign_get(parts.netloc, parts.path.lstrip("/"), timedelta(minutes=5)))
        with httpx.Client(verify=ssl.create_default_context(cafile=self._ca_file), timeout=60) as client:
            answer = client.get(
                signed._replace(netloc=f"{self._address}:{self._port}").geturl(),
                headers={"Host": f"{self._name}:{self._port}"},
                extensions={"sni_hostname": self._name},
            )
        answer.raise_for_status()
        return answer.content
