"""One S3 server (controller.core.ports.ObjectStore) through boto3."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from controller.adapters.clock import UNLIMITED
from controller.adapters.objectstore_errors import code_of, no_bucket, refused, unreachable
from controller.core import limits
from controller.core.deadline import Deadline
from controller.core.ports import Effects, ObjectInfo
from controller.errors import RefusedError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

GENERATION = "operator-generation"
"""Metadata of each object that is put: under which leadership, as on every object of Kubernetes. It keeps nobody
out; afterwards it tells who wrote."""

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})

_CONFIG = Config(
    connect_timeout=limits.STORE_CONNECT,
    read_timeout=limits.STORE_READ,
    # Own servers have one certificate and no wildcard DNS, so the bucket is in the path.
    s3={"addressing_style": "path"},
    signature_version="s3v4",
    retries={"mode": "standard", "total_max_attempts": 3},
    # Other servers than Amazon's do not all know the checksums that newer clients send unasked.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


def _send_at_once(params: dict[str, Any], **_: object) -> None:
    params["headers"].pop("Expect", None)


class Clients:
    """Clients of one server. The usual one keeps its connections and is shared by all threads."""

    def __init__(self, endpoint: str, access_key: str, secret_key: str, ca_file: Path | None, region: str) -> None:
        self._session = boto3.session.Session(access_key, secret_key, region_name=region)
        self._endpoint = endpoint
        self._verify = str(ca_file) if ca_file else None
        # A session makes one client at a time.
        self._lock = threading.Lock()
        self._usual = self._made(_CONFIG)

    def within(self, deadline: Deadline) -> "S3Client":
        """Raises CancelledError and DeadlineError. A client has the same limits for all that it does, so what has
        less time than usual has one of its own, which tries once."""
        left = deadline.limit(limits.STORE_READ)
        if left >= limits.STORE_READ:
            return self._usual
        short = Config(
            connect_timeout=min(left, limits.STORE_CONNECT), read_timeout=left, retries={"total_max_attempts": 1}
        )
        return self._made(_CONFIG.merge(short))

    def _made(self, config: Config) -> "S3Client":
        with self._lock:
            client: S3Client = self._session.client(
                "s3", endpoint_url=self._endpoint, verify=self._verify, config=config
            )
        # "Expect: 100-continue" saves sending a refused body, which is small here; some servers answer such a
        # refusal by closing the connection, so that its reason is lost.
        client.meta.events.register_last("before-call.s3.PutObject", _send_at_once)
        return client


class S3Adapter:
    """Implements controller.core.ports.ObjectStore."""

    def __init__(
        self,
        endpoint: str,
        access_key: str,
        secret_key: str,
        *,
        effects: Effects,
        ca_file: Path | None = None,
        region: str = "us-east-1",
    ) -> None:
        """`ca_file` holds all authorities that count, in PEM: the client takes one file and no other."""
        self.endpoint = endpoint
        self._effects = effects
        self._clients = Clients(endpoint, access_key, secret_key, ca_file, region)
        self._deadline = UNLIMITED

    def within(self, deadline: Deadline) -> "S3Adapter":
        bound = copy(self)
        bound._deadline = deadline  # noqa: SLF001 its own copy, which shares the clients
        return bound

    @property
    def _client(self) -> "S3Client":
        return self._clients.within(self._deadline)

    def ensure_bucket(self, bucket: str, *, object_lock: bool = False) -> None:
        """With `object_lock` on a bucket that has none it is refused: it can only be had at creation."""
        what = f"bucket {bucket}"
        with self._effects("objectstore.ensure_bucket", bucket), self._errors("create", what):
            if self._exists(bucket):
                if object_lock and not self._has_lock(bucket):
                    raise RefusedError(f"Bucket {bucket} exists without object lock, which cannot be added.")
                return
            try:
                self._client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=object_lock)
            except ClientError as error:
                # Somebody else of ours was first.
                if code_of(error) != "BucketAlreadyOwnedByYou":
                    raise

    def put(self, bucket: str, key: str, content: bytes) -> None:
        target = f"{bucket}/{key}"
        with self._effects("objectstore.put", target), self._errors("write", target):
            leadership = self._effects.generation
            mark = {GENERATION: str(leadership)} if leadership else {}
            try:
                self._client.put_object(
                    Bucket=bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256", Metadata=mark
                )
            except BotoCoreError as error:
                # A server that refuses before it has read the body may cut the connection and keep its reason.
                if self._exists(bucket):
                    raise
                raise no_bucket(self.endpoint, "write", target) from error

    def get(self, bucket: str, key: str) -> bytes | None:
        with self._errors("read", f"{bucket}/{key}"):
            try:
                return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
            except ClientError as error:
                if code_of(error) in _ABSENT:
                    return None
                raise

    def head(self, bucket: str, key: str) -> ObjectInfo | None:
        with self._errors("look at", f"{bucket}/{key}"):
            try:
                found = self._client.head_object(Bucket=bucket, Key=key)
            except ClientError as error:
                # The answer to HEAD has no body, so an absent bucket looks like an absent object.
                if code_of(error) in _ABSENT and self._exists(bucket):
                    return None
                raise
            generation = found["Metadata"].get(GENERATION, "")
            return ObjectInfo(
                key,
                found["ContentLength"],
                found["LastModified"],
                int(generation) if generation.isdecimal() else None,
            )

    def list(self, bucket: str, prefix: str) -> Iterator[ObjectInfo]:
        with self._errors("list", f"{bucket}/{prefix}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            for page in pages:
                self._deadline.check()
                for each in page.get("Contents", ()):
                    yield ObjectInfo(each["Key"], each["Size"], each["LastModified"])

    def delete(self, bucket: str, key: str) -> None:
        target = f"{bucket}/{key}"
        with self._effects("objectstore.delete", target), self._errors("delete", target):
            try:
                self._client.delete_object(Bucket=bucket, Key=key)
            except ClientError as error:
                # Amazon answers 204 for an absent key, others 404.
                if code_of(error) not in _ABSENT:
                    raise

    def presign_get(self, bucket: str, key: str, valid: timedelta) -> str:
        return self._presign("get_object", bucket, key, valid)

    def presign_put(self, bucket: str, key: str, valid: timedelta) -> str:
        return self._presign("put_object", bucket, key, valid)

    def _presign(self, method: str, bucket: str, key: str, valid: timedelta) -> str:
        with self._errors("sign a URL of", f"{bucket}/{key}"):
            url: str = self._client.generate_presigned_url(
                method, Params={"Bucket": bucket, "Key": key}, ExpiresIn=round(valid.total_seconds())
            )
            return url

    def _exists(self, bucket: str) -> bool:
        try:
            self._client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if code_of(error) in _ABSENT | {"NoSuchBucket"}:
                return False
            raise
        return True

    def _has_lock(self, bucket: str) -> bool:
        try:
            found = self._client.get_object_lock_configuration(Bucket=bucket)
        except ClientError as error:
            if code_of(error) == "ObjectLockConfigurationNotFoundError":
                return False
            raise
        return found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"

    @contextmanager
    def _errors(self, verb: str, what: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise refused(error, self.endpoint, verb, what) from error
        except BotoCoreError as error:
            # What we cut off ourselves is no failure of the server.
            self._deadline.check()
            raise unreachable(error, self.endpoint, verb, what) from error
