"""What the API server's refusals and the network's failures mean, as errors of ours. Pure."""

import json
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controller.errors import (
    ConflictError,
    LostLeadershipError,
    RefusedError,
    ShopfleetError,
    UnavailableError,
    UserError,
)
from provisioning.names import OPERATOR_FENCE

# Statuses after which the same request may succeed later; everything else below 500 is a final no.
BUSY = frozenset({429, 500, 502, 503, 504})

NEW_KUBECONFIG = (
    "Take a new kubeconfig from whoever runs the cluster; that of a local one is renewed by: shopfleet local up"
)

_UNFIT = "failed to create typed patch object"
"""What server-side apply says, as HTTP 500, of a value of the wrong type."""

_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]+)" cannot (?P<verb>\S+) resource "(?P<resource>[^"]+)"'
    r'(?: in API group "(?P<group>[^"]*)")?(?: in the namespace "(?P<namespace>[^"]+)")?'
)

_NO_RIGHT = re.compile(r'User "[^"]+" cannot ')
"""Of resources as above, and of paths such as /apis/shopfleet.dev/v1alpha1."""

_FENCED = re.compile(rf"'{OPERATOR_FENCE}' .*denied request: (?P<said>.+)")


@dataclass(frozen=True)
class Refusal:
    """One answer outside 2xx: HTTP code, and what its Status body says when it has one."""

    code: int
    reason: str
    message: str
    details: dict[str, Any]

    @classmethod
    def read(cls, code: int, body: str) -> "Refusal":
        try:
            status = json.loads(body)
        except ValueError:
            status = None
        if not isinstance(status, dict) or status.get("kind") != "Status":
            return cls(code, "", body.strip()[:300], {})
        return cls(code, status.get("reason", ""), status.get("message", ""), status.get("details") or {})

    @property
    def object_absent(self) -> bool:
        """The named object is absent; a 404 that names none means that the kind is."""
        return self.code == 404 and bool(self.details.get("name"))

    @property
    def kind_absent(self) -> bool:
        return self.code == 404 and not self.object_absent

    @property
    def lacks_right(self) -> bool:
        """Nobody has granted it: not what an admission policy or a quota refuses, which has the same code."""
        return self.code == 403 and _NO_RIGHT.search(self.message) is not None

    @property
    def causes(self) -> list[dict[str, str]]:
        return self.details.get("causes") or []


def missing_kind(api_version: str, kind: str) -> RefusedError:
    """The cluster does not know this kind at all."""
    hint = (
        "Run `shopfleet install` to install the platform's resource definitions."
        if api_version.startswith("shopfleet.dev/")
        else f"Run `shopfleet doctor`: the part of the platform that brings {api_version} is not installed."
    )
    return RefusedError(f"The cluster does not know the kind {kind} of {api_version}.", hint=hint)


def refused(refusal: Refusal, verb: str, what: str) -> ShopfleetError:
    """The error for an answer outside 2xx; `what` names kind, namespace and name, `verb` what we wanted."""
    said = refusal.message or refusal.reason or f"HTTP {refusal.code}"
    fenced = _FENCED.search(said)
    if fenced is not None:
        return LostLeadershipError(
            f"The API server refuses to {verb} {what}: {fenced['said']}.",
            hint="Another operator acts instead; this one ends and starts anew.",
        )
    match refusal.code:
        case 401:
            return RefusedError(
                f"The API server does not accept our credentials (to {verb} {what}).",
                hint="The kubeconfig may be of another cluster, or its certificate or token has expired: "
                "check it with `kubectl auth whoami`.",
            )
        case 403:
            return _forbidden(refusal, verb, what)
        case 404 if refusal.details.get("kind") == "namespaces" and not what.startswith("Namespace "):
            return RefusedError(f"Cannot {verb} {what}: the namespace does not exist.")
        case 404 | 410:
            return ConflictError(f"Cannot {verb} {what}: it is gone.", hint="Somebody deleted it meanwhile.")
        case 409:
            return _conflict(refusal, verb, what)
        case code if code in BUSY and _UNFIT not in said:
            return UnavailableError(
                f"The API server could not {verb} {what} (HTTP {code}): {said}",
                hint="It is overloaded or starting; try again in a moment.",
            )
        case _:
            return RefusedError(f"Cannot {verb} {what}: {said}", hint=_fields(refusal))


def _conflict(refusal: Refusal, verb: str, what: str) -> ConflictError:
    if refusal.reason == "AlreadyExists":
        return ConflictError(f"Cannot {verb} {what}: it exists already.")
    return ConflictError(f"Cannot {verb} {what}: somebody else changed it first ({refusal.message}).")


def _forbidden(refusal: Refusal, verb: str, what: str) -> ShopfleetError:
    if any(cause.get("reason") == "NamespaceTerminating" for cause in refusal.causes):
        return ConflictError(f"Cannot {verb} {what}: its namespace is being deleted.")
    match = _FORBIDDEN.search(refusal.message)
    if match is None:
        return RefusedError(f"Not allowed to {verb} {what}: {refusal.message}")
    resource = match["resource"] + (f".{match['group']}" if match["group"] else "")
    place = f" --namespace {match['namespace']}" if match["namespace"] else ""
    return RefusedError(
        f"User {match['user']} may not {match['verb']} {resource} ({what}).",
        hint=f"Grant the verb, then check: kubectl auth can-i {match['verb']} {resource}{place} "
        f"--as={match['user']}",
    )


def _fields(refusal: Refusal) -> str | None:
    fields = [cause["field"] for cause in refusal.causes if cause.get("field")]
    return f"Fix {', '.join(dict.fromkeys(fields))}." if fields else None


def unreachable(error: BaseException, server: str, origin: str, verb: str, what: str) -> UnavailableError:
    """No answer at all: names the server, where we know it from, and what the network said."""
    text = _root_text(error)
    lowered = text.lower()
    if "certificate has expired" in lowered:
        said = "its certificate has expired"
        hint = f"Whoever runs {server} of {origin} has to renew it; for a local one: shopfleet local up"
    elif "certificate expired" in lowered:
        # Of ours the API server itself says 401 (certificate_ended); what stands before it may be stricter.
        said, hint = f"it says that our certificate has expired ({text})", NEW_KUBECONFIG
    elif "timed out" in lowered:
        said, hint = "no answer in time", "The server is overloaded, or a firewall drops the traffic."
    elif "certificate" in lowered or "ssl" in lowered or _contains(error, ssl.SSLError):
        said = f"TLS failed ({text})"
        hint = f"The certificate authority in {origin} is not the one of {server}: is it the right cluster?"
    elif "refused" in lowered:
        said, hint = "nothing listens there", f"Is the cluster running, and {origin} the right one?"
    elif "name or service not known" in lowered or "name resolution" in lowered:
        said, hint = "its name does not resolve", f"Check the server's address in {origin}."
    else:
        said, hint = text, f"Check that {server} of {origin} can be reached from here."
    return UnavailableError(f"Cannot {verb} {what}: the API server {server} cannot be reached, {said}.", hint=hint)


def certificate_ended(end: datetime, origin: str, verb: str, what: str) -> RefusedError:
    """The API server does not know us any more, because the certificate that names us has ended."""
    return RefusedError(
        f"Cannot {verb} {what}: the client certificate in {origin} ended on {end:%Y-%m-%d}.",
        hint=NEW_KUBECONFIG,
    )


def bad_kubeconfig(origin: str, error: BaseException) -> UserError:
    """A kubeconfig that cannot be used; the message names the file and what is wrong in it."""
    text = str(error).strip().splitlines()
    return UserError(
        f"Cannot use {origin}: {text[0].rstrip('.') if text else type(error).__name__}.",
        hint="Name another by --kubeconfig and --context; `kubectl config get-contexts` lists contexts.",
    )


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it wraps, outermost first; urllib3 keeps its cause in `reason` or in `args`."""
    found: list[BaseException] = []
    queue: list[object] = [error]
    while queue:
        current = queue.pop(0)
        if not isinstance(current, BaseException) or current in found:
            continue
        found.append(current)
        queue += [getattr(current, "reason", None), *current.args, current.__cause__]
    return found


def _root_text(error: BaseException) -> str:
    text = str(_chain(error)[-1]) or type(error).__name__
    return text.splitlines()[-1][:300]


def _contains(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(each, kind) for each in _chain(error))
