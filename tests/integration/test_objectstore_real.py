"""What only a real S3 server can show: presigned URLs, locks, wrong keys, certificates, outages."""

import secrets
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from controller.adapters.effects import Unfenced
from controller.adapters.objectstore import S3Adapter
from controller.authorities import write_bundle
from controller.errors import RefusedError, UnavailableError
from controller.jobs.transfer import download, upload
from tests.support.certificates import Authority
from tests.support.servers.objectstore import ObjectStoreServer
from tests.support.servers.processes import free_port

pytestmark = pytest.mark.integration


def adapter(server: ObjectStoreServer, **changes: Any) -> S3Adapter:
    values = {
        "endpoint": server.endpoint,
        "access_key": server.access_key,
        "secret_key": server.secret_key,
        "ca_file": server.ca_file,
        "effects": Unfenced(),
    }
    return S3Adapter(**{**values, **changes})


def test_presigned_urls_read_and_write_one_object_without_keys(object_store_server: ObjectStoreServer) -> None:
    store, bucket = adapter(object_store_server), f"signed-{secrets.token_hex(4)}"
    store.ensure_bucket(bucket)
    trusting = ssl.create_default_context(cafile=str(object_store_server.ca_file))
    with httpx.Client(verify=trusting, trust_env=False) as client:
        put = client.put(store.presign_put(bucket, "dump", timedelta(minutes=1)), content=b"x" * 100_000)
        assert put.status_code == 200
        assert store.get(bucket, "dump") == b"x" * 100_000
        got = client.get(store.presign_get(bucket, "dump", timedelta(minutes=1)))
        assert got.content == b"x" * 100_000
        wrong_method = client.put(store.presign_get(bucket, "dump", timedelta(minutes=1)), content=b"evil")
        assert wrong_method.status_code == 403
        other = store.presign_get(bucket, "dump", timedelta(minutes=1)).replace("/dump?", "/other?")
        assert client.get(other).status_code == 403


def test_wrong_keys_are_named_as_the_cause(object_store_server: ObjectStoreServer) -> None:
    with pytest.raises(RefusedError, match="bucket some-bucket"):
        adapter(object_store_server, secret_key="wrong").ensure_bucket("some-bucket")
    with pytest.raises(RefusedError) as caught:
        adapter(object_store_server, secret_key="wrong").get("some-bucket", "key")
    assert "secret" in (caught.value.hint or "")
    assert "wrong" not in caught.value.message


def test_a_stranger_in_the_servers_place_is_not_believed(
    object_store_server: ObjectStoreServer, tmp_path: Path
) -> None:
    with pytest.raises(UnavailableError, match="TLS"):
        adapter(object_store_server, ca_file=Authority(tmp_path).ca_file).get("some-bucket", "key")


def test_an_outage_is_no_absence(object_store_server: ObjectStoreServer) -> None:
    gone = adapter(object_store_server, endpoint=f"https://localhost:{free_port()}")
    for attempt in (
        lambda: gone.get("bucket", "key"),
        lambda: gone.head("bucket", "key"),
        lambda: list(gone.list("bucket", "")),
        lambda: gone.ensure_bucket("bucket"),
    ):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            attempt()


def test_a_locked_bucket_keeps_what_was_overwritten(object_store_server: ObjectStoreServer) -> None:
    store, bucket = adapter(object_store_server), f"locked-{secrets.token_hex(4)}"
    store.ensure_bucket(bucket, object_lock=True)
    store.put(bucket, "audit", b"first")
    store.put(bucket, "audit", b"second")
    versions = store._client.list_object_versions(Bucket=bucket, Prefix="audit")["Versions"]
    assert len(versions) == 2


@pytest.mark.parametrize("signed_by", ["us", "the system"])
def test_a_store_may_be_ours_or_one_that_everybody_trusts(
    object_store_server: ObjectStoreServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signed_by: str
) -> None:
    """Both as the operator asks it and as a Job does, which has a signed URL and no key."""
    own, system = object_store_server.ca_file, Authority(tmp_path, "another").ca_file
    if signed_by == "the system":
        own, system = system, own
    monkeypatch.setenv("SSL_CERT_FILE", str(system))
    store = adapter(object_store_server, ca_file=write_bundle(own, tmp_path / "authorities.crt"))
    bucket = f"trusted-{secrets.token_hex(4)}"
    store.ensure_bucket(bucket)
    dump = tmp_path / "dump"
    dump.write_bytes(b"content")
    moved = upload(dump, store.presign_put(bucket, "dump", timedelta(minutes=1)), ca_file=own)
    again = download(store.presign_get(bucket, "dump", timedelta(minutes=1)), tmp_path / "again", ca_file=own)
    assert again == moved
