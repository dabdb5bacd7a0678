"""Which failure of an S3 server becomes which error."""

from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    SSLError,
)

from controller.adapters.objectstore_errors import refused, unreachable
from controller.errors import ConflictError, RefusedError, ShopfleetError, UnavailableError

ENDPOINT = "https://s3.test:9000"


def answer(code: str, status: int) -> ClientError:
    body: Any = {
        "Error": {"Code": code, "Message": f"{code} said"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(body, "PutObject")


@pytest.mark.parametrize(
    ("error", "kind", "fragment"),
    [
        (answer("NoSuchBucket", 404), RefusedError, "bucket does not exist"),
        (answer("InvalidAccessKeyId", 403), RefusedError, "access key"),
        (answer("SignatureDoesNotMatch", 403), RefusedError, "secret key"),
        (answer("AccessDenied", 403), RefusedError, "locked"),
        (answer("RequestTimeTooSkewed", 403), RefusedError, "clocks"),
        (answer("BucketAlreadyExists", 409), ConflictError, "said"),
        (answer("PreconditionFailed", 412), ConflictError, "said"),
        (answer("SlowDown", 503), UnavailableError, "overloaded"),
        (answer("InternalError", 500), UnavailableError, "overloaded"),
        (answer("QuotaExceeded", 507), UnavailableError, "full"),
    ],
)
def test_each_answer_has_its_error(error: ClientError, kind: type[ShopfleetError], fragment: str) -> None:
    made = refused(error, ENDPOINT, "write", "backups/one")
    assert type(made) is kind
    assert fragment in f"{made.message} {made.hint}"
    assert f"Object store {ENDPOINT}: cannot write backups/one" in made.message


@pytest.mark.parametrize(
    ("error", "kind", "fragment"),
    [
        (EndpointConnectionError(endpoint_url=ENDPOINT), UnavailableError, "cannot be reached"),
        (ConnectTimeoutError(endpoint_url=ENDPOINT), UnavailableError, "cannot be reached"),
        (
            SSLError(endpoint_url=ENDPOINT, error=OSError("certificate verify failed")),
            UnavailableError,
            "TLS failed",
        ),
        (SSLError(endpoint_url=ENDPOINT, error=OSError("EOF occurred")), UnavailableError, "cannot be reached"),
        (ParamValidationError(report="Invalid bucket name"), RefusedError, "Invalid bucket name"),
    ],
)
def test_no_answer_has_its_error(error: BotoCoreError, kind: type[ShopfleetError], fragment: str) -> None:
    made = unreachable(error, ENDPOINT, "read", "backups/one")
    assert type(made) is kind
    assert fragment in made.message
