"""What an S3 server's refusals and the network's failures mean, as errors of ours. Pure."""

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError, SSLError

from controller.errors import ConflictError, RefusedError, ShopfleetError, UnavailableError

_HINTS = {
    "InvalidAccessKeyId": "Check the access key of the object store's secret.",
    "SignatureDoesNotMatch": "Check the secret key of the object store's secret.",
    "AccessDenied": "The object may be locked until its retention ends, or these keys lack the right.",
    "InvalidBucketName": "A bucket's name has 3 to 63 lower-case letters, digits and hyphens.",
    "RequestTimeTooSkewed": "The clocks of this machine and the object store differ; correct them.",
}
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage"})


def _certificate(said: str) -> str:
    if "has expired" in said:
        return "Renew the object store's certificate; the platform's own is renewed by: shopfleet install"
    return (
        "Its certificate has to name this host, and be of the platform's own authority or of one that everybody "
        "trusts."
    )


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def refused(error: ClientError, endpoint: str, verb: str, what: str) -> ShopfleetError:
    """The error for an answer that is no success."""
    code = code_of(error)
    said = error.response.get("Error", {}).get("Message") or code
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    where = f"Object store {endpoint}: cannot {verb} {what}"
    if code in _FULL:
        return UnavailableError(f"{where}: it is full ({said}).", hint="Free or add space on its volume.")
    if status >= 500 or code in {"SlowDown", "RequestTimeout", "503"}:
        return UnavailableError(f"{where}: {said}", hint="It is overloaded or starting; try again in a moment.")
    if code in {"404", "NoSuchBucket", "NotFound"}:
        return no_bucket(endpoint, verb, what)
    if status in {409, 412}:
        return ConflictError(f"{where}: {said}")
    return RefusedError(f"{where}: {said}", hint=_HINTS.get(code))


def no_bucket(endpoint: str, verb: str, what: str) -> RefusedError:
    return RefusedError(f"Object store {endpoint}: cannot {verb} {what}: the bucket does not exist.")


def unreachable(error: BotoCoreError, endpoint: str, verb: str, what: str) -> ShopfleetError:
    """The error when there was no answer, or the request could not even be formed."""
    where = f"Object store {endpoint}: cannot {verb} {what}"
    if isinstance(error, ParamValidationError):
        return RefusedError(f"{where}: {' '.join(str(error).split())}")
    if isinstance(error, SSLError) and "certificate" in str(error).lower():
        return UnavailableError(f"{where}, TLS failed: {error}", hint=_certificate(str(error)))
    return UnavailableError(
        f"{where}, it cannot be reached: {error}", hint="Is it running, and the endpoint right?"
    )
