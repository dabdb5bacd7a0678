"""Which answer of the API server becomes which error, and what it tells the reader to do."""

import json
import ssl
from typing import Any

import pytest
import urllib3

from controller.adapters.kube_errors import Refusal, bad_kubeconfig, missing_kind, refused, unreachable
from controller.errors import ConflictError, LostLeadershipError, RefusedError, ShopfleetError, UnavailableError

WHAT = "Tenant partner-default/northlight"


def status(code: int, reason: str = "", message: str = "said", **details: Any) -> Refusal:
    body = {"kind": "Status", "code": code, "reason": reason, "message": message, "details": details}
    return Refusal.read(code, json.dumps(body))


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (status(400), RefusedError),
        (status(401), RefusedError),
        (status(403), RefusedError),
        (status(404, name="northlight"), ConflictError),
        (status(405), RefusedError),
        (status(409, "AlreadyExists"), ConflictError),
        (status(409, "Conflict"), ConflictError),
        (status(410, "Expired"), ConflictError),
        (status(413), RefusedError),
        (status(422, "Invalid"), RefusedError),
        (status(429), UnavailableError),
        (status(500), UnavailableError),
        (status(500, message="failed to create typed patch object: x"), RefusedError),
        (status(503), UnavailableError),
        (status(504), UnavailableError),
        (Refusal.read(502, "<html>Bad gateway</html>"), UnavailableError),
    ],
)
def test_each_code_has_its_error_which_names_the_object(refusal: Refusal, kind: type[ShopfleetError]) -> None:
    error = refused(refusal, "apply", WHAT)
    assert type(error) is kind
    assert WHAT in error.message


def test_the_fence_says_that_the_leadership_is_lost() -> None:
    said = "leadership 5 is over: number 7 holds the lease"
    policy = "ValidatingAdmissionPolicy 'shopfleet-operator-fence' with binding 'shopfleet-operator-fence-lease'"
    error = refused(
        status(422, "Invalid", f'tenants "a" is forbidden: {policy} denied request: {said}'), "patch", WHAT
    )
    assert isinstance(error, LostLeadershipError)
    assert error.message == f"The API server refuses to patch {WHAT}: {said}."
    other = refused(
        status(422, "Invalid", f"{policy.replace('operator-fence', 'audit')} denied request: no"), "a", WHAT
    )
    assert isinstance(other, RefusedError)


def test_an_absent_object_is_told_from_an_absent_kind() -> None:
    assert status(404, name="northlight", kind="tenants").object_absent
    assert Refusal.read(404, "404 page not found\n").kind_absent
    # What the API server says of an unknown subresource.
    assert status(404, "NotFound", "the server could not find the requested resource").kind_absent
    assert not status(403).kind_absent


@pytest.mark.parametrize(
    ("refusal", "lacks"),
    [
        (
            status(403, message='tenants.shopfleet.dev is forbidden: User "anna" cannot list resource "tenants"'),
            True,
        ),
        (status(403, message='forbidden: User "anna" cannot get path "/apis/shopfleet.dev/v1alpha1"'), True),
        (status(403, message='pods "web" is forbidden: exceeded quota: limits, requested: pods=1'), False),
        (status(403, message="ValidatingAdmissionPolicy 'x' denied request: no"), False),
        (status(401, message="Unauthorized"), False),
    ],
)
def test_a_missing_right_is_told_from_other_refusals(refusal: Refusal, *, lacks: bool) -> None:
    assert refusal.lacks_right is lacks


def test_an_absent_namespace_is_no_absent_object() -> None:
    error = refused(status(404, name="partner-default", kind="namespaces"), "create", WHAT)
    assert isinstance(error, RefusedError)
    assert "namespace does not exist" in error.message


def test_a_forbidden_verb_is_named_with_the_command_to_check_it() -> None:
    message = (
        'tenants.shopfleet.dev is forbidden: User "anna" cannot list resource "tenants" in API group '
        '"shopfleet.dev" in the namespace "partner-default"'
    )
    error = refused(status(403, "Forbidden", message), "list", WHAT)
    assert "anna may not list tenants.shopfleet.dev" in error.message
    command = "kubectl auth can-i list tenants.shopfleet.dev --namespace partner-default --as=anna"
    assert command in (error.hint or "")


def test_a_forbidden_verb_on_a_core_kind_of_the_cluster() -> None:
    message = 'nodes is forbidden: User "anna" cannot list resource "nodes" in API group "" at the cluster scope'
    error = refused(status(403, "Forbidden", message), "list", "nodes in all namespaces")
    assert "kubectl auth can-i list nodes --as=anna" in (error.hint or "")


def test_a_dying_namespace_is_a_conflict() -> None:
    error = refused(status(403, "Forbidden", causes=[{"reason": "NamespaceTerminating"}]), "create", WHAT)
    assert isinstance(error, ConflictError)


def test_invalid_fields_are_listed_once() -> None:
    causes = [{"field": "spec.plan"}, {"field": "spec.country"}, {"field": "spec.plan"}]
    assert refused(status(422, causes=causes), "apply", WHAT).hint == "Fix spec.plan, spec.country."


@pytest.mark.parametrize(("version", "command"), [("shopfleet.dev/v1alpha1", "install"), ("a.dev/v1", "doctor")])
def test_a_missing_kind_names_the_next_command(version: str, command: str) -> None:
    assert f"shopfleet {command}" in (missing_kind(version, "Tenant").hint or "")


def wrapped(error: Exception) -> Exception:
    """As urllib3 hands it to us."""
    pool = urllib3.HTTPSConnectionPool("api.test", 6443)
    return urllib3.exceptions.MaxRetryError(pool, "/api/v1", error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ssl.SSLCertVerificationError("certificate verify failed: certificate has expired"), "has expired"),
        (
            ssl.SSLError("[SSL: SSLV3_ALERT_CERTIFICATE_EXPIRED] sslv3 alert certificate expired"),
            "our certificate",
        ),
        (ssl.SSLCertVerificationError("certificate verify failed: unable to get local issuer"), "TLS failed"),
        (urllib3.exceptions.SSLError(ssl.SSLError("handshake failure")), "TLS failed"),
        (TimeoutError("The handshake operation timed out"), "no answer in time"),
        (ConnectionRefusedError("Connection refused"), "nothing listens there"),
        (OSError("Temporary failure in name resolution"), "does not resolve"),
        (OSError("No route to host"), "No route to host"),
    ],
)
@pytest.mark.parametrize("wrap", [wrapped, lambda error: error])
def test_no_answer_says_why_and_where(error: Exception, said: str, wrap: Any) -> None:
    made = unreachable(wrap(error), "https://api.test:6443", "kubeconfig /root/k", "get", WHAT)
    assert said in made.message
    assert WHAT in made.message
    assert "https://api.test:6443" in made.message
    assert made.hint


def test_a_bad_kubeconfig_is_one_sentence() -> None:
    error = bad_kubeconfig("kubeconfig /root/k", ValueError("first line.\nsecond line"))
    assert error.message == "Cannot use kubeconfig /root/k: first line."
