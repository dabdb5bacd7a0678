"""Headers by which the other side knows who calls. Plain Python."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

# Of the Standard Webhooks specification: a secret with this prefix is base64, any other is taken as it is.
_ENCODED = "whsec_"


@dataclass(frozen=True)
class Caller:
    kind: str
    secret: str
    # Its name, for the kind `header`.
    header: str = ""


def headers(caller, identity, moment, body):
    """`identity` names the call, `moment` is seconds since 1970, `body` bytes."""
    if caller.kind == "bearer":
        return {"Authorization": f"Bearer {caller.secret}"}
    if caller.kind == "basic":
        return {"Authorization": f"Basic {base64.b64encode(caller.secret.encode()).decode()}"}
    if caller.kind == "header":
        return {caller.header: caller.secret}
    if caller.kind == "signature":
        signature = _signature(_key(caller.secret), identity, moment, body)
        return {"webhook-id": identity, "webhook-timestamp": str(moment), "webhook-signature": signature}
    return {}


def _key(secret):
    if secret.startswith(_ENCODED):
        return base64.b64decode(secret[len(_ENCODED) :])
    return secret.encode()


def _signature(key, identity, moment, body):
    signed = b".".join([identity.encode(), str(moment).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
